"""What docs/explanation/comparing.md says of other comparers, shown with the astropy and numpy of our own lock."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

import adp

Hdus = list[Any]


def image(data: Any, **cards: Any) -> fits.ImageHDU:
    hdu = fits.ImageHDU(np.asarray(data), name="SCI")
    hdu.header.update(cards)
    return hdu


def ragged(*rows: list[float]) -> fits.BinTableHDU:
    cells = np.array([np.array(r, "f4") for r in rows], dtype=object)
    return fits.BinTableHDU.from_columns([fits.Column("flux", "PE()", array=cells)], name="CAT")


def planes(*names: str) -> Hdus:
    return [fits.ImageHDU(np.full((2, 2), float(i)), name=n) for i, n in enumerate(names)]


def sky(**cards: Any) -> fits.ImageHDU:
    given = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 2.0, "CRPIX2": 2.0, "CRVAL1": 150.0, "CRVAL2": 2.0}
    steps = {"CDELT1": -0.2 / 3600, "CDELT2": 0.2 / 3600, "CUNIT1": "deg", "CUNIT2": "deg"}
    return image(np.ones((4, 4), "f4"), **(given | steps | cards))


F4 = np.ones((4, 4), "f4")


def with_pixel(value: float, dtype: str = "f4") -> fits.ImageHDU:
    data = np.ones((4, 4), dtype)
    data[1, 2] = value
    return image(data)


# claim: (reference, product, tolerances of FITSDiff, spec of ours, our code)
MISSED: dict[str, tuple[Any, Any, dict[str, float], Any, str]] = {
    "NaN is +Inf": (with_pixel(np.nan), with_pixel(np.inf), {}, None, "NAN_MISMATCH INF_MISMATCH"),
    "+Inf is -Inf": (with_pixel(np.inf), with_pixel(-np.inf), {}, None, "INF_MISMATCH"),
    "0 is -32768": (with_pixel(0, "i2"), with_pixel(-32768, "i2"), {}, None, "VALUE"),
    "T is 1": (image(F4, FLATTED=True), image(F4, FLATTED=1), {}, None, "CARD_TYPE"),
    "0.1 pixels": (sky(), sky(CRVAL1=150.0 + 0.02 / 3600), {"rtol": 1e-5}, {"data.rel": 1e-5}, "WCS CARD_VALUE"),
    "UTC is TAI": (
        image(F4, BJDREF=2457000.5),
        image(F4, BJDREF=2457000.5 + 37 / 86400),
        {"rtol": 1e-5},
        {"data.rel": 1e-5},
        "CARD_VALUE",
    ),
    "EXPTIME": (
        image(F4, EXPTIME=1200.0),
        image(F4, EXPTIME=1200.005),
        {"rtol": 1e-5},
        {"data.rel": 1e-5},
        "CARD_VALUE",
    ),
    "a factor of two": (image(F4 * 1e-17), image(F4 * 2e-17), {"atol": 1e-8}, None, "VALUE"),
    "[v] is [v, v, v]": (ragged([1.0], [2.0] * 3), ragged([1.0] * 3, [2.0]), {}, None, "SHAPE"),
}


def written(folder: Path, name: str, hdus: Hdus, **how: Any) -> Path:
    fits.HDUList([fits.PrimaryHDU(), *(h.copy() for h in hdus)]).writeto(folder / name, **how)
    return folder / name


def fitsdiff(reference: Path, product: Path, **tolerances: float) -> bool:
    """Whether astropy's FITSDiff finds the files identical."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with np.errstate(all="ignore"):
            return bool(fits.FITSDiff(str(reference), str(product), **tolerances).identical)


@pytest.mark.parametrize("claim", MISSED)
def test_fitsdiff_says_identical_and_ours_names_the_defect(claim: str, tmp_path: Path) -> None:
    theirs, mine, tolerances, spec, code = MISSED[claim]
    reference, product = written(tmp_path, "reference.fits", [theirs]), written(tmp_path, "product.fits", [mine])

    assert fitsdiff(reference, product, **tolerances)
    found = adp.compare(reference, product, spec)
    assert found.verdict == "differs"
    assert {f.code for f in found.findings if f.is_error} & set(code.split())


def test_fitsdiff_trusts_a_checksum_nobody_verified(tmp_path: Path) -> None:
    stale = written(tmp_path, "stale.fits", [image(F4)], checksum=True)
    stale.write_bytes(stale.read_bytes()[:-2880] + b"\x40" + stale.read_bytes()[-2879:])
    again = tmp_path / "again.fits"
    again.write_bytes(stale.read_bytes())

    assert fitsdiff(again, stale)
    assert "CHECKSUM" in {f.code for f in adp.compare(again, stale).findings}


Broken = Callable[[Path], tuple[Path, Path]]


def unequal_rows(folder: Path) -> tuple[Path, Path]:
    return (
        written(folder, "reference.fits", [ragged([1.0, 2.0], [2.0, 3.0, 4.0])]),
        written(folder, "product.fits", [ragged([1.0, 2.0, 3.0], [2.0, 3.0])]),
    )


def truncated(folder: Path) -> tuple[Path, Path]:
    whole = written(folder, "reference.fits", [image(np.ones((64, 64), "f4"))])
    (folder / "product.fits").write_bytes(whole.read_bytes()[:9000])
    return whole, folder / "product.fits"


@pytest.mark.parametrize("make", [unequal_rows, truncated])
def test_fitsdiff_ends_in_a_traceback_where_ours_gives_a_verdict(make: Broken, tmp_path: Path) -> None:
    reference, product = make(tmp_path)

    with pytest.raises((ValueError, TypeError, OSError)):
        fitsdiff(reference, product)
    assert adp.compare(reference, product).verdict == "differs"


HARMLESS: dict[str, tuple[Hdus, Hdus, dict[str, Any], Any]] = {
    "another card is ignored": (
        [image(F4, PIPEVER="1")],
        [image(F4, PIPEVER="1", PIPEDATE="x")],
        {"ignore_keywords": ["PIPEDATE"]},
        {"header.ignore": ["PIPEDATE"]},
    ),
    "a wider type": ([image(F4)], [image(F4.astype("f8"))], {}, None),
}


@pytest.mark.parametrize("claim", HARMLESS)
def test_fitsdiff_raises_an_alarm_about_what_is_the_same(claim: str, tmp_path: Path) -> None:
    theirs, mine, how, spec = HARMLESS[claim]
    reference, product = written(tmp_path, "reference.fits", theirs), written(tmp_path, "product.fits", mine)

    assert not fitsdiff(reference, product, **how)
    assert adp.compare(reference, product, spec).agrees


def test_numpys_default_tolerance_is_larger_than_a_faint_flux() -> None:
    assert np.allclose(1e-17, 2e-17)


def test_the_page_names_every_claim(page: Callable[[str], str]) -> None:
    text = page("explanation/comparing.md")
    assert [claim for claim in MISSED if f"*{claim}*" not in text] == []
