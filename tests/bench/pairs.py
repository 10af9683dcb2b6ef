"""Seeded pairs of FITS files, alike within a relative 1e-5 or to the bit."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from astropy.io import fits

PLANE = 256  # pixels of a plane, each way
NOISE = 3e-7  # relative; a few ulp of a float32
REL = 1e-5
MISSING = 0.02  # fraction of pixels without a value


class Pair(NamedTuple):
    reference: Path
    product: Path


def cubes(folder: Path, size: int) -> tuple[Pair, Pair]:
    """A pair within REL with NaN in the same places, and one to the bit; each file holds about `size` bytes."""
    rng = np.random.default_rng(20261122)
    shape = (max(1, size // (4 * PLANE * PLANE)), PLANE, PLANE)
    values = rng.normal(100, 10, shape).astype("f4")
    values[rng.random(shape, "f4") < MISSING] = np.nan
    noisy = values * (1 + NOISE * rng.standard_normal(shape, "f4"))
    named = {name: folder / f"{name}.fits" for name in ("reference", "noisy", "same")}
    for name, path in named.items():
        fits.ImageHDU(noisy if name == "noisy" else values, name="SCI").writeto(path)
    return Pair(named["reference"], named["noisy"]), Pair(named["reference"], named["same"])


def tables(folder: Path, rows: int) -> Pair:
    """Pixel tables: five floating columns within REL, and flags to the bit."""
    rng = np.random.default_rng(20261122)
    columns = {name: rng.normal(100, 10, rows).astype("f4") for name in ("x", "y", "lambda", "value", "variance")}
    flags = rng.integers(0, 9, rows).astype("i4")
    pair = Pair(folder / "table.fits", folder / "noisy-table.fits")
    for path, noise in zip(pair, (0.0, NOISE), strict=True):
        made = [
            fits.Column(name, "E", array=values * (1 + noise * rng.standard_normal(rows, "f4")))
            for name, values in columns.items()
        ]
        made.append(fits.Column("flag", "J", array=flags))
        fits.BinTableHDU.from_columns(made, name="PIXTABLE").writeto(path)
    return pair
