"""Differences of values, types and units that are none."""
# ruff: noqa: E501 (one row of the table is one line)

from dataclasses import replace
from typing import Any

import numpy as np

from tests.defects.products import Column, Product, catalogue, cube, curve, frame, pixels
from tests.defects.rows import ARRAYS, EVERY, IMAGES, TABLES, TYPED, UNITED, Row, both, plain

KEY = {"table": {"key": ["id"]}}


def values(make: Any, name: str = "DATA", **more: Any) -> Any:
    return plain(lambda base: base.with_image(name, make(base[name].data), **more))


def column(name: str, make: Any, unit: str | None = None) -> Any:
    def deed(base: Product) -> Product:
        old = base.table.columns[name]
        return base.with_columns(
            **{name: replace(old, values=make(old.values), unit=old.unit if unit is None else unit)}
        )

    return plain(deed)


def filled(reference: float, product: float, make: Any = lambda d: d) -> Any:
    """The same corner of the cube holds these."""

    def deed(base: Product) -> tuple[Product, Product]:
        made = []
        for value in (reference, product):
            data = base["DATA"].data.copy()
            data[:, :3, :2] = value
            made.append(base.with_image("DATA", data))
        return made[0], make(made[1])

    return both(deed)


def quiet(payload: int) -> Any:
    return np.array([payload], "u4").view("f4")[0]


def noise(size: float) -> Any:
    """Noise of a relative size, seeded."""
    return lambda d: (d * (1 + size * np.random.default_rng(1).uniform(-1, 1, d.shape))).astype(d.dtype)


def rows(make: Any) -> Any:
    return plain(lambda base: base.with_rows(make(np.arange(base.table.rows))))


def nulls(one: int, other: int) -> Any:
    """The same cells are missing; the number that says so is another."""

    def deed(base: Product) -> tuple[Product, Product]:
        mask = np.arange(base.table.rows) % 9 == 2
        made = [base.with_columns(id=Column(base.table["id"], mask=mask, null=n)) for n in (one, other)]
        return made[0], made[1]

    return both(deed)


def blanks(one: int, other: int) -> Any:
    def deed(base: Product) -> tuple[Product, Product]:
        made = []
        for blank in (one, other):
            data = base["SCI"].data.copy()
            data[:, 20] = blank
            made.append(base.with_image("SCI", data, blank=blank))
        return made[0], made[1]

    return both(deed)


def hidden(one: int, other: int) -> Any:
    """What lies under a mask is nobody's business."""

    def deed(base: Product) -> tuple[Product, Product]:
        mask = np.arange(base.table.rows) % 9 == 2
        made = [base.with_columns(id=Column(np.where(mask, v, base.table["id"]), mask=mask)) for v in (one, other)]
        return made[0], made[1]

    return both(deed)


def positive(base: Product) -> tuple[Product, Product]:
    zero = base["DATA"].data.copy()
    zero[:, :3, :2] = 0
    other = zero.copy()
    other[:, :3, :2] = -0.0
    return base.with_image("DATA", zero), base.with_image("DATA", other)


def stored(scale: float, zero: float, kind: str) -> Any:
    """The same values, scaled to other integers in the file."""

    def deed(base: Product) -> tuple[Product, Product]:
        counts = base["SCI"].data.astype("f8") * 2 + 100
        one = replace(base["SCI"], data=counts, stored=(2.0, 100.0, "i2"))
        return base.with_part(one), base.with_part(replace(one, stored=(scale, zero, kind)))

    return both(deed)


def unsigned(base: Product) -> tuple[Product, Product]:
    raw = (base["SCI"].data.astype("i4") + 32768).astype("u2")
    return base.with_image("SCI", raw), base.with_image("SCI", raw.astype("i4"))


JY = 1e-3
HARMLESS_VALUES = (
    Row("the same", cube, plain(lambda b: b), ARRAYS),
    Row("the same table", catalogue, plain(lambda b: b), f"{EVERY} votable-binary"),
    Row("the same light curve", curve, plain(lambda b: b), f"{EVERY} ascii"),
    Row("-0.0 for 0.0", cube, both(positive), ARRAYS),
    Row("NaN with another payload", cube, filled(quiet(0x7FC00000), quiet(0x7FC12345)), "fits fits.gz"),
    Row("NaN with a sign", cube, filled(np.nan, -np.nan), "fits"),
    Row("NaN where NaN was", cube, filled(np.nan, np.nan), ARRAYS),
    Row("infinity where it was", cube, filled(np.inf, np.inf), IMAGES),
    Row("NaN left out", cube, filled(np.nan, 0), IMAGES, spec={"data": {"nan": "ignore"}}),
    Row("noise below the relative tolerance", cube, values(noise(1e-6)), ARRAYS, spec={"data": {"rel": 1e-5}}),
    Row("noise below the absolute tolerance", cube, values(lambda d: d + np.float32(9e-4)), IMAGES, spec={"data": {"abs": 1e-3}}),
    Row("noise below a tolerance with a unit", catalogue, column("flux", lambda v: v + 0.9), UNITED, spec={"column": {"flux": {"abs": "1e-3 Jy"}}}),
    Row("noise below three sigma", cube, values(lambda d: d + np.float32(0.5)), "fits", spec={"hdu": {"DATA": {"data": {"sigma": {"max": 3, "variance": "STAT"}}}}}),
    Row("noise below a tenth of the error", curve, column("mag", lambda v: v + 0.005), TABLES, spec={"column": {"mag": {"sigma": {"max": 0.5, "error": "e_mag"}}}}),
    Row("four steps of float32", cube, values(lambda d: (d.view("i4") + 4).view("f4")), IMAGES, spec={"data": {"ulp": 4}}),
    Row("a step of float64", curve, column("mjd", lambda v: np.nextafter(v, np.inf)), TABLES, spec={"column": {"mjd": {"ulp": 1}}}),
    Row("wider floats", cube, values(lambda d: d.astype("f8")), "fits fits.gz"),
    Row("wider integers", frame, values(lambda d: d.astype("i4"), "SCI"), ARRAYS),
    Row("wider columns", catalogue, plain(lambda b: b.with_columns(id=b.table["id"].astype("i8"), radius=b.table["radius"].astype("f8"))), TYPED),
    Row("an integer column as float64", catalogue, column("id", lambda v: v.astype("f8")), TYPED),
    Row("unsigned integers as wider signed ones", frame, both(unsigned), "fits"),
    Row("scaled with another offset", frame, stored(2.0, 50.0, "i4"), "fits", spec={"data": {"rel": 1e-6}}),
    Row("another BLANK", frame, blanks(-32768, -32767), "fits"),
    Row("another TNULL", catalogue, nulls(-99, -32768), "fits"),
    Row("other numbers under the mask", catalogue, hidden(-99, 0), "csv votable-binary2 parquet"),
    Row("mJy as Jy", catalogue, plain(lambda b: b.with_columns(flux=Column(b.table["flux"] * JY, "Jy"), e_flux=Column(b.table["e_flux"] * JY, "Jy"))), UNITED),
    Row("Angstrom as nm", pixels, column("lambda", lambda v: v / 10, "nm"), UNITED),
    Row("degrees as radians", catalogue, column("ra", np.radians, "rad"), UNITED),
    Row("days as seconds", curve, column("mjd", lambda v: v * 86400, "s"), UNITED, spec={"column": {"mjd": {"rel": 1e-15}}}),
    Row("a unit's other spelling", cube, values(lambda d: d, unit="1e-20 erg/s/cm2/Angstrom"), IMAGES),
    Row("a column unit's other spelling", pixels, column("lambda", lambda v: v, "angstrom"), UNITED),
    Row("columns in another order", catalogue, plain(lambda b: b.with_part(replace(b.table, columns=dict(reversed(b.table.columns.items()))))), EVERY),
    Row("a column more, where they may be", catalogue, plain(lambda b: b.with_columns(extra=b.table["x"] + 1)), TABLES, spec={"table": {"extra": "ignore"}}),
    Row("rows reversed, by key", catalogue, rows(lambda n: n[::-1]), EVERY, spec=KEY),
    Row("rows shuffled, by key", catalogue, rows(lambda n: np.random.default_rng(3).permutation(n)), TABLES, spec=KEY),
    Row("rows shuffled, by name", catalogue, rows(lambda n: np.random.default_rng(4).permutation(n)), TABLES, spec={"table": {"key": ["name"]}}),
    Row("rows shuffled, by two columns", catalogue, rows(lambda n: np.random.default_rng(5).permutation(n)), TABLES, spec={"table": {"key": ["id", "name"]}}),
)  # fmt: skip
