"""Defects of where things are: pixels on the sky, in the spectrum and in time; stars; nights."""
# ruff: noqa: E501 (one row of the table is one line)

from typing import Any

import numpy as np

from tests.defects.products import Product, catalogue, cube, curve
from tests.defects.rows import TABLES, Change, Random, Row, both, plain

PIXEL = 0.2 / 3600  # degrees
TENTH = {"wcs": {"max": "0.01 pix"}, "data": {"rel": 1e-5}}
STARS = {
    "table": {"match": {"ra": "ra", "dec": "dec", "max": "50 mas"}},
    "column": {n: {"abs": 1e-3} for n in ("ra", "dec")},
}
NIGHTS = {"table": {"match": {"time": "mjd", "max": "10 s"}}, "column": {"mjd": {"abs": 2e-4}}}


def wcs(gone: str = "", **cards: Any) -> Any:
    return plain(lambda base: base.with_cards("DATA", gone, **cards))


def turned(degrees: float) -> Any:
    """The field turned on the sky: the CD matrix, rotated."""

    def deed(base: Product) -> Product:
        cards, angle = base["DATA"].cards, np.radians(degrees)
        matrix = np.array([[cards[f"CD{i}_{j}"] for j in (1, 2)] for i in (1, 2)])
        new = matrix @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        return base.with_cards("DATA", **{f"CD{i + 1}_{j + 1}": float(new[i, j]) for i in (0, 1) for j in (0, 1)})

    return plain(deed)


def stated(*names: str, **cards: Any) -> Any:
    """The reference says something about time; the product the second of the two."""

    def deed(base: Product) -> tuple[Product, Product]:
        one, other = ({k: v[n] for k, v in cards.items()} for n in (0, 1))
        return base.with_cards("DATA", **one), base.with_cards("DATA", **other)

    return both(deed)


def astray(mas: float) -> Any:
    """One star, drawn, is that far off to the north."""

    def deed(random: Random, base: Product) -> Change:
        at = int(random.integers(base.table.rows))
        dec = base.table["dec"].copy()
        dec[at] += mas / 3.6e6
        return Change(base.with_columns(dec=dec))

    return deed


def frame(new: str) -> Any:
    """All coordinates in another frame, under the same names."""

    def deed(base: Product) -> Product:
        from astropy import units  # noqa: PLC0415 (a second, for three rows)
        from astropy.coordinates import SkyCoord  # noqa: PLC0415

        there = SkyCoord(base.table["ra"] * units.deg, base.table["dec"] * units.deg, frame="icrs").transform_to(new)
        lon, lat = (there.l, there.b) if new == "galactic" else (there.ra, there.dec)
        return base.with_columns(ra=lon.deg, dec=lat.deg)

    return plain(deed)


SKY_DEFECTS = (
    Row("a tenth of a pixel off on the sky", cube, wcs(CRVAL1=53.1631122222 + 0.1 * PIXEL), "fits tiles", "WCS", TENTH),
    Row("a hundredth of a pixel off, unruled", cube, wcs(CRVAL2=-27.8244911111 + 0.01 * PIXEL), "fits tiles", "WCS"),
    Row("counted from 0", cube, wcs(CRPIX1=-47.0), "fits tiles", "WCS"),
    Row("turned by a tenth of a degree", cube, turned(0.1), "fits", "WCS", {"wcs": {"max": "0.1 pix"}}),
    Row("east and west exchanged", cube, wcs(CD1_1=4.12858236376e-05, CD1_2=-3.71739225755e-05), "fits", "WCS"),
    Row("pixels of another size", cube, wcs(CD1_1=-4.13e-05), "fits", "WCS"),
    Row("the pole of the projection", cube, wcs(LONPOLE=0.0), "fits", "WCS"),
    Row("another projection", cube, wcs(CTYPE1="RA---SIN", CTYPE2="DEC--SIN"), "fits", "WCS"),
    Row("axes of the sky exchanged", cube, wcs(CTYPE1="DEC--TAN", CTYPE2="RA---TAN", CRVAL1=-27.8244911111, CRVAL2=53.1631122222), "fits", "WCS"),
    Row("wavelengths a tenth of a pixel off", cube, wcs(CRVAL3=4750.125), "fits tiles", "WCS", TENTH),
    Row("another step in wavelength", cube, wcs(CD3_3=1.2501), "fits", "WCS", TENTH),
    Row("wavelengths in nm under Angstrom", cube, wcs(CRVAL3=475.0, CD3_3=0.125), "fits", "WCS"),
    Row("Angstrom relabelled nm", cube, wcs(CUNIT3="nm"), "fits", "WCS"),
    Row("FK5 for ICRS", cube, wcs(RADESYS="FK5", EQUINOX=2000.0), "fits tiles", "FRAME"),
    Row("B1950 for ICRS", cube, wcs(RADESYS="FK4", EQUINOX=1950.0), "fits", "FRAME"),
    Row("vacuum for air", cube, wcs(CTYPE3="WAVE"), "fits tiles", "SPECTRAL"),
    Row("TAI for UTC", cube, stated(TIMESYS=("UTC", "TAI")), "fits tiles", "TIME_SCALE"),
    Row("a star 80 mas off", catalogue, astray(80), TABLES, "ROW_MISSING ROW_EXTRA", STARS),
    Row("all stars 80 mas off", catalogue, plain(lambda b: b.with_columns(dec=b.table["dec"] + 80 / 3.6e6)), TABLES, "POSITION", STARS),
    Row("a star is missing on the sky", catalogue, plain(lambda b: b.with_rows(np.delete(np.arange(40), 6))), TABLES, "ROW_MISSING", STARS),
    Row("a star twice on the sky", catalogue, plain(lambda b: b.with_rows(np.append(np.arange(40), 6))), TABLES, "ROW_DUPLICATE", STARS),
    Row("a night is missing", curve, plain(lambda b: b.with_rows(np.delete(np.arange(120), 30))), TABLES, "ROW_MISSING", NIGHTS),
    Row("one night's magnitude", curve, plain(lambda b: b.with_columns(mag=b.table["mag"] + (np.arange(120) == 30)).with_rows(slice(None, None, -1))), TABLES, "VALUE", NIGHTS),
    Row("a catalogue in FK5", catalogue, frame("fk5"), TABLES, "VALUE", cause="FK5 for ICRS"),
    Row("a catalogue in B1950", catalogue, frame("fk4"), TABLES, "VALUE", cause="B1950 for J2000"),
    Row("a catalogue in galactic coordinates", catalogue, frame("galactic"), TABLES, "VALUE", cause="galactic for ICRS"),
)  # fmt: skip
