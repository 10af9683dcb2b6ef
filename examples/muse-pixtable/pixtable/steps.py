"""The steps, as functions from table to table. Columns: x, y / pix (later ra, dec / arcsec), lambda / Angstrom, value,
flag, variance. No step here may touch lambda, value, flag or variance."""

import numpy as np
from astropy import units as u
from astropy.table import Table

COLUMNS = ("x", "y", "lambda", "value", "flag", "variance")
KEPT = ("lambda", "value", "flag", "variance")


def create(words: list[list[str]]) -> Table:
    """Rows of words, as printed, become typed columns with units. Raises ValueError where a word is no number."""
    table = Table()
    for name, column in zip(COLUMNS, zip(*words, strict=True), strict=True):
        table[name] = np.array(column, dtype=np.int32 if name == "flag" else np.float64)
    for name, unit in (("x", u.pix), ("y", u.pix), ("lambda", u.AA)):
        table[name].unit = unit
    return table


def shift(table: Table, x_offset: float, y_scale: float) -> Table:
    """x + x_offset, y_scale * y: from the frame of the slicer to the frame of the field, both in pix."""
    moved = table.copy()
    moved["x"] = table["x"] + x_offset
    moved["y"] = y_scale * table["y"]
    moved["x"].unit = moved["y"].unit = u.pix
    return moved


def to_sky(table: Table, scale: float) -> Table:
    """Offsets on the sky in arcsec, for a sampling of `scale` arcsec per pix, from the centre of the field."""
    sky = Table()
    sky["ra"], sky["dec"] = scale * table["x"], scale * table["y"]
    sky["ra"].unit = sky["dec"].unit = u.arcsec
    for name in KEPT:
        sky[name] = table[name]
    return sky


def simulate(rows: int, seed: int) -> Table:
    """A table with the ranges of the real one, in the float32 of MUSE's own pixel tables: Poisson variance plus a read
    noise of 3, one flag in a thousand set."""
    random = np.random.default_rng(seed)
    table = Table()
    table["x"] = random.uniform(-150, 150, rows)
    table["y"] = random.uniform(0, 300, rows)
    table["lambda"] = random.uniform(4750, 9350, rows)
    signal = random.exponential(400, rows)
    table["value"] = signal + random.normal(0, np.sqrt(signal + 9))
    table["flag"] = np.where(random.random(rows) < 1e-3, 5, 0)
    table["variance"] = signal + 9
    for name in COLUMNS:
        table[name] = table[name].astype(np.int32 if name == "flag" else np.float32)
    for name, unit in (("x", u.pix), ("y", u.pix), ("lambda", u.AA)):
        table[name].unit = unit
    return table
