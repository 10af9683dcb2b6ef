"""Whether anybody left a System V object in a namespace: asked by a thread that steps into it and ends there."""

import ctypes
import os
import threading
from pathlib import Path

NEWIPC = 0x08000000  # CLONE_NEWIPC
TABLES = ("shm", "sem", "msg")  # of /proc/sysvipc, a line each after the heading, as the thread that opens them sees it


def any_in(namespace: int) -> bool:
    """`namespace`: a descriptor of it. Raises OSError where we may not step in. Only the thread moves, never we."""
    told: list[bool | OSError] = []
    asking = threading.Thread(target=_ask, args=(namespace, told))
    asking.start()
    asking.join()
    if isinstance(told[0], OSError):
        raise told[0]
    return told[0]


def _ask(namespace: int, told: list[bool | OSError]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, NEWIPC) != 0:
        code = ctypes.get_errno()
        told.append(OSError(code, os.strerror(code)))
        return
    try:
        told.append(any(len(Path(f"/proc/sysvipc/{name}").read_bytes().splitlines()) > 1 for name in TABLES))
    except OSError as error:
        told.append(error)
