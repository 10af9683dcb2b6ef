"""What the kernel does not stop by itself, looked at while a job runs, and told to who listens."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from adp.finding import Reason
from adp.sandbox import out
from adp.sandbox.cgroup import Group
from adp.sandbox.engine import Limits, Mount, OnUsage, Usage, unheard

EVERY = 1.0  # seconds between two looks at the disk, and between two reports of usage


@dataclass(slots=True)
class Watch:
    """`group` counts memory where there is one; else `process` and its descendants are added up. Ask `reason` often.

    `launchers` are processes of ours among the job's, left out of what is told."""

    limits: Limits
    writable: Mount | None
    group: Group | None
    on_usage: OnUsage = unheard
    launchers: int = 0
    process: int = 0
    peak: int = 0
    cpu_seconds: float = 0.0
    refused_a_process: bool = False
    next_look: float = 0.0

    def reason(self) -> Reason | None:
        """The limit that was passed, if one was; about once a second the usage is told on the way."""
        used = self.group.anonymous if self.group else resident(self.process)
        self.count(used)
        if self.process and not self.group:
            self.cpu_seconds = max(self.cpu_seconds, processor_time(self.process))
        if used > self.limits.memory:
            return Reason.MEMORY_LIMIT
        return Reason.DISK_LIMIT if self._look(used) > self.limits.disk else None

    def count(self, used: int = 0) -> None:
        """Take the figures while the group is there."""
        peak = self.group.peak if self.group else used
        self.peak = max(self.peak, peak, used)
        if self.group:
            self.cpu_seconds = max(self.cpu_seconds, self.group.cpu_seconds)
            self.refused_a_process = self.refused_a_process or self.group.refused_a_process

    def _look(self, memory: int) -> int:
        """Bytes on disk, when it is time to look again; 0 where the file system keeps its size by itself."""
        now = time.monotonic()
        if now < self.next_look:
            return 0
        self.next_look = now + EVERY
        disk = out.used(self.writable.source) if self.writable else 0
        self.on_usage(Usage(round(self.cpu_seconds, 3), memory, disk, self._processes()))
        return 0 if self.writable and out.limited(self.writable.source) else disk

    def _processes(self) -> int:
        counted = self.group.processes if self.group else sum(len(_threads(pid)) for pid in _family(self.process))
        return max(0, counted - self.launchers)


def resident(process: int) -> int:
    """Proportional set size of `process` and all its descendants; 0 for what is already gone."""
    if not process:
        return 0
    return sum(_own(pid) for pid in _family(process))


def processor_time(process: int) -> float:
    """Seconds used by all descendants alive, and by those each of them has buried."""
    ticks = 0
    for pid in _family(process):
        fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime of proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def _family(process: int) -> list[int]:
    found, waiting = [], [process]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        for task in _threads(pid):
            waiting += [int(child) for child in _read(task / "children").split()]
    return found


def _threads(pid: int) -> list[Path]:
    """None of a process that ends while we look."""
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []


def _own(pid: int) -> int:
    """Pss shares what is shared; where /proc does not let us see it, the resident set counts it whole."""
    rows = _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    shared = next((int(row.split()[1]) * 1024 for row in rows if row.startswith("Pss:")), None)
    if shared is not None:
        return shared
    pages = _read(Path(f"/proc/{pid}/statm")).split()
    return int(pages[1]) * 4096 if len(pages) > 1 else 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
