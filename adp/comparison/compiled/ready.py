"""Whether compiled loops can be had, and whether they pay: numba takes a second before the first value."""

import importlib.util
import sys
from functools import cache

WARM = 1 << 22  # bytes from which they pay in a process that has them already
LOADED = {"adp.comparison.kernels.scan", "adp.comparison.compiled.rice"}


@cache
def installed() -> bool:
    return importlib.util.find_spec("numba") is not None


def worth(size: int, least: int) -> bool:
    """For `size` bytes to compare, when a process that has not loaded numba begins at `least`."""
    return size >= (least if LOADED.isdisjoint(sys.modules) else min(least, WARM)) and installed()
