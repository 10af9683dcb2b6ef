"""Whether two arrays hold the same, asked cheaply first, and whether one holds enough to tell."""

import numpy as np

from adp.comparison.causes.cause import ENOUGH
from adp.comparison.model import Array

FEW = 1 << 12  # elements that are asked first


def varied(values: Array) -> bool:
    """Whether there is enough in an image to tell where it went."""
    some = values.ravel()[:: max(1, values.size // FEW)]
    return len(np.unique(some[np.isfinite(some)])) >= ENOUGH


def equal(p: Array, r: Array) -> bool:
    """Equal in every pixel. A few are asked first: most guesses fail there, and planes may be large."""
    step = max(1, round((p.size / FEW) ** (1 / p.ndim)))
    some = (slice(None, None, step),) * p.ndim
    return p.shape == r.shape and same(p[some], r[some]) and same(p, r)


def same(p: Array, r: Array) -> bool:
    return np.array_equal(p, r, equal_nan=p.dtype.kind == "f" and r.dtype.kind == "f")
