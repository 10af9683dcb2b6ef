"""How far a reader goes with a file nobody vouches for. Sizes are checked before anything is allocated."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path


class Unreadable(Exception):  # noqa: N818 (a state of a file, told to people as a finding)
    """The file cannot be judged: `code` is FORMAT, TRUNCATED or UNSUPPORTED; the message ends without a full stop."""

    def __init__(self, message: str, *, code: str = "FORMAT", hdu: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.code, self.hdu, self.line = code, hdu, line
        self.side = ""  # set by who knows whose file it is


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Bytes and counts. A text format is read whole, hence its cap; FITS is read in chunks and has none. `room` and
    `seconds` of CPU are what a reader in a process of its own may use, the latter for each answer; `ragged` is how many
    values of variable-length cells one chunk may hold, `packed` how many bytes one compressed block may unpack to,
    `whole` the memory that the values of a file may take which is read whole.
    From `compiled` bytes on, compiled kernels are worth their start; each of `threads` then reads `slab` bytes of
    either file at a time."""

    header: int = 8 << 20
    hdus: int = 2048
    columns: int = 4096
    text: int = 512 << 20
    line: int = 4 << 20
    depth: int = 64
    unpacked: int = 8 << 30
    unpack_ratio: int = 250
    chunk: int = 1 << 18
    ragged: int = 1 << 26
    packed: int = 1 << 28
    whole: int = 1 << 30
    room: int = 2 << 30
    seconds: int = 20
    compiled: int = 1 << 30
    slab: int = 1 << 20
    threads: int = 2


LIMITS = ReadLimits()


def open_regular(path: Path) -> int:
    """A descriptor of a regular file; a pipe, device or folder is refused without waiting for it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Unreadable(f"cannot be opened: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable("is not a regular file")
    return descriptor
