"""One container for jobs that follow one another: between two nothing lives, and nothing is left but the output.

Process 1 is a keeper, a user of its own that the jobs cannot signal or trace. After each job everything else in the
container's control group is killed from outside, and /tmp, /dev/shm, message queues and System V objects are emptied
by the host, which no job can hinder. What cannot be cleaned is thrown away, and the next job gets a new container.
Only for our own tree: an author's image could bring its own `sleep` (docs/decisions/0015)."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import docker
from docker.models.containers import Container

from adp.environment import place
from adp.environment.tree import Root
from adp.errors import PlatformError
from adp.sandbox import cgroup, container, images, inside, out, sysvipc
from adp.sandbox.engine import Engine, EngineInfo, Job, OnLine, OnUsage, Outcome, unheard
from adp.sandbox.follow import GRACE, TICK, Ended, end_of, ending, read, until
from adp.sandbox.heartline import heartline, sure
from adp.sandbox.log import Capture
from adp.sandbox.mounts import Layout, layout
from adp.sandbox.reasons import Ending, outcome
from adp.sandbox.watch import Watch

KEEPER = "19998:19998"  # nobody else's: not a slot's, not the fetcher's
KEEP = ("/usr/bin/sleep", "infinity")
KEEPERS = 2  # the engine's process 1, and what it started
SCRATCH = ("tmp", "dev/shm", "dev/mqueue")
OPENED = {"root": os.O_PATH | os.O_DIRECTORY, "ns/ipc": os.O_RDONLY}
TRIES = 100
PAUSE = 0.005
Make = Callable[[str, Job, Layout], Container]


@dataclass(frozen=True, slots=True)
class Held:
    """A running container and its control group; `first` is its process 1 as the host numbers it, of the user `keeper`.

    `root` and `ipc` are descriptors of its root and its namespace, opened while it was surely itself: a number of a
    process that died may be anybody's a moment later, and cleaning by it would clean the host."""

    container: Container
    first: int
    group: cgroup.Group
    keeper: int
    root: int
    ipc: int

    @classmethod
    def of(cls, made: Container) -> "Held | None":
        """None where the engine's processes are not of this machine, or it is gone already."""
        made.reload()
        first = int(made.attrs["State"]["Pid"])
        group = cgroup.of(first) if first else None
        if group is None:
            return None
        with ExitStack() as opened:
            root, ipc = (_open(f"/proc/{first}/{name}", flag, opened) for name, flag in OPENED.items())
            keeper = _owner(first)
            if keeper is None or first not in group.members:
                return None
            opened.pop_all()
        return cls(made, first, group, keeper, root, ipc)

    def remove(self) -> None:
        for descriptor in (self.root, self.ipc):
            os.close(descriptor)
        container.remove(self.container)

    def watch(self, job: Job, found: Layout, on_usage: OnUsage) -> Watch:
        """The group has counted the jobs before: this one counts from here."""
        self.group.forget_peak()
        before = self.group.counts
        return Watch(job.limits, found.writable, self.group, on_usage, KEEPERS, before=before, floor=self.group.peak)

    def clean(self) -> bool:
        """Whether nothing but the keeper is left: no process, no file, no System V object."""
        if not self.kill():
            return False
        try:
            for name in SCRATCH:
                place.empty(Path(f"/proc/self/fd/{self.root}") / name)
            if sysvipc.any_in(self.ipc):
                remove = ["nsenter", f"--ipc=/proc/self/fd/{self.ipc}", "--", "ipcrm", "--all"]
                subprocess.run(remove, check=True, capture_output=True, pass_fds=(self.ipc,))
        except (OSError, PlatformError, subprocess.CalledProcessError):
            return False
        return True

    def kill(self) -> bool:
        """A fork may win once, and once more: tried again until none is left. False when the keeper is not there."""
        for _ in range(TRIES):
            members = self.group.members
            others = [pid for pid in members if _owner(pid) != self.keeper]
            if not others:
                return self.first in members
            for pid in others:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(PAUSE)
        return False


@dataclass(slots=True)
class Kept:
    """An engine for `jobs` jobs in a row; `alone` runs those that may not share a container."""

    alone: Engine
    client: docker.DockerClient
    make: Make
    address: str = ""
    held: dict[tuple[Any, ...], Held] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.alone.name

    def info(self) -> EngineInfo:
        return self.alone.info()

    def clear(self, owner: str) -> None:
        self.alone.clear(owner)

    def together(self, jobs: int) -> "Kept":
        return self

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        with images.spoken():
            for held in self.held.values():
                held.remove()
        self.held.clear()

    def run(self, root: Root, job: Job, on_line: OnLine = unheard, on_usage: OnUsage = unheard) -> Outcome:
        if root.image or os.geteuid() != 0:
            return self.alone.run(root, job, on_line, on_usage)
        with images.spoken():
            found = layout(root, job)
            key = (root.tree, found.mounts, job.limits)
            held = self.held.pop(key, None) or self._start(root, job, found, on_line)
            if held is None:
                return self.alone.run(root, job, on_line, on_usage)
            self.held[key] = held
            if found.writable:
                out.hand_over(found.writable.source, inside.UID)
            capture = Capture(job.limits.log, on_line)
            watch = held.watch(job, found, on_usage)
            with heartline(self.address) as is_cut:
                said = outcome(sure(self._exec(held, job, capture, watch), is_cut), capture, job.limits)
            if not held.clean():
                self.held.pop(key).remove()
            return said

    def _start(self, root: Root, job: Job, found: Layout, on_line: OnLine) -> Held | None:
        """None where the engine's processes are not of this machine."""
        image = images.image_for(self.client, root, on_line)
        made = self.make(image, replace(job, argv=KEEP, env={}), found)
        made.start()
        held = Held.of(made)
        if held is None:
            container.remove(made)
        return held

    def _exec(self, held: Held, job: Job, capture: Capture, watch: Watch) -> Ending:
        line = inside.command(job.argv, job.env, job.limits, own_users=False)
        api = self.client.api
        made = api.exec_create(str(held.container.id), line, user=container.user(), workdir=job.cwd)["Id"]
        begun = time.monotonic()
        wire: Any = api.exec_start(made, socket=True)
        reader = threading.Thread(target=read, args=(wire, capture), daemon=True)
        reader.start()
        try:
            with ExitStack() as stack:
                ended = end_of(int(api.exec_inspect(made).get("Pid") or 0), stack) or self._asked(made)
                stopped = until(ended, begun + job.limits.seconds, capture, watch)
            seconds = time.monotonic() - begun
            watch.count()
            held.kill()
            reader.join(GRACE)
            code = self._code(made)
        finally:
            wire._response.close()  # noqa: SLF001  # the SDK's only handle on the connection it opened for us
        watch.count()
        return ending(code, seconds, stopped, capture, watch, starved=watch.oom_kills > 0)

    def _asked(self, made: str) -> Ended:
        def ended(seconds: float) -> bool:
            if not self.client.api.exec_inspect(made)["Running"]:
                return True
            time.sleep(seconds)
            return False

        return ended

    def _code(self, made: str) -> int:
        until_then = time.monotonic() + GRACE
        while time.monotonic() < until_then:
            said = self.client.api.exec_inspect(made)
            if not said["Running"] and said["ExitCode"] is not None:
                return int(said["ExitCode"])
            time.sleep(TICK / 20)
        raise PlatformError("the container engine does not say how a command ended", hint="its log may tell")


def _open(path: str, flags: int, opened: ExitStack) -> int:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    opened.callback(os.close, descriptor)
    return descriptor


def _owner(process: int) -> int | None:
    try:
        return Path(f"/proc/{process}").stat().st_uid
    except OSError:
        return None
