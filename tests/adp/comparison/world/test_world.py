"""Two headers agree when they put pixels at the same places, and differ by as much as pixels move."""
# ruff: noqa: E501 (one row of a table is one line)

import numpy as np
import pytest
from astropy.coordinates import FK5, SkyCoord

from adp.comparison.compare import compare
from adp.comparison.world.spectral import from_air
from adp.finding import Severity
from tests.adp.comparison.making import hdus, table
from tests.adp.comparison.world import skies
from tests.adp.comparison.world.judging import errors, outcome, wcs_rule
from tests.adp.comparison.world.skies import AITOFF, CUBE, SIP, SIZE, TAN, TIME, TPV, WAVES, without

CUBE_SIZE = (40, 30, 20)
ROTATED = {"CD1_1": -skies.SCALE, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": skies.SCALE}
OTHER = {"A": {f"{k}A": v for k, v in TAN.items()}}


SAME = {
    "CD and PC with CDELT": (skies.pc(TAN), TAN, SIZE),
    "CDELT and CROTA2": (skies.crota(TAN), TAN, SIZE),
    "CDELT alone and CD": (without(TAN | {"CDELT1": -skies.SCALE, "CDELT2": skies.SCALE}, *ROTATED), TAN | ROTATED, SIZE),
    "degrees and arc seconds": (skies.in_arcsec(TAN), TAN, SIZE),
    "another reference pixel of a spectrum": (skies.moved_reference(WAVES), WAVES, (300,)),
    "nm and Angstrom": (skies.in_unit(WAVES, "nm", 0.1), WAVES, (300,)),
    "m and Angstrom in a cube": (skies.in_unit(CUBE, "m", 1e-10, 3), CUBE, CUBE_SIZE),
    "a whole turn more": (TAN | {"CRVAL1": TAN["CRVAL1"] - 360}, TAN, SIZE),
    "the default frame": (without(TAN, "RADESYS"), TAN, SIZE),
    "the default pole": (TAN | {"LONPOLE": 180.0}, TAN, SIZE),
    "RADECSYS and RADESYS": (without(TAN, "RADESYS") | {"RADECSYS": "FK5", "EQUINOX": 2000.0}, TAN | {"RADESYS": "FK5"}, SIZE),
    "SIP with zeros written": (SIP | {"A_0_2": 0.0, "B_2_0": 0.0}, SIP, SIZE),
    "TPV with defaults written": (TPV | {"PV1_2": 0.0}, TPV, SIZE),
    "TPV without distortion": (TAN | {"CTYPE1": "RA---TPV", "CTYPE2": "DEC--TPV", "PV1_1": 1.0, "PV2_1": 1.0}, TAN, SIZE),
    "MJDREF in one card and in two": (without(TIME, "MJDREFI", "MJDREFF") | {"MJDREF": 57754.25}, TIME, (60,)),
    "UTC written and not": (without(TIME, "TIMESYS"), TIME, (60,)),
    "the whole sky": (AITOFF | {"CRVAL1": 360.0}, AITOFF, SIZE),
    "world axes in another order": (
        TAN | {"CTYPE1": "DEC--TAN", "CTYPE2": "RA---TAN", "CRVAL1": TAN["CRVAL2"], "CRVAL2": TAN["CRVAL1"],
               "CD1_1": TAN["CD2_1"], "CD1_2": TAN["CD2_2"], "CD2_1": TAN["CD1_1"], "CD2_2": TAN["CD1_2"]}, TAN, SIZE),
    "an alternate description": (skies.pc(TAN) | OTHER["A"], TAN | OTHER["A"], SIZE),
    "a frequency and its wavelength, to the tolerance": (WAVES | {"SPECSYS": "BARYCENT"}, WAVES | {"SPECSYS": "BARYCENT"}, (9,)),
}  # fmt: skip


@pytest.mark.parametrize(("product", "reference", "sizes"), SAME.values(), ids=list(SAME))
def test_another_spelling_of_the_same_sky_agrees(tmp_path, product, reference, sizes):
    found = outcome(tmp_path, product, reference, sizes=sizes)

    assert (found.verdict, errors(found)) == ("agrees", [])
    assert wcs_rule(found).worst < 1e-6


ELSEWHERE = {
    "a tenth of a pixel": (TAN | {"CRPIX1": 20.6}, TAN, "WCS", 0.1),
    "half a pixel in y": (TAN | {"CRPIX2": 16.0}, TAN, "WCS", 0.5),
    "the CRVAL moved": (TAN | {"CRVAL2": TAN["CRVAL2"] + 0.1 * skies.SCALE}, TAN, "WCS", 0.1),
    "another scale": (TAN | {k: TAN[k] * 1.01 for k in ROTATED}, TAN, "WCS", None),
    "a mirrored axis": (TAN | {"CD1_1": -TAN["CD1_1"], "CD2_1": -TAN["CD2_1"]}, TAN, "WCS", None),
    "another projection": (TAN | {"CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN"} | {"CD1_1": 0.1}, TAN | {"CD1_1": 0.1}, "WCS", None),
    "a distortion lost": (TAN, SIP, "WCS", None),
    "another coefficient": (SIP | {"A_2_0": 2e-5}, SIP, "WCS", None),
    "another TPV term": (TPV | {"PV1_1": 1.001}, TPV, "WCS", None),
    "another frame's name": (TAN | {"RADESYS": "FK5"}, TAN, "FRAME", None),
    "another equinox": (TAN | {"RADESYS": "FK5", "EQUINOX": 1975.0}, TAN | {"RADESYS": "FK5"}, "FRAME", None),
    "a frame that is no frame of the sky": (TAN | {"RADESYS": "GAPPT"}, TAN, "FRAME", None),
    "a time scale's name": (TIME | {"TIMESYS": "TDB"}, TIME, "TIME_SCALE", None),
    "another day to count from": (TIME | {"MJDREFI": 57755}, TIME, "WCS", None),
    "no sky at all": (without(TAN, *TAN), TAN, "WCS", None),
    "a sky where there was none": (TAN, without(TAN, *TAN), "WCS", None),
    "other axes": (TAN | {"CTYPE1": "GLON-TAN", "CTYPE2": "GLAT-TAN"}, TAN, "FRAME", None),
    "an alternate description lost": (TAN, TAN | OTHER["A"], "WCS", None),
    "pixel axes exchanged": (TAN | {"CD1_1": TAN["CD1_2"], "CD1_2": TAN["CD1_1"], "CD2_1": TAN["CD2_2"], "CD2_2": TAN["CD2_1"],
                                    "CRPIX1": 15.5, "CRPIX2": 20.5}, TAN, "WCS", None),
}  # fmt: skip


@pytest.mark.parametrize(("product", "reference", "codes", "offset"), ELSEWHERE.values(), ids=list(ELSEWHERE))
def test_another_sky_differs_by_name_and_by_size(tmp_path, product, reference, codes, offset):
    sizes = (60,) if "TIMESYS" in reference else SIZE
    found = outcome(tmp_path, product, reference, sizes=sizes)

    assert (found.verdict, " ".join(errors(found))) == ("differs", codes)
    if offset is not None:
        assert wcs_rule(found).worst == pytest.approx(offset, rel=1e-3)
        assert wcs_rule(found).would_pass_at == pytest.approx(offset, rel=1e-3)


def test_the_finding_says_how_far_in_pixels_and_on_the_sky_and_where(tmp_path):
    found = outcome(tmp_path, TAN | {"CRPIX1": 20.6}, TAN)

    finding = next(f for f in found.findings if f.code == "WCS")
    assert "0.1 pix = 20 mas" in finding.message
    assert finding.where.pixel == (1, 1)
    assert finding.where.world.startswith("RA 53.1")
    assert finding.where.world.endswith("(ICRS)")
    assert "−27.8" in finding.where.world
    assert "same (-0.1, 0) pixels" in finding.evidence["cause"]


def test_exchanged_axes_are_named_as_the_cause(tmp_path):
    product, reference, _, _ = ELSEWHERE["pixel axes exchanged"]

    finding = next(f for f in outcome(tmp_path, product, reference).findings if f.code == "WCS")

    assert "exchanged" in finding.evidence["cause"]


LIMITS = [
    ("0.11 pix", "agrees"), ("0.09 pix", "differs"), ("21 mas", "agrees"), ("19 mas", "differs"),
    ("0.021 arcsec", "agrees"), (["1 pix", "19 mas"], "differs"), (["1 pix", "1 km/s"], "agrees"),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "verdict"), LIMITS)
def test_the_limit_on_the_sky_holds_in_its_own_unit(tmp_path, limit, verdict):
    assert outcome(tmp_path, TAN | {"CRPIX1": 20.6}, TAN, {"wcs": {"max": limit}}).verdict == verdict


SPECTRAL_LIMITS = [
    ("0.13 Angstrom", "agrees"), ("0.12 Angstrom", "differs"), ("0.0126 nm", "agrees"), ("8 km/s", "agrees"),
    ("7.8 km/s", "differs"), ("0.101 pix", "agrees"), ("5 mas", "differs"), (["5 mas", "8 km/s"], "agrees"),
    ("17 GHz", "agrees"), ("16 GHz", "differs"),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "verdict"), SPECTRAL_LIMITS)
def test_the_limit_in_the_spectrum_holds_in_its_own_unit(tmp_path, limit, verdict):
    """An axis without a limit of its own may be off by rounding only."""
    product = CUBE | {"CRVAL3": 4750.125}

    assert outcome(tmp_path, product, CUBE, {"wcs": {"max": limit}}, CUBE_SIZE).verdict == verdict


def test_a_limit_in_km_per_s_is_about_the_same_shift(tmp_path):
    found = outcome(
        tmp_path, CUBE | {"CRVAL3": 4750.125}, CUBE, {"wcs": {"max": ["0.01 Angstrom", "1 mas"]}}, CUBE_SIZE
    )

    assert [r.worst for r in found.rules if " wcs" in r.scope] == pytest.approx([0.125, 0.0], abs=1e-6)


def test_air_and_vacuum_of_the_same_name_are_told_apart(tmp_path):
    """The numbers are equal and the wavelengths are not."""
    found = outcome(tmp_path, WAVES, WAVES | {"CTYPE1": "AWAV"}, {"wcs": {"max": "0.5 Angstrom"}}, (300,))

    assert errors(found) == ["SPECTRAL"]
    assert wcs_rule(found).worst == pytest.approx(1.4, abs=0.2)


def test_wavelengths_converted_to_vacuum_agree_within_the_tolerance_and_it_is_said(tmp_path):
    """A linear axis in vacuum is no linear one in air: over 5 pixels it nearly is."""
    ends = from_air(np.array([4750.0, 4755.0]) * 1e-10) * 1e10
    product = WAVES | {"CRVAL1": ends[0], "CDELT1": (ends[1] - ends[0]) / 4}

    found = outcome(tmp_path, product, WAVES | {"CTYPE1": "AWAV"}, {"wcs": {"max": "0.001 Angstrom"}}, (5,))

    assert (found.verdict, [f.code for f in found.findings]) == ("agrees", ["SPECTRAL"])
    assert found.findings[0].severity is Severity.INFO
    exact = outcome(
        tmp_path, product, WAVES | {"CTYPE1": "AWAV"}, {"wcs": {"max": "0.001 Angstrom", "frame": "exact"}}, (5,)
    )
    assert errors(exact) == ["SPECTRAL"]


def test_a_velocity_and_its_frequency_are_one_spectrum(tmp_path):
    rest = 1.420405752e9
    frequency = {"CTYPE1": "FREQ", "CRVAL1": 1.42e9, "CRPIX1": 1.0, "CDELT1": 1e4, "CUNIT1": "Hz", "RESTFRQ": rest}
    light = 299792458.0
    radio = frequency | {
        "CTYPE1": "VRAD",
        "CRVAL1": light * (1 - 1.42e9 / rest),
        "CDELT1": -light * 1e4 / rest,
        "CUNIT1": "m/s",
    }

    found = outcome(tmp_path, radio, frequency, {"wcs": {"max": "1e-4 pix"}}, (50,))

    assert (found.verdict, [f.code for f in found.findings if f.severity is Severity.INFO]) == ("agrees", ["SPECTRAL"])


@pytest.mark.parametrize(("mine", "theirs", "codes"), [
    ("TOPOCENT", "BARYCENT", ["SPECTRAL"]), (None, "BARYCENT", ["SPECTRAL"]), ("BARYCENT", None, []),
])  # fmt: skip
def test_the_rest_frame_of_a_spectrum_must_be_the_same(tmp_path, mine, theirs, codes):
    product, reference = (WAVES | ({"SPECSYS": s} if s else {}) for s in (mine, theirs))

    assert errors(outcome(tmp_path, product, reference, sizes=(300,))) == codes


def test_a_sky_converted_to_another_frame_agrees_and_it_is_said(tmp_path):
    centre = SkyCoord(TAN["CRVAL1"], TAN["CRVAL2"], unit="deg").transform_to(FK5(equinox="J2000"))
    product = TAN | {"RADESYS": "FK5", "CRVAL1": centre.ra.deg, "CRVAL2": centre.dec.deg}

    found = outcome(tmp_path, product, TAN, {"wcs": {"max": "1 mas"}})

    assert (found.verdict, [(f.code, f.severity) for f in found.findings]) == ("agrees", [("FRAME", Severity.INFO)])
    assert errors(outcome(tmp_path, product, TAN, {"wcs": {"max": "1 mas", "frame": "exact"}})) == ["FRAME"]


def test_a_time_axis_in_another_scale_agrees_when_it_was_converted(tmp_path):
    product = TIME | {"TIMESYS": "TAI", "CRVAL1": 37.0}

    found = outcome(tmp_path, product, TIME, {"wcs": {"max": "1 ms"}}, (60,))

    assert (found.verdict, [(f.code, f.severity) for f in found.findings]) == (
        "agrees",
        [("TIME_SCALE", Severity.INFO)],
    )


@pytest.mark.parametrize("key", ["TIMESYS", "MJDREFI", "RADESYS", "EQUINOX"])
def test_a_table_s_frame_and_clock_are_named_in_the_field_s_words(tmp_path, key):
    cards = {"TIMESYS": "TT", "MJDREFI": 50814, "RADESYS": "FK5", "EQUINOX": 2000.0}
    hdus(table(**cards))(tmp_path / "r.fits")
    hdus(table(**cards | {key: {"TIMESYS": "UTC", "MJDREFI": 51544, "RADESYS": "FK4", "EQUINOX": 1950.0}[key]}))(
        tmp_path / "p.fits"
    )

    found = compare(tmp_path / "r.fits", tmp_path / "p.fits")

    assert errors(found) == ["TIME_SCALE" if key in {"TIMESYS", "MJDREFI"} else "FRAME"]


def test_a_card_that_must_be_exact_is_still_compared_as_a_card(tmp_path):
    found = outcome(tmp_path, TAN | {"CRVAL1": TAN["CRVAL1"] - 360}, TAN, {"header": {"exact": ["CRVAL1"]}})

    assert errors(found) == ["CARD_VALUE"]


def test_ignored_cards_are_not_judged(tmp_path):
    assert outcome(tmp_path, TAN | {"CRVAL1": 54.0}, TAN, {"header": {"ignore": ["CRVAL?"]}}).verdict == "agrees"


def test_a_tolerance_for_cards_never_loosens_the_sky(tmp_path):
    found = outcome(tmp_path, TAN | {"CRVAL1": TAN["CRVAL1"] * (1 + 1e-8)}, TAN, {"header": {"rel": 1e-6}})

    assert errors(found) == ["WCS"]
