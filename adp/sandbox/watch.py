"""What the kernel does not stop by itself, looked at while a job runs, and told to who listens."""

import time
from dataclasses import dataclass, field

from adp.sandbox import out, processes
from adp.sandbox.cgroup import Group
from adp.sandbox.engine import Limits, Mount, OnUsage, Usage, unheard

TICK = 0.08  # seconds between two looks at all
EVERY = 1.0  # seconds between two looks at the disk, and between two reports of usage
FIRST = 0.2  # a command that ends sooner is not looked at


@dataclass(slots=True)
class Watch:
    """`group` counts where there is one; else `process` and its descendants are added up. Ask `over` often.

    `launchers` are processes of ours among the job's, left out of what is told; `inner` is the job's own group inside
    `group`, where that one holds more of the engine's. `before` is what the group had counted when
    this command began, and `floor` its peak then: a container that is kept counts on. `peaks` are by row of
    options.LIMITS."""

    limits: Limits
    writable: Mount | None
    group: Group | None
    on_usage: OnUsage = unheard
    launchers: int = 0
    inner: Group | None = None
    process: int = 0
    before: tuple[float, int, int] = (0.0, 0, 0)
    floor: int = 0
    cpu_seconds: float = 0.0
    oom_kills: int = 0
    refusals: int = 0
    peaks: dict[str, float] = field(default_factory=dict)
    next_check: float = 0.0
    next_look: float = field(default_factory=lambda: time.monotonic() + FIRST)

    def is_time(self, now: float) -> bool:
        if now < self.next_check:
            return False
        self.next_check = now + TICK
        return True

    def over(self) -> str | None:
        """The limit that was passed, if one was; about once a second the usage is told on the way."""
        used = self._now.anonymous if self._now else processes.resident(self.process)
        self.count(used)
        if self.process and not self.group:
            self.cpu_seconds = max(self.cpu_seconds, processes.processor_time(self.process))
        if time.monotonic() >= self.next_look:
            self.next_look = time.monotonic() + EVERY
            self._look(used)
        kept = {"memory": used, "cpu_seconds": self.cpu_seconds} | self._on_disk()
        return next((name for name, value in kept.items() if value > getattr(self.limits, name)), None)

    def count(self, used: int = 0) -> None:
        """Take the figures while the group is there."""
        peak = self.group.peak if self.group else 0
        self._peak("memory", max(peak if peak > self.floor else 0, used))
        if self.group:
            cpu, kills, refusals = self.before
            self.cpu_seconds = max(self.cpu_seconds, self.group.cpu_seconds - cpu)
            self.oom_kills = max(self.oom_kills, self.group.oom_kills - kills)
            self.refusals = max(self.refusals, self.group.refusals - refusals)
            self._peak("processes", self._processes())

    def _on_disk(self) -> dict[str, float]:
        """Left to the file system where it has a size of its own; /tmp has one, but not of files."""
        if self.writable is not None and out.limited(self.writable.source):
            return {"files": self.peaks.get("scratch", 0)}
        return {name: self.peaks.get(name, 0) for name in ("disk", "files")}

    def _look(self, memory: int) -> None:
        disk, files = out.used(self.writable.source) if self.writable else (0, 0)
        self._peak("scratch", out.files_in_scratch(self._inside()))
        self._peak("disk", disk)
        self._peak("files", max(files, self.peaks["scratch"]))
        self.on_usage(Usage(round(self.cpu_seconds, 3), memory, disk, self._processes()))

    @property
    def _now(self) -> Group | None:
        return self.inner or self.group

    def _inside(self) -> int:
        """A process that sees what the job sees; 0 for none we know."""
        if self._now:
            return max(self._now.members, default=0)
        return max(processes.family(self.process), default=0) if self.process else 0

    def _processes(self) -> int:
        found = self._now.processes if self._now else processes.threads(self.process)
        return max(0, found - self.launchers)

    def _peak(self, name: str, value: float) -> None:
        self.peaks[name] = max(self.peaks.get(name, 0), value)
