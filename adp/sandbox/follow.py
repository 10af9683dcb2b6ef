"""A container from its start to its end: read what it says, stop it at a limit, then ask the engine how it went."""

import os
import select
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

import docker
from docker.errors import APIError
from docker.models.containers import Container
from docker.utils.socket import STDOUT, frames_iter

from adp.sandbox import cgroup, child, out
from adp.sandbox.log import Capture
from adp.sandbox.reasons import KILLED, Ending
from adp.sandbox.watch import Watch

TICK = 0.1
GRACE = 10.0
FULL = 0.99  # of its memory: a kernel kills a little before the last page
Ended = Callable[[float], bool]  # waits so many seconds at most; whether it has ended


def follow(client: docker.DockerClient, container: Container, capture: Capture, watch: Watch) -> Ending:
    wire = client.api.attach_socket(str(container.id), params={"stdout": 1, "stderr": 1, "stream": 1})
    reader = threading.Thread(target=read, args=(wire, capture), daemon=True)
    reader.start()
    try:
        container.start()
        return _attend(container, reader, capture, watch)
    finally:
        wire._response.close()  # noqa: SLF001  # the SDK's only handle on the connection it opened for us


def read(wire: Any, capture: Capture) -> None:
    """Until its end, which comes with the job's, with the engine's, or by our closing it when either is over."""
    with suppress(ValueError, OSError):
        for stream, chunk in frames_iter(wire, tty=False):  # type: ignore[no-untyped-call]  # not in the SDK's stubs
            capture.add("stdout" if stream == STDOUT else "stderr", chunk)


def _attend(container: Container, reader: threading.Thread, capture: Capture, watch: Watch) -> Ending:
    begun = time.monotonic()
    container.reload()
    first = int(container.attrs["State"]["Pid"])
    watch.inner = cgroup.of(first) if first else None
    watch.group = watch.group or watch.inner
    with ExitStack() as held:
        ended = end_of(first, held) or _asked(container, reader)
        stopped = until(ended, begun + watch.limits.seconds, capture, watch)
    seconds = time.monotonic() - begun
    if stopped:
        with suppress(APIError):  # it may have ended in the same moment
            container.kill()
    code = int(container.wait(timeout=GRACE)["StatusCode"])
    reader.join(GRACE)
    watch.count()
    container.reload()
    starved = watch.oom_kills > 0 or _starved(container, watch, is_strange=code == KILLED and not stopped)
    return ending(code, seconds, stopped, capture, watch, starved=starved)


def _starved(container: Container, watch: Watch, *, is_strange: bool) -> bool:
    """What the engine says; Podman says nothing, and its group is gone by then. `is_strange`: killed, and not by us. If
    it had all the memory it may have, that is why."""
    most = int(container.attrs["HostConfig"].get("Memory") or 0)
    is_full = 0 < FULL * most <= watch.peaks.get("memory", 0)
    return bool(container.attrs["State"].get("OOMKilled")) or (is_strange and is_full)


def until(ended: Ended, deadline: float, capture: Capture, watch: Watch) -> str | None:
    """Wait for the end; the limit to stop it for, if one is reached before."""
    stopped: str | None = None
    while stopped is None and not ended(TICK):
        stopped = child.why(deadline, capture, watch)
    return stopped


def end_of(process: int, held: ExitStack) -> Ended | None:
    """Told by the kernel, where the engine's processes are of this machine and this account may see them."""
    if not process:
        return None
    try:
        descriptor = os.pidfd_open(process)
    except OSError:
        return None
    held.callback(os.close, descriptor)
    return lambda seconds: bool(select.select([descriptor], [], [], seconds)[0])


def ending(code: int, seconds: float, stopped: str | None, capture: Capture, watch: Watch, *, starved: bool) -> Ending:
    return Ending(
        exit_code=code,
        seconds=seconds,
        cpu_seconds=watch.cpu_seconds,
        stopped=stopped or ("log" if capture.is_over else None),
        killed_for_memory=starved,
        refused_a_process=watch.refusals > 0,
        full=out.full(watch.writable.source) if watch.writable else None,
        peaks=watch.peaks,
    )


def _asked(container: Container, reader: threading.Thread) -> Ended:
    """By the engine: a job may close both its streams and go on."""

    def ended(seconds: float) -> bool:
        reader.join(seconds)
        if reader.is_alive():
            return False
        container.reload()
        if container.status in {"exited", "dead", "stopped"}:
            return True
        time.sleep(seconds)
        return False

    return ended
