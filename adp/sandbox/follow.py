"""A container from its start to its end: read what it says, stop it at a limit, then ask the engine how it went."""

import threading
import time
from contextlib import suppress
from typing import Any

import docker
from docker.errors import APIError
from docker.models.containers import Container
from docker.utils.socket import STDOUT, frames_iter

from adp.sandbox import cgroup, child, out
from adp.sandbox.log import Capture
from adp.sandbox.reasons import Ending
from adp.sandbox.watch import Watch

TICK = 0.05
GRACE = 10.0


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
    for stream, chunk in frames_iter(wire, tty=False):  # type: ignore[no-untyped-call]  # the SDK's stubs leave it out
        capture.add("stdout" if stream == STDOUT else "stderr", chunk)


def _attend(container: Container, reader: threading.Thread, capture: Capture, watch: Watch) -> Ending:
    begun = time.monotonic()
    stopped: str | None = None
    reader.join(TICK)
    if watch.group is None:
        container.reload()
        watch.group = cgroup.of(container.attrs["State"]["Pid"])
    while stopped is None and _alive(container, reader):
        stopped = child.why(begun + watch.limits.seconds, capture, watch)
        reader.join(TICK)
    if stopped:
        with suppress(APIError):  # it may have ended in the same moment
            container.kill()
    code = int(container.wait(timeout=GRACE)["StatusCode"])
    seconds = time.monotonic() - begun
    reader.join(GRACE)
    watch.count()
    container.reload()
    starved = bool(container.attrs["State"].get("OOMKilled")) or watch.oom_kills > 0
    return ending(code, seconds, stopped, capture, watch, starved=starved)


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


def _alive(container: Container, reader: threading.Thread) -> bool:
    """A job may close both its streams and go on."""
    if reader.is_alive():
        return True
    container.reload()
    return container.status not in {"exited", "dead"}
