"""Open a file below a folder a stranger wrote, never through a link, never outside, never waiting: openat2(2) where the
kernel has it, in one call that nobody can come between; else one part of the path after the other."""

import ctypes
import errno
import os
from functools import cache

OPENAT2 = 437  # the same number on every architecture
NO_XDEV, NO_MAGICLINKS, NO_SYMLINKS, BENEATH = 0x01, 0x02, 0x04, 0x08
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
LACKING = {errno.ENOSYS, errno.EPERM}  # an older kernel, a filter of system calls around us
TRIES = 20  # a rename somewhere on the machine makes the kernel ask again


class _How(ctypes.Structure):
    """struct open_how of openat2(2)."""

    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def open_file(top: int, parts: tuple[str, ...]) -> int:
    """A descriptor of `parts` below `top`. Raises OSError: ELOOP for a link, EXDEV for another file system."""
    try:
        return openat2(top, parts)
    except OSError as error:
        if error.errno not in LACKING:
            raise
    return step_by_step(top, parts)


def openat2(top: int, parts: tuple[str, ...]) -> int:
    how = _How(FILE, 0, NO_XDEV | NO_MAGICLINKS | NO_SYMLINKS | BENEATH)
    path = os.fsencode("/".join(parts))
    code = 0
    for _ in range(TRIES):
        found = int(_libc().syscall(OPENAT2, top, path, ctypes.byref(how), ctypes.sizeof(how)))
        if found >= 0:
            return found
        code = ctypes.get_errno()
        if code != errno.EAGAIN:
            break
    raise OSError(code, os.strerror(code))


def step_by_step(top: int, parts: tuple[str, ...]) -> int:
    folder = os.dup(top)
    try:
        for part in parts[:-1]:
            inner = os.open(part, FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(parts[-1], FILE, dir_fd=folder)
    finally:
        os.close(folder)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
