"""One user id per running job, so that jobs cannot signal, trace or starve one another."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adp.errors import PlatformError

FOLDER = Path("/run/pharos/slots")  # of the machine: user ids are, however many states it has
FIRST = 20001
MANY = 64


@contextmanager
def slot() -> Iterator[int]:
    """A uid nobody else has while we hold it. Root takes the first free one; anybody else is their own slot."""
    if os.geteuid() != 0:
        yield os.geteuid()
        return
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    for uid in range(FIRST, FIRST + MANY):
        with (FOLDER / str(uid)).open("wb") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield uid
            return
    raise PlatformError(f"all {MANY} sandbox slots of this machine are taken", hint="run fewer jobs at once")
