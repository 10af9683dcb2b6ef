"""One process of the host whose output we read while the clock runs."""

import os
import resource
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from adp.errors import PlatformError
from adp.sandbox.log import Capture
from adp.sandbox.options import OOM_FIRST
from adp.sandbox.watch import Watch

TICK = 0.1
CHUNK = 64 << 10
GRACE = 10.0  # for the kernel to take apart what was killed


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    seconds: float
    cpu_seconds: float
    largest: int  # resident bytes of the largest process
    stopped: str | None  # a row of options.LIMITS


def run(
    command: Sequence[str],
    capture: Capture,
    *,
    seconds: float,
    watch: Watch,
    kill: Callable[[], None],
    pass_fds: Sequence[int] = (),
) -> Ended:
    """Run `command` with an empty environment until it ends, or `watch`, clock or capture says stop.

    `kill` ends what `command` started elsewhere; the process dies here, and its death ends its pid namespace."""
    begun = time.monotonic()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={},
        cwd="/",
        pass_fds=tuple(pass_fds),
        start_new_session=True,
    )
    watch.process = process.pid
    Path(f"/proc/{process.pid}/oom_score_adj").write_text(str(OOM_FIRST), encoding="ascii")
    stopped: str | None = None
    finished = False
    try:
        with _watching(process) as streams:
            while streams.get_map() and not stopped and not finished:
                finished = _read(streams, capture)
                stopped = why(begun + seconds, capture, watch)
            if stopped:
                _kill(process)
                kill()
            _drain(streams, capture, time.monotonic() + GRACE)
    finally:
        if not finished:
            _kill(process)
            kill()
        code, usage = _reap(process)
    return Ended(code, time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, stopped)


def _watching(process: "subprocess.Popen[bytes]") -> selectors.DefaultSelector:
    streams = selectors.DefaultSelector()
    for name, stream in (("stdout", process.stdout), ("stderr", process.stderr)):
        if stream is not None:
            os.set_blocking(stream.fileno(), False)
            streams.register(stream, selectors.EVENT_READ, name)
    streams.register(os.pidfd_open(process.pid), selectors.EVENT_READ, "end")
    return streams


def _read(streams: selectors.DefaultSelector, capture: Capture, timeout: float = TICK) -> bool:
    """Take what is there; True when the process has ended."""
    ended = False
    for key, _ in streams.select(timeout):
        if key.data == "end":
            ended = True
            continue
        chunk = os.read(key.fd, CHUNK)
        if chunk:
            capture.add(key.data, chunk)
        else:
            streams.unregister(key.fileobj)
    return ended


def why(deadline: float, capture: Capture, watch: Watch) -> str | None:
    """The limit to stop a job for, now; a job that writes much is not looked at for every piece."""
    now = time.monotonic()
    if capture.is_over:
        return "log"
    if now > deadline:
        return "seconds"
    return watch.over() if watch.is_time(now) else None


def _drain(streams: selectors.DefaultSelector, capture: Capture, until: float) -> None:
    """What was written before the end; nobody is left to write more."""
    end = next(k for k in streams.get_map().values() if k.data == "end")
    streams.unregister(end.fileobj)
    os.close(end.fd)
    while streams.get_map() and time.monotonic() < until:
        _read(streams, capture, timeout=max(0.0, until - time.monotonic()))


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Not Popen.kill: that one reaps, and the usage of the dead would be lost. Unreaped, the number is still theirs."""
    os.kill(process.pid, signal.SIGKILL)


def _reap(process: "subprocess.Popen[bytes]") -> tuple[int, resource.struct_rusage]:
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage
        time.sleep(0.005)
    raise PlatformError(f"process {process.pid} cannot be killed", hint="this machine's kernel needs a look")
