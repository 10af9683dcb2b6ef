"""Our decoder of RICE_1 gives what the standard's C code gives, to the bit, and refuses what that reads past."""

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from astropy.io.fits.hdu.compressed._compression import (
    compress_rice_1_c,
    decompress_rice_1_c,
    unquantize_double_c,
    unquantize_float_c,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from adp.comparison.formats.fits_rice import Quantized, decode

KINDS = {1: np.uint8, 2: np.int16, 4: np.int32}
SPREADS = [0.0, 0.3, 5.0, 300.0, 3e4, 1e9]


def numbers(rng: Any, width: int, count: int) -> Any:
    """Quiet, noisy and wild stretches one behind the other, with jumps over the whole range."""
    spread = rng.choice(SPREADS, 1 + count // 50).repeat(50)[:count]
    made = rng.standard_normal(count) * spread + rng.integers(-100, 100)
    limits = np.iinfo(KINDS[width])
    made[rng.random(count) < 0.01] = limits.min
    made[rng.random(count) < 0.01] = limits.max
    return np.clip(made, limits.min, limits.max).astype(KINDS[width])


@pytest.mark.parametrize("width", KINDS)
@pytest.mark.parametrize("block", [1, 16, 31, 32])
def test_integers_of_every_width_are_those_of_the_c_code(width: int, block: int) -> None:
    rng = np.random.default_rng((width, block))
    for size in (1, 2, 31, 33, 100, 1000):
        tiles = [numbers(rng, width, size) for _ in range(20)]
        pieces = [compress_rice_1_c(t.tobytes(), block, width) for t in tiles]
        out = np.zeros(20 * size, KINDS[width])

        decode(pieces, width, block, size, out, None)

        wanted = b"".join(decompress_rice_1_c(p, block, width, size) for p in pieces)
        assert out.tobytes() == wanted == b"".join(t.tobytes() for t in tiles)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("dither", [-1, 0, 1, 2])
@pytest.mark.parametrize("blank", [None, 77])
def test_floats_of_every_dither_are_those_of_the_c_code(kind: Any, dither: int, blank: int | None) -> None:
    rng = np.random.default_rng(dither + 1)
    size, number = 25_000, 9_990  # the sequence of dither ends within a tile, and so does that of tiles
    tiles = [numbers(rng, 4, size) for _ in range(20)]
    for tile in tiles:
        tile[rng.random(size) < 0.01] = 77
        tile[rng.random(size) < 0.01] = -2147483646
    scales, zeros = rng.lognormal(size=20), rng.standard_normal(20)
    out = np.zeros(20 * size, kind)

    how = Quantized(scales, zeros, dither, number, blank)
    decode([compress_rice_1_c(t.tobytes(), 32, 4) for t in tiles], 4, 32, size, out, how)

    undo = unquantize_float_c if kind is np.float32 else unquantize_double_c
    for i, (tile, made) in enumerate(zip(tiles, out.reshape(20, size), strict=True)):
        scale, zero = float(scales[i]), float(zeros[i])
        if dither == -1:
            wanted = (tile * scale + zero).astype(kind)
        else:
            found = undo(tile.tobytes(), number + i, size, scale, zero, dither, 0, 0, 0.0, 4)
            wanted = np.frombuffer(found, kind).copy()
        wanted[tile == blank] = np.nan
        np.testing.assert_array_equal(made, wanted)


@pytest.mark.parametrize("width", KINDS)
def test_a_tile_cut_short_anywhere_is_refused(width: int) -> None:
    tile = numbers(np.random.default_rng(width), width, 200)
    packed = compress_rice_1_c(tile.tobytes(), 32, width)
    for length in range(1, len(packed)):
        with pytest.raises(ValueError, match="ends before its last pixel"):
            decode([packed[:length], packed], width, 32, 200, np.zeros(400, KINDS[width]), None)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.binary(max_size=60) | st.integers(0, 400).map(bytes), max_size=6),
    st.sampled_from(sorted(KINDS)),
    st.integers(1, 32),
    st.integers(1, 300),
    st.booleans(),
)
def test_any_bytes_are_decoded_within_bounds_or_refused(
    pieces: list[bytes], width: int, block: int, size: int, floats: bool
) -> None:
    count = len(pieces)
    width = 4 if floats else width
    out = np.zeros(count * size + 8, np.float32 if floats else KINDS[width])
    how = Quantized(np.ones(count), np.zeros(count), 1, 0, None) if floats else None
    with suppress(ValueError):
        decode(pieces, width, block, size, out[: count * size], how)
    assert not out[count * size :].any()
