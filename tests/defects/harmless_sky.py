"""Other ways to say where things are, when, and in which unit: the same sky, the same spectrum, the same night."""
# ruff: noqa: E501 (one row of the table is one line)

from typing import Any

import numpy as np

from tests.defects.products import Product, catalogue, cube, curve
from tests.defects.rows import TABLES, Row, both, plain

CD = "CD1_1 CD1_2 CD1_3 CD2_1 CD2_2 CD2_3 CD3_1 CD3_2 CD3_3"
STARS = {
    "table": {"match": {"ra": "ra", "dec": "dec", "max": "50 mas"}},
    "column": {n: {"abs": 1e-4} for n in ("ra", "dec")},
}
NIGHTS = {"table": {"match": {"time": "mjd", "max": "10 s"}}, "column": {"mjd": {"abs": 2e-4}}}


def wcs(gone: str = "", **cards: Any) -> Any:
    return plain(lambda base: base.with_cards("DATA", gone, **cards))


def as_pc(base: Product) -> Product:
    """CD as PC and CDELT."""
    old = base["DATA"].cards
    steps = (0.2 / 3600, 0.2 / 3600, 1.25)
    cards = {f"CDELT{i + 1}": step for i, step in enumerate(steps)}
    for i in range(3):
        cards |= {f"PC{i + 1}_{j + 1}": old[f"CD{i + 1}_{j + 1}"] / steps[i] for j in range(3)}
    return base.with_cards("DATA", CD, **cards)


def in_arcsec(base: Product) -> Product:
    old = base["DATA"].cards
    cards: dict[str, Any] = {k: old[k] * 3600 for k in ("CRVAL1", "CRVAL2", "CD1_1", "CD1_2", "CD2_1", "CD2_2")}
    return base.with_cards("DATA", **cards, CUNIT1="arcsec", CUNIT2="arcsec")


def fk5(base: Product) -> Product:
    """The reference point converted, and told as what it is."""
    from astropy import units  # noqa: PLC0415 (a second, for one row)
    from astropy.coordinates import SkyCoord  # noqa: PLC0415

    old = base["DATA"].cards
    there = SkyCoord(old["CRVAL1"] * units.deg, old["CRVAL2"] * units.deg, frame="icrs").fk5
    return base.with_cards("DATA", "LATPOLE", CRVAL1=there.ra.deg, CRVAL2=there.dec.deg, RADESYS="FK5", EQUINOX=2000.0)


def rotated(base: Product) -> tuple[Product, Product]:
    """CROTA2, as old instruments write it, and the CD matrix it stands for."""
    angle, step = np.radians(30.0), 0.2 / 3600
    old = {"CDELT1": -step, "CDELT2": step, "CDELT3": 1.25, "CROTA2": 30.0}
    cd = {
        "CD1_1": -step * np.cos(angle), "CD1_2": -step * np.sin(angle), "CD2_1": -step * np.sin(angle),
        "CD2_2": step * np.cos(angle), "CD3_3": 1.25,
    }  # fmt: skip
    return base.with_cards("DATA", CD, **old), base.with_cards("DATA", CD, **{k: float(v) for k, v in cd.items()})


def jittered(mas: float) -> Any:
    """Every star a little elsewhere, in another order."""

    def deed(base: Product) -> Product:
        random = np.random.default_rng(8)
        table, step = base.table, mas / 3.6e6
        moved = base.with_columns(
            ra=table["ra"] + step * random.uniform(-1, 1, 40), dec=table["dec"] + step * random.uniform(-1, 1, 40)
        )
        return moved.with_rows(random.permutation(40))

    return plain(deed)


def around_zero(base: Product) -> tuple[Product, Product]:
    """Stars on both sides of right ascension 0, where 360 degrees are none."""
    table = base.table
    ra = (table["ra"] - table["ra"].mean()) % 360
    return base.with_columns(ra=ra), base.with_columns(ra=np.where(ra < 1e-3, ra + 360, ra)).with_rows(
        slice(None, None, -1)
    )


HARMLESS_SKY = (
    Row("PC and CDELT for CD", cube, plain(as_pc), "fits tiles"),
    Row("CROTA2 for CD", cube, both(rotated), "fits"),
    Row("another reference pixel in the spectrum", cube, wcs(CRPIX3=1.0, CRVAL3=4750 + 1.25 * 196), "fits tiles"),
    Row("wavelengths in nm", cube, wcs(CRVAL3=475.0, CD3_3=0.125, CUNIT3="nm"), "fits tiles"),
    Row("wavelengths in m", cube, wcs(CRVAL3=4750e-10, CD3_3=1.25e-10, CUNIT3="m"), "fits"),
    Row("the sky in arcsec", cube, plain(in_arcsec), "fits"),
    Row("zeros of the matrix left out", cube, wcs("CD1_3 CD2_3 CD3_1 CD3_2"), "fits tiles"),
    Row("LONPOLE left out", cube, wcs("LONPOLE LATPOLE"), "fits"),
    Row("WCSAXES left out", cube, wcs("WCSAXES"), "fits tiles"),
    Row("digits of double precision", cube, wcs(CRVAL1=53.16311222220001), "fits tiles"),
    Row("half a millipixel off, within the limit", cube, wcs(CRVAL2=-27.8244911111 + 0.0005 * 0.2 / 3600), "fits tiles", spec={"wcs": {"max": "0.001 pix"}}),
    Row("two limits on the sky and the spectrum", cube, wcs(CRVAL3=4750.01, CRVAL2=-27.8244911111 + 1e-7), "fits", spec={"wcs": {"max": ["1 mas", "0.02 Angstrom"]}}),
    Row("FK5 converted and said", cube, plain(fk5), "fits", spec={"wcs": {"max": "0.1 mas"}}),
    Row("stars in another order, by the sky", catalogue, jittered(0), TABLES, spec=STARS),
    Row("stars a few mas elsewhere", catalogue, jittered(5), TABLES, spec=STARS),
    Row("stars around right ascension 0", catalogue, both(around_zero), TABLES, spec={"table": STARS["table"], "column": {"ra": {"abs": 360}, "dec": {"abs": 1e-4}}}),
    Row("nights in another order, by time", curve, plain(lambda b: b.with_rows(slice(None, None, -1))), TABLES, spec=NIGHTS),
    Row("nights a second off, by time", curve, plain(lambda b: b.with_columns(mjd=b.table["mjd"] + 1 / 86400)), TABLES, spec=NIGHTS),
    Row("another sample of the same width", curve, plain(lambda b: b.with_rows(np.random.default_rng(9).permutation(120))), TABLES, spec={"column": {n: {"distribution": {"test": "ks", "p": 1e-3}} for n in ("mjd", "mag", "e_mag")}}),
    Row("a flag that is ignored", catalogue, plain(lambda b: b.with_columns(flags=b.table["flags"] ^ 16)), TABLES, spec={"column": {"flags": {"bitmask": {"ignore": [16]}}}}),
    Row("noise without a bias", cube, plain(lambda b: b.with_image("DATA", (b["DATA"].data + 0.3 * np.random.default_rng(2).standard_normal(b["DATA"].data.shape)).astype("f4"))), "fits tiles", spec={"hdu": {"DATA": {"data": {"abs": 2}, "statistics": {"mean_bias_sigma": 5, "binned_bias_sigma": 5}}}}),
    Row("another exposure with honest errors", cube, plain(lambda b: b.with_image("DATA", (b["DATA"].data + np.sqrt(b["STAT"].data) * np.random.default_rng(3).standard_normal(b["DATA"].data.shape)).astype("f4"))), "fits", spec={"hdu": {"DATA": {"data": {"sigma": {"max": 6, "variance": "STAT"}}, "statistics": {"mean_bias_sigma": 5, "pull_std": [0.95, 1.05], "chi2_p": 1e-4}}}}),
    Row("a few outliers, as allowed", cube, plain(lambda b: b.with_image("DATA", (b["DATA"].data + 4 * np.sqrt(b["STAT"].data) * (np.arange(2688).reshape(12, 14, 16) % 900 == 7)).astype("f4"))), "fits tiles", spec={"hdu": {"DATA": {"data": {"sigma": {"max": 1, "variance": "STAT"}}, "statistics": {"outliers": {"fraction": 0.01, "max_sigma": 5}}}}}),
)  # fmt: skip
