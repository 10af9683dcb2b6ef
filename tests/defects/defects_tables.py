"""Defects of tables: cells, columns, rows, types and units."""
# ruff: noqa: E501 (one row of the table is one line)

from dataclasses import replace
from typing import Any

import numpy as np

from tests.defects.products import Column, Product, Table, catalogue, curve, pixels
from tests.defects.rows import EVERY, TABLES, TYPED, UNITED, Change, Random, Row, both, plain

KEY = {"table": {"key": ["id"]}}


def cell(column: str, value: Any) -> Any:
    """One cell, drawn, gets another value: a value, or made of the old one."""

    def deed(random: Random, base: Product) -> Change:
        values = base.table[column].copy()
        row = int(random.integers(len(values)))
        values[row] = value(values[row]) if callable(value) else value
        return Change(base.with_columns(**{column: values}), {"column": column, "row": row + 1, "index": [row]})

    return deed


def column(name: str, make: Any, unit: str | None = None) -> Any:
    """A whole column made anew; `unit` where it changes, too."""

    def deed(base: Product) -> Product:
        old = base.table.columns[name]
        return base.with_columns(
            **{name: replace(old, values=make(old.values), unit=old.unit if unit is None else unit)}
        )

    return plain(deed)


def row(make: Any) -> Any:
    """Rows chosen by `make(number of rows, drawn row)`; the drawn row is the place."""

    def deed(random: Random, base: Product) -> Change:
        count = base.table.rows
        at = int(random.integers(5, count - 8))
        return Change(base.with_rows(make(np.arange(count), at)), {"row": at + 1})

    return deed


def anywhere(deed: Any) -> Any:
    """The same, without asking for a place: the code has none."""
    return lambda random, base: replace(deed(random, base), place={})


def masked(product: Any) -> Any:
    """Some radii were not measured: NaN in the reference, `product` in the product."""

    def deed(base: Product) -> tuple[Product, Product]:
        radius = base.table["radius"].copy()
        radius[3::7] = np.nan
        return base.with_columns(radius=radius), base.with_columns(
            radius=np.where(np.isnan(radius), product, radius).astype("f4")
        )

    return both(deed)


def null(reference: int | None, product: int | None, value: int = -99) -> Any:
    """Flags with a null value (TNULL); the stored number stays the same."""

    def deed(base: Product) -> tuple[Product, Product]:
        flags = base.table["flags"].copy()
        mask = np.arange(len(flags)) % 9 == 2
        flags[mask] = value
        made = [Column(flags, null=n) for n in (reference, product)]
        return base.with_columns(flags=made[0]), base.with_columns(flags=made[1])

    return both(deed)


def missing_cells(kept: bool) -> Any:
    """The mask of some cells is gone, what lies under it shows."""

    def deed(base: Product) -> tuple[Product, Product]:
        values = base.table["id"]
        mask = np.arange(len(values)) % 9 == 2
        return base.with_columns(id=Column(values, mask=mask)), base.with_columns(id=Column(values, mask=mask & kept))

    return both(deed)


def lists(*product: Any) -> Any:
    """Variable-length arrays: the photons of three sources."""

    def deed(base: Product) -> tuple[Product, Product]:
        return tuple(Product((Table("EVT", {"energy": Column(ragged(x))}),)) for x in (([1, 2], [], [3]), product))  # type: ignore[return-value]  # two of them

    return both(deed)


def ragged(cells: Any) -> Any:
    made = np.empty(len(cells), dtype=object)
    made[:] = [np.array(c, dtype="f4") for c in cells]
    return made


def wide(make: Any) -> Any:
    """The reference with identifiers of the size Gaia gives."""

    def deed(base: Product) -> tuple[Product, Product]:
        ids = (1 << 62) + base.table["id"].astype("i8") * 7
        return base.with_columns(id=Column(ids)), base.with_columns(id=Column(make(ids)))

    return both(deed)


def vector(make: Any) -> Any:
    def deed(base: Product) -> tuple[Product, Product]:
        stamp = np.outer(base.table["flux"], [1.0, 0.5, 0.25])
        return base.with_columns(aper=Column(stamp, "mJy")), base.with_columns(aper=Column(make(stamp), "mJy"))

    return both(deed)


def logical(base: Product) -> tuple[Product, Product]:
    good = base.table["flags"] == 0
    return base.with_columns(good=Column(good)), base.with_columns(good=Column(~good))


def complex_phase(base: Product) -> tuple[Product, Product]:
    visibility = (base.table["flux"] * np.exp(1j * base.table["x"])).astype("c8")
    return base.with_columns(vis=Column(visibility)), base.with_columns(vis=Column(visibility.conj()))


def exchanged(one: str, other: str) -> Any:
    return plain(lambda b: b.with_columns(**{one: b.table[other], other: b.table[one]}))


def renamed(old: str, new: str) -> Any:
    def deed(base: Product) -> Product:
        columns = {new if n == old else n: c for n, c in base.table.columns.items()}
        return base.with_part(replace(base.table, columns=columns))

    return plain(deed)


def air(vacuum: Any) -> Any:
    """Morton (1991, ApJS 77, 119), vacuum to air in Angstrom."""
    s = (1e4 / vacuum) ** 2
    return vacuum / (1.0 + 2.735182e-4 + 131.4182 / vacuum**2 + 2.76249e8 / vacuum**4 + 0 * s)


def shuffled(numbers: Any, at: int) -> Any:
    return np.random.default_rng(at).permutation(numbers)


OFF = "VALUE STRING"  # a catalogue whose rows slid
TABLE_DEFECTS = (
    Row("one flux", catalogue, cell("flux", lambda v: v * 1.01), f"{EVERY} votable-binary", "VALUE"),
    Row("one flux in its last digit", catalogue, cell("flux", lambda v: np.nextafter(v, np.inf)), EVERY, "VALUE"),
    Row("one flux beyond its own tolerance", catalogue, cell("flux", lambda v: v + 2.0), TABLES, "VALUE", {"column": {"flux": {"abs": 1.0}}}),
    Row("one identifier", catalogue, cell("id", 999), EVERY, "VALUE"),
    Row("one name", catalogue, cell("name", "EMMI J005.6"), EVERY, "STRING"),
    Row("a name in small letters", catalogue, cell("name", lambda v: v.lower()), TABLES, "STRING"),
    Row("a name with a leading blank", catalogue, cell("name", lambda v: (" " + v)[:24]), "fits votable votable-binary2 parquet", "STRING"),
    Row("names cut to 16 characters", catalogue, column("name", lambda v: v.astype("U16")), TABLES, "STRING"),
    Row("a name is empty", catalogue, cell("name", ""), "fits votable votable-binary2 parquet", "STRING"),
    Row("a flux is NaN", catalogue, cell("flux", np.nan), "fits ecsv votable-binary", "NAN_MISMATCH"),
    Row("a flux is infinite", catalogue, cell("flux", np.inf), "fits ecsv parquet", "INF_MISMATCH"),
    Row("unmeasured radii filled with 0", catalogue, masked(0), "fits ecsv parquet", "NAN_MISMATCH", cause="NaN was filled with 0"),
    Row("unmeasured radii filled with -999", catalogue, masked(-999), "fits ecsv parquet", "NAN_MISMATCH", cause="NaN was filled with -999"),
    Row("a null value is no longer null", catalogue, null(-99, None), "fits", "MASK_MISMATCH"),
    Row("the null value is another", catalogue, null(-99, -32768), "fits", "MASK_MISMATCH"),
    Row("masked cells came back", catalogue, missing_cells(kept=False), "csv votable-binary2 parquet", "MASK_MISMATCH"),
    Row("one flag", catalogue, cell("flags", lambda v: v ^ 2), TABLES, "VALUE"),
    Row("a star is missing", catalogue, row(np.delete), TYPED, "ROW_MISSING VALUE STRING", cause="is missing"),
    Row("a star is there twice", catalogue, anywhere(row(lambda n, k: np.insert(n, k, k))), TYPED, "ROW_EXTRA VALUE STRING", cause="twice"),
    Row("one row too many", curve, both(lambda b: (b.with_rows(np.delete(np.arange(120), 50)), b)), TYPED, "ROW_EXTRA VALUE", cause="extra row"),
    Row("the last row is missing", catalogue, plain(lambda b: b.with_rows(slice(0, -1))), EVERY, "ROW_MISSING"),
    Row("all rows slid by one", curve, plain(lambda b: b.with_rows(np.roll(np.arange(120), 1))), TYPED, "VALUE ROW_ORDER", cause="slid by 1"),
    Row("one column slid by one row", catalogue, column("flux", lambda v: np.roll(v, 1)), TYPED, "VALUE", cause="slid by 1"),
    Row("rows in another order", catalogue, anywhere(row(shuffled)), EVERY, "VALUE STRING ROW_ORDER" ),
    Row("rows sorted by flux", catalogue, plain(lambda b: b.with_rows(np.argsort(b.table["flux"]))), TYPED, "VALUE STRING ROW_ORDER", cause="sorted by flux"),
    Row("a star is missing by its key", catalogue, row(np.delete), EVERY, "ROW_MISSING", KEY),
    Row("a star more by its key", catalogue, both(lambda b: (b.with_rows(np.delete(np.arange(40), 7)), b)), TABLES, "ROW_EXTRA", KEY),
    Row("a star twice by its key", catalogue, anywhere(row(np.append)), EVERY, "ROW_DUPLICATE", KEY),
    Row("a flux in another order of rows", catalogue, plain(lambda b: b.with_rows(slice(None, None, -1)).with_columns(flux=np.r_[b.table["flux"][:0:-1], 1.0])), TABLES, "VALUE", KEY),
    Row("a wrong unit behind a key", catalogue, plain(lambda b: b.with_columns(flux=b.table["flux"] / 1000).with_rows(slice(None, None, -1))), UNITED, "VALUE", KEY, cause="values in Jy under the unit mJy"),
    Row("coordinates exchanged behind a key", catalogue, plain(lambda b: b.with_columns(ra=b.table["dec"], dec=b.table["ra"]).with_rows(slice(None, None, -1))), TABLES, "VALUE", KEY, cause="exchanged"),
    Row("a column is missing", catalogue, plain(lambda b: b.with_columns(e_flux=None)), EVERY, "COLUMN_MISSING"),
    Row("a column more", catalogue, plain(lambda b: b.with_columns(sharp=b.table["x"] + 1)), EVERY, "COLUMN_EXTRA"),
    Row("a column renamed", catalogue, renamed("flux", "flux_aper"), EVERY, "COLUMN_RENAMED"),
    Row("a column's capitals", catalogue, renamed("ra", "RA"), TYPED, "COLUMN_RENAMED"),
    Row("right ascension and declination exchanged", catalogue, exchanged("ra", "dec"), EVERY, "VALUE", cause="exchanged"),
    Row("flux and its error exchanged", catalogue, exchanged("flux", "e_flux"), TABLES, "VALUE", cause="exchanged"),
    Row("a narrower integer", catalogue, column("id", lambda v: v.astype("i2")), TYPED, "DTYPE"),
    Row("a narrower float", catalogue, column("flux", lambda v: v.astype("f4")), TYPED, "DTYPE", {"column": {"flux": {"rel": 1e-6}}}),
    Row("integers became floats", catalogue, column("id", lambda v: v.astype("f4")), TYPED, "DTYPE", {"column": {"id": {"abs": 0}}}),
    Row("identifiers through a double", catalogue, wide(lambda v: v.astype("f8").astype("i8")), TYPED, "VALUE", cause="float64"),
    Row("one identifier of 63 bits", catalogue, wide(lambda v: v + (np.arange(len(v)) == 11)), EVERY, "VALUE"),
    Row("times through float32", curve, column("mjd", lambda v: v.astype("f4").astype("f8")), EVERY, "VALUE", cause="float32"),
    Row("times as float32", curve, column("mjd", lambda v: v.astype("f4")), TYPED, "VALUE DTYPE", cause="float32"),
    Row("printed with three decimals", catalogue, column("ra", lambda v: np.round(v, 3)), TABLES, "VALUE", cause="rounded to 3 decimals"),
    Row("one column's bytes swapped", catalogue, column("flags", lambda v: v.byteswap()), TYPED, "VALUE BYTE_ORDER"),
    Row("degrees became radians", catalogue, column("ra", np.radians), TABLES, "VALUE", cause="radians"),
    Row("degrees became hours", catalogue, column("ra", lambda v: v / 15), TABLES, "VALUE", cause="hours"),
    Row("the unit of a column", catalogue, column("flux", lambda v: v, "s"), UNITED, "UNIT"),
    Row("the unit of a column is gone", catalogue, column("flux", lambda v: v, ""), UNITED, "UNIT"),
    Row("mJy labelled Jy", catalogue, column("flux", lambda v: v, "Jy"), UNITED, "VALUE", cause="times the reference"),
    Row("fluxes in Jy under mJy", catalogue, column("flux", lambda v: v / 1000), TABLES, "VALUE", cause="Jy"),
    Row("wavelengths in metres", pixels, column("lambda", lambda v: v * 1e-10), TABLES, "VALUE", cause="m"),
    Row("wavelengths in air", pixels, column("lambda", air), TABLES, "VALUE", {"column": {"lambda": {"abs": 0.01}}}, cause="air"),
    Row("Julian for modified Julian dates", curve, column("mjd", lambda v: v + 2400000.5), EVERY, "VALUE", cause="2400000.5"),
    Row("TAI labelled UTC", curve, column("mjd", lambda v: v + 27 / 86400), TABLES, "VALUE", cause="TAI"),
    Row("TT labelled UTC", curve, column("mjd", lambda v: v + 59.184 / 86400), TABLES, "VALUE", cause="TT"),
    Row("magnitudes for fluxes", catalogue, column("flux", lambda v: -2.5 * np.log10(v)), TABLES, "VALUE", cause="-2.5 log10"),
    Row("a standard error squared", catalogue, column("e_flux", np.square), TABLES, "VALUE", cause="square"),
    Row("the magnitude's sign", curve, column("mag", np.negative), TABLES, "VALUE", cause="opposite sign"),
    Row("beyond three sigma of its error", curve, cell("mag", lambda v: v + 2.5), TABLES, "VALUE", {"column": {"mag": {"sigma": {"max": 3, "error": "e_mag"}}}}),
    Row("an error of zero", curve, both(lambda b: (b.with_columns(e_mag=b.table["e_mag"] * (np.arange(120) != 5)),) * 2), TABLES, "VARIANCE", {"column": {"mag": {"sigma": {"max": 3, "error": "e_mag"}}}}),
    Row("one element of a vector", catalogue, vector(lambda v: v + (np.indices(v.shape)[1] == 2) * (np.indices(v.shape)[0] == 5)), "fits votable votable-binary2 parquet", "VALUE"),
    Row("vectors of another length", catalogue, vector(lambda v: v[:, :2]), "fits votable votable-binary2", "SHAPE"),
    Row("truth values inverted", catalogue, both(logical), "fits ecsv votable votable-binary2 parquet", "VALUE", cause="inverted"),
    Row("complex conjugates", catalogue, both(complex_phase), "fits votable votable-binary2", "VALUE", cause="conjugate"),
    Row("one photon of a list", catalogue, lists([1, 2], [], [4]), "fits", "VALUE"),
    Row("a list is shorter", catalogue, lists([1], [], [3]), "fits", "SHAPE"),
    Row("an empty list is filled", catalogue, lists([1, 2], [7], [3]), "fits", "SHAPE"),
)  # fmt: skip
