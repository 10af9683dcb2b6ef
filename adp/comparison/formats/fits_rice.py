"""Tiles of RICE_1 by compiled loops, which let go of Python: both sides of a pair are decoded at once."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from adp.comparison.compiled import cached
from adp.comparison.model import Array

FORMS = {1: (3, 6, 8), 2: (4, 14, 16), 4: (5, 25, 32)}  # by bytes of a number: see rice._block
LOOPS = "adp.comparison.compiled.rice"
STEP, MODULUS = 16807, (1 << 31) - 1  # of the generator in FITS 4.0, appendix I


class Quantized(NamedTuple):
    """What floats are made of: a scale and a zero for each tile, the kind of dither (-1, 1, 2), the number of the first
    tile in the dither's sequence, and the number that stands for NaN."""

    scales: npt.NDArray[np.float64]
    zeros: npt.NDArray[np.float64]
    dither: int
    number: int
    blank: int | None


def decode(pieces: Sequence[bytes], width: int, block: int, size: int, out: Array, how: Quantized | None) -> None:
    """Tiles of `size` pixels into `out`; what belongs to an empty piece is left as it is. Raises ValueError."""
    loops = cached.load(LOOPS)
    packed = np.frombuffer(b"".join((*pieces, bytes(loops.SPARE))), np.uint8)
    starts = np.zeros(len(pieces) + 1, np.int64)
    np.cumsum([len(piece) for piece in pieces], out=starts[1:])
    form = FORMS[width]
    if how is None:
        bad = loops.integers(packed, starts, form, block, size, out.view(f"u{width}"))
    else:
        blank = (how.blank is not None, how.blank or 0)
        of_tiles = how.scales, how.zeros, how.dither, how.number, blank, _noise(loops.CYCLE)
        bad = loops.floats(packed, starts, form, block, size, *of_tiles, out)
    if bad >= 0:
        raise ValueError("a tile ends before its last pixel, or is none of RICE_1's")


@cache
def _noise(count: int) -> npt.NDArray[Any]:
    """The standard's sequence of random numbers, float32."""
    seed, found = 1, np.empty(count, np.float32)
    for i in range(count):
        seed = seed * STEP % MODULUS
        found[i] = seed / MODULUS
    return found
