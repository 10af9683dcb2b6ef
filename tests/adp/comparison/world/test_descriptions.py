"""Descriptions that are broken, stand in tables of the same file, or come from a real cube; and skies by chance."""
# ruff: noqa: E501 (one row of a table is one line)

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from adp.comparison.world.keywords import is_world
from adp.finding import Severity
from tests.adp.comparison.world import skies
from tests.adp.comparison.world.judging import errors, outcome, wcs_rule
from tests.adp.comparison.world.skies import TAN, image, without

CUBE_SIZE = (40, 30, 20)


BROKEN = {
    "more axes than anybody has": {"WCSAXES": 999},
    "an axis far away": {"CRPIX900": 1.0},
    "an order no polynomial has": {"A_ORDER": 10**6, "B_ORDER": 10**6},
    "a coefficient without its polynomial": {"A_0_2": 1e-5},
    "a coefficient beyond the order": {"A_ORDER": 2, "B_ORDER": 2, "A_2_1": 1e-5},
    "an order that is a text": {"A_ORDER": "two", "B_ORDER": 2},
    "a text for a number": {"CUNIT1": 1.0},
    "a singular matrix": {"CD1_1": 0.0, "CD1_2": 0.0},
    "an unknown projection": {"CTYPE1": "RA---XYZ"},
    "a unit that is none": {"CUNIT1": "parsnip"},
    "one celestial axis": {"CTYPE2": "LINEAR"},
    "a table that is not there": {"CTYPE1": "RA---TAB", "CTYPE2": "DEC--TAB", "PS1_0": "NOWHERE", "PS1_1": "COORD"},
    "a lookup that is not there": {"CPDIS1": "LOOKUP", "DP1": "EXTVER: 1"},
    "a reference value that is text": {"CRVAL1": "east"},
    "a huge pixel": {"CRPIX1": 1e300},
    "a huge value": {"CRVAL2": 1e300},
}  # fmt: skip


@pytest.mark.parametrize("cards", BROKEN.values(), ids=list(BROKEN))
def test_a_broken_description_differs_and_never_raises(tmp_path, cards):
    for product, reference in ((TAN | cards, TAN), (TAN, TAN | cards), (TAN | cards | {"CRPIX2": 1.0}, TAN | cards)):
        found = outcome(tmp_path, product, reference)
        assert found.verdict == "differs", cards
        assert errors(found)


def test_a_description_that_cannot_be_evaluated_is_compared_by_cards_and_it_is_said(tmp_path):
    found = outcome(tmp_path, TAN | {"CTYPE1": "RA---XYZ"}, TAN)

    said = [f for f in found.findings if f.severity is Severity.INFO]
    assert errors(found) == ["CARD_VALUE"]
    assert "cannot be evaluated" in said[0].message
    assert "cards are compared instead" in said[0].message


def test_equal_cards_agree_without_being_evaluated(tmp_path):
    """Even cards that nobody can evaluate; and astropy is not asked."""
    assert outcome(tmp_path, TAN | {"CTYPE1": "RA---XYZ"}, TAN | {"CTYPE1": "RA---XYZ"}).verdict == "agrees"


def lookup(value, version):
    """A distortion by lookup table (WCS paper IV as HST writes it): `value` pixels in x at the table's middle."""
    table = fits.ImageHDU(np.full((3, 4), value, dtype="f4"), name="WCSDVARR", ver=version)
    for key, number in {
        "CRPIX1": 1.0,
        "CRPIX2": 1.0,
        "CRVAL1": 1.0,
        "CRVAL2": 1.0,
        "CDELT1": 13.0,
        "CDELT2": 14.0,
    }.items():
        table.header[key] = number
    return table


def with_lookup():
    hdu = image(TAN)
    for axis in (1, 2):
        hdu.header[f"CPDIS{axis}"] = "LOOKUP"
        for text in (f"EXTVER: {axis}.0", "NAXES: 2.0", "AXIS.1: 1.0", "AXIS.2: 2.0"):
            hdu.header.append(fits.Card.fromstring(f"DP{axis}     = '{text}'"))
    return hdu


def test_a_lookup_table_of_the_same_file_is_read(tmp_path):
    found = outcome(tmp_path, with_lookup(), TAN, more=[lookup(0.25, 1), lookup(0.0, 2)])

    assert "WCS" in errors(found)
    assert wcs_rule(found).worst == pytest.approx(0.25, rel=1e-3)


def tabular(waves, step=1.0):
    """A spectral axis by lookup table (standard 4.0, section 8.4): one row, one array."""
    cards = {"CTYPE1": "WAVE-TAB", "CRVAL1": 1.0, "CRPIX1": 1.0, "CDELT1": step, "CUNIT1": "Angstrom", "PS1_0": "WCS-TAB",
             "PS1_1": "COORDS", "PV1_1": 1, "PV1_2": 1, "PV1_3": 1}  # fmt: skip
    column = fits.Column("COORDS", f"{len(waves)}D", dim=f"(1,{len(waves)})", array=waves.reshape(1, -1, 1))
    return image(cards, (len(waves),)), fits.BinTableHDU.from_columns([column], name="WCS-TAB")


def test_an_axis_that_is_a_table_is_evaluated_from_the_table_of_the_same_file(tmp_path):
    waves = np.linspace(4000, 5000, 50) ** 1.01
    (product, table_hdu), (reference, _) = tabular(waves, 1 + 1e-4), tabular(waves)

    found = outcome(tmp_path, product, reference, {"wcs": {"max": "0.01 Angstrom"}}, more=[table_hdu])

    assert errors(found) == ["WCS"]
    assert wcs_rule(found).worst == pytest.approx(49e-4 * (waves[-1] - waves[-2]), rel=1e-2)


def test_the_sky_of_a_real_cube_agrees_with_itself_rewritten(tmp_path):
    """MUSE UDF: CD to PC and CDELT, Angstrom to nm, another equinox of nothing."""
    with fits.open(Path(__file__).parents[3] / "defects/data/udf.fits") as real:
        header = real["DATA"].header
        known = {k: header[k] for k in header if is_world(k)}
    rewritten = {k: v for k, v in known.items() if not k.startswith("CD")} | {
        f"PC{i}_{j}": known.get(f"CD{i}_{j}", 0.0) / (1.25 if i == 3 else 5e-5) for i in (1, 2, 3) for j in (1, 2, 3)
    }
    rewritten |= {"CDELT1": 5e-5, "CDELT2": 5e-5, "CDELT3": 0.125, "CRVAL3": known["CRVAL3"] / 10, "CUNIT3": "nm"}

    found = outcome(tmp_path, rewritten, known, sizes=CUBE_SIZE)

    assert (found.verdict, errors(found)) == ("agrees", [])


@settings(max_examples=25, deadline=None)
@given(
    ra=st.floats(0, 359.9), dec=st.sampled_from([-90.0, -89.999, -30.0, 0.0, 45.0, 89.9999, 90.0]),
    dx=st.floats(-3, 3), dy=st.floats(-3, 3), turn=st.floats(0, 6.28),
)  # fmt: skip
def test_a_shift_is_reported_as_what_it_is_wherever_on_the_sky(tmp_path_factory, ra, dec, dx, dy, turn):
    size = float(np.hypot(dx, dy))
    cos, sin = skies.SCALE * np.cos(turn), skies.SCALE * np.sin(turn)
    cards = TAN | {"CRVAL1": ra, "CRVAL2": dec, "CD1_1": -cos, "CD1_2": sin, "CD2_1": sin, "CD2_2": cos}
    product = cards | {"CRPIX1": cards["CRPIX1"] + dx, "CRPIX2": cards["CRPIX2"] + dy}

    found = outcome(tmp_path_factory.mktemp("shift"), product, cards)

    if size > 1e-4:
        assert wcs_rule(found).worst == pytest.approx(size, rel=0.01)
        assert found.verdict == "differs"


@settings(max_examples=25, deadline=None)
@given(
    ra=st.floats(-180, 360), dec=st.floats(-90, 90), scale=st.sampled_from([1e-9, 1e-6, 5e-5, 0.01, 1.0]),
    projection=st.sampled_from(["TAN", "SIN", "ARC", "STG", "ZEA", "CAR", "AIT", "SFL"]), turn=st.floats(0, 6.28),
)  # fmt: skip
def test_a_rewritten_sky_agrees_whatever_it_is(tmp_path_factory, ra, dec, scale, projection, turn):
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    cards = without(TAN, "CD1_1", "CD1_2", "CD2_1", "CD2_2") | {
        "CTYPE1": f"RA---{projection}", "CTYPE2": f"DEC--{projection}", "CRVAL1": ra, "CRVAL2": dec,
        "CDELT1": -scale, "CDELT2": scale, "PC1_1": cos, "PC1_2": -sin, "PC2_1": sin, "PC2_2": cos,
    }  # fmt: skip
    cd = without(cards, "CDELT1", "CDELT2", "PC1_1", "PC1_2", "PC2_1", "PC2_2") | {
        "CD1_1": -scale * cos, "CD1_2": scale * sin, "CD2_1": scale * sin, "CD2_2": scale * cos, "CRVAL1": ra + 360,
    }  # fmt: skip

    found = outcome(tmp_path_factory.mktemp("same"), cd, cards)

    assert found.verdict == "agrees", [f.message for f in found.findings]
