"""Who uses a tree, a package set or a kernel right now, and when somebody last did: a shared lock on a small file, held
until the process ends. A process that dies lets go by dying."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adp.environment import place

_HELD: dict[Path, int] = {}  # descriptors of this process, never closed before its end


def use(thing: Path) -> None:
    """Nobody throws `thing` away while this process lives. To be called before it is looked for."""
    if thing not in _HELD:
        descriptor = os.open(_path(thing), os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        _HELD[thing] = descriptor
    os.utime(_path(thing))


def last_use(thing: Path) -> float:
    """Seconds since the epoch; when it was made, where nobody has told of a use."""
    told = _path(thing)
    return told.stat().st_mtime if told.exists() else thing.lstat().st_ctime


@contextmanager
def unused(thing: Path) -> Iterator[bool]:
    """Whether nobody uses `thing`; as long as the block lasts nobody begins to."""
    with _path(thing).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _path(thing: Path) -> Path:
    return place.uses() / f"{thing.parent.name}-{thing.name}"
