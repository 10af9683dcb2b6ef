"""Engine on bubblewrap: namespaces, a read-only Debian tree, our system calls, limits; never as root.

Root hands each job to a slot user of its own; anybody else runs it as themselves. The launcher's environment is empty
(process 1 of a sandbox shows it), memory, processes and time are limited and counted as one group where the machine
allows, and nothing lives longer than the first process."""

import json
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from adp.environment import place
from adp.environment.tree import Root
from adp.errors import PlatformError
from adp.sandbox import cgroup, child, floors, options, out, seccomp
from adp.sandbox.engine import Engine, EngineInfo, Job, OnLine, OnUsage, Outcome, unheard
from adp.sandbox.launch import Launch, out_of_reach
from adp.sandbox.log import Capture
from adp.sandbox.mounts import Layout, layout
from adp.sandbox.reasons import Ending, outcome
from adp.sandbox.slots import FIRST, slot
from adp.sandbox.watch import Watch

LAUNCHERS = 2  # processes of ours in the job's group: bwrap, and its process 1 inside
STAGE = "pharos-stage-"
MISSING = "apt-get install bubblewrap"
NAMESPACES = "user namespaces must be allowed here (sysctl kernel.unprivileged_userns_clone, user.max_user_namespaces)"


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    name: str = "bubblewrap"

    def info(self) -> EngineInfo:
        group = cgroup.new()
        has = {options.FILE_SYSTEM} if out.can_mount() else set[str]()
        if group:
            has.add(options.GROUP)
            group.close()
        return EngineInfo(self.name, version(), options.enforced(self.name, has), options.weaker(self.name, has))

    def together(self, jobs: int) -> AbstractContextManager[Engine]:
        return nullcontext(self)

    def clear(self, owner: str) -> None:
        """A sandbox dies with its launcher; its control group stays."""
        cgroup.clear(owner)
        for left in Path("/tmp").glob(f"{STAGE}{owner}-*"):  # noqa: S108  # see _stage
            left.rmdir()

    def run(self, root: Root, job: Job, on_line: OnLine = unheard, on_usage: OnUsage = unheard) -> Outcome:
        if root.tree is None:
            raise PlatformError(
                f"{root.name} could not be checked: it is a container image",
                hint="it needs a container engine: adp check --engine docker",
            )
        tree, found = root.tree.resolve(), layout(root, job)
        with ExitStack() as held:
            uid = held.enter_context(slot())
            group = held.enter_context(_group(job, found))
            if found.writable:
                out.hand_over(found.writable.source, uid)
            status = held.enter_context(tempfile.TemporaryFile())
            rules = held.enter_context(_filter())
            launch = Launch(
                bwrap=binary(),
                uid=uid,
                entrances=tuple(group.entrances) if group else (),
                stage=held.enter_context(_stage()) if out_of_reach(tree, found, uid) else None,
                filter_fd=rules,
                status_fd=status.fileno(),
                bytes_per_process=None if group else job.limits.memory,
            )
            capture = Capture(job.limits.log, on_line)
            watch = Watch(job.limits, found.writable, group, on_usage, LAUNCHERS)
            ended = child.run(
                launch.command(tree, job, found),
                capture,
                seconds=job.limits.seconds,
                watch=watch,
                kill=group.kill if group else _nothing,
                pass_fds=(rules, status.fileno()),
            )
            status.seek(0)
            ending = _ending(ended, _exit_code(status.read()), watch, capture)
        return outcome(ending, capture, job.limits)


def binary() -> str:
    found = shutil.which("bwrap", path=os.environ.get("PATH", os.defpath) + ":/usr/bin")
    if found is None:
        raise PlatformError("bubblewrap is not installed", hint=MISSING)
    return found


def version() -> str:
    said = subprocess.run([binary(), "--version"], check=False, capture_output=True, text=True, env={}).stdout
    faults = (floors.too_old("bubblewrap", said), floors.too_old("kernel", platform.release()))
    fault = next((each for each in faults if each), None)
    if fault:
        raise PlatformError(fault, hint="a newer one, or another engine: adp doctor")
    return ".".join(map(str, floors.version(said)))


def works() -> None:
    """Start an empty sandbox for real, as a job would; raises PlatformError with what this machine lacks."""
    version()
    user = ["/usr/bin/setpriv", f"--reuid={FIRST}", f"--regid={FIRST}", "--clear-groups", "--no-new-privs", "--"]
    line = user if os.geteuid() == 0 else []
    line = [
        *line,
        binary(),
        "--unshare-user",
        "--unshare-pid",
        "--unshare-net",
        "--disable-userns",
        "--cap-drop",
        "ALL",
    ]
    line += ["--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"]
    line += ["--proc", "/proc", "--dev", "/dev", "--", "/usr/bin/true"]
    tried = subprocess.run(line, check=False, capture_output=True, text=True, env={}, cwd="/", timeout=30)
    if tried.returncode != 0:
        raise PlatformError(f"bubblewrap cannot start a sandbox here: {tried.stderr.strip()[-300:]}", hint=NAMESPACES)


def _ending(ended: child.Ended, code: int | None, watch: Watch, capture: Capture) -> Ending:
    """No exit code from bwrap and no kill of ours: the sandbox itself failed, unless memory ran out inside it."""
    watch.count(0 if watch.peaks.get("memory") else ended.largest)  # it shows its parent's size until it is itself
    starved = watch.oom_kills > 0
    if code is None and not ended.stopped and not starved:
        raise PlatformError(
            f"the sandbox could not start (exit {ended.code}): {capture.text.strip()[-1000:]}",
            hint="adp doctor tells what this machine lacks",
        )
    return Ending(
        exit_code=ended.code if code is None else code,
        seconds=ended.seconds,
        cpu_seconds=max(watch.cpu_seconds, ended.cpu_seconds if watch.group is None else 0.0),
        stopped=ended.stopped,
        killed_for_memory=starved,
        refused_a_process=watch.refusals > 0,
        full=out.full(watch.writable.source) if watch.writable else None,
        peaks=watch.peaks,
    )


def _exit_code(status: bytes) -> int | None:
    """From bwrap's JSON lines, the one with the code of the job."""
    lines = [json.loads(line) for line in status.decode().splitlines() if line.strip()]
    return next((line["exit-code"] for line in lines if "exit-code" in line), None)


@contextmanager
def _group(job: Job, found: Layout) -> Iterator[cgroup.Group | None]:
    """A tmpfs counts its pages to who writes them: room for the output is added, it is not the job's memory."""
    group = cgroup.new()
    if group is None:
        yield None
        return
    limits = job.limits
    extra = limits.disk if found.writable and out.limited(found.writable.source) else 0
    try:
        group.limit(memory=limits.memory + extra, processes=limits.processes + LAUNCHERS, cpus=limits.cpus)
        yield group
    finally:
        group.close()


@contextmanager
def _filter() -> Iterator[int]:
    descriptor = os.memfd_create("seccomp")
    try:
        os.write(descriptor, seccomp.bpf())
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _stage() -> Iterator[Path]:
    """An empty folder the slot user reaches: used only inside a job's own mount namespace."""
    with tempfile.TemporaryDirectory(prefix=f"{STAGE}{place.job()}-", dir="/tmp") as folder:
        Path(folder).chmod(place.LISTED)
        yield Path(folder)


def _nothing() -> None:
    """The death of process 1 is the death of all: without a group there is nothing more to kill."""
