"""Whether an engine has been the same all the time: an idle connection to it ends when its process does.

A container that an engine killed while it went down looks like one whose job was killed: exit 137, by nobody we know.
That is our fault, never the author's crash."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from adp.errors import PlatformError
from adp.sandbox.reasons import Ending

UNCLEAN = {137, 143, 255}  # SIGKILL, SIGTERM, and what an engine says when it does not know
PING = b"GET /_ping HTTP/1.1\r\nHost: engine\r\n\r\n"
SECONDS = 10.0
Cut = Callable[[], bool]


@contextmanager
def heartline(address: str) -> Iterator[Cut]:
    """Asks, later, whether what listened at `address` has gone since; elsewhere than at a socket nobody can tell."""
    path = address.removeprefix("unix://")
    if path == address:
        yield lambda: False
        return
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.settimeout(SECONDS)
            line.connect(path)
            line.sendall(PING)  # one that never asked anything may be dropped
            line.recv(1)
        except OSError as error:
            raise PlatformError(f"the container engine at {address} does not answer: {error}") from error
        line.setblocking(False)
        yield lambda: _is_cut(line)


def sure(ending: Ending, is_cut: Cut) -> Ending:
    """`ending`, unless an engine that went away may have made it. Raises PlatformError."""
    explained = ending.stopped or ending.killed_for_memory or ending.exit_code not in UNCLEAN
    if not explained and is_cut():
        raise PlatformError("the container engine went away while the command ran", hint="it is tried again")
    return ending


def _is_cut(line: socket.socket) -> bool:
    try:
        while line.recv(4096):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
