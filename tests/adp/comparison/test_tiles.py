"""Tile-compressed images are decoded as astropy decodes them, whatever the codec, the tiles and the dither."""

import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from adp.comparison.compare import compare
from adp.comparison.formats.limits import LIMITS
from adp.comparison.formats.opening import open_document

RNG = np.random.default_rng(5)
CUBE = RNG.normal(100, 10, (4, 9, 13))
SHAPES: list[Any] = [None, (1, 9, 13), (1, 3, 13), (2, 9, 13), (1, 2, 13), (2, 4, 5), (3, 9, 13)]
CODECS = [
    ("RICE_1", 16, "f4", -1), ("RICE_1", 16, "f4", 1), ("RICE_1", 16, "f8", 2), ("RICE_1", 4, "f4", 1),
    ("GZIP_1", 0, "f4", -1), ("GZIP_1", 16, "f4", 1), ("GZIP_2", 0, "f8", -1), ("GZIP_2", 16, "f4", 1),
    ("RICE_1", 16, "i2", -1), ("RICE_1", 16, "i4", -1), ("RICE_1", 16, "u1", -1), ("GZIP_1", 0, "i2", -1),
    ("GZIP_2", 0, "i4", -1), ("RICE_1", 16, "u2", -1), ("HCOMPRESS_1", 0, "i4", -1),
]  # fmt: skip


@pytest.mark.parametrize("compiled", [0, sys.maxsize])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("how", "level", "kind", "dither"), CODECS)
def test_every_pixel_is_the_one_that_astropy_decodes(
    tmp_path: Path, how: str, level: float, kind: str, dither: int, shape: Any, compiled: int
) -> None:
    values = CUBE.astype(kind)
    if kind[0] == "f":
        values[0, 1, 2:5], values[1, :, :] = np.nan, np.nan
    if how == "HCOMPRESS_1":
        values, shape = values[0], None
    made = fits.CompImageHDU(
        values, compression_type=how, quantize_level=level, quantize_method=dither, tile_shape=shape, dither_seed=7
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fits.HDUList([fits.PrimaryHDU(), made]).writeto(tmp_path / "packed.fits")
    with fits.open(tmp_path / "packed.fits") as file:
        wanted = np.array(file[1].data)

    document = open_document(tmp_path / "packed.fits", replace(LIMITS, compiled=compiled))
    part = document.parts[1]
    whole = part.source.read(slice(0, part.rows))("").data
    cut = part.source.read(slice(5, 200 if how != "HCOMPRESS_1" else 90))("").data
    document.close()

    np.testing.assert_array_equal(whole.reshape(wanted.shape), wanted)
    np.testing.assert_array_equal(cut, wanted.reshape(-1)[5 : 5 + len(cut)])


def test_a_damaged_tile_is_a_finding(tmp_path: Path) -> None:
    for side in ("reference", "product"):
        made = fits.CompImageHDU(CUBE.astype("f4"), compression_type="GZIP_1", quantize_level=0)
        fits.HDUList([fits.PrimaryHDU(), made]).writeto(tmp_path / side)
    raw = bytearray((tmp_path / "product").read_bytes())
    raw[-2880 - 200 : -2880] = b"\xff" * 200
    (tmp_path / "product").write_bytes(raw)

    found = compare(tmp_path / "reference", tmp_path / "product")

    assert found.verdict == "differs"
    assert any(f.code in {"FORMAT", "TRUNCATED"} for f in found.findings)
