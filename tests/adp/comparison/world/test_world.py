"""Two headers agree when they put pixels at the same places, and differ by as much as pixels move."""
# ruff: noqa: E501 (one row of a table is one line)

from pathlib import Path

import numpy as np
import pytest
from astropy.coordinates import FK5, SkyCoord
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from adp.comparison.compare import compare
from adp.comparison.spec.reader import parse
from adp.comparison.world.keywords import is_world
from adp.comparison.world.spectral import from_air
from adp.finding import Severity
from tests.adp.comparison.making import hdus, table
from tests.adp.comparison.world import skies
from tests.adp.comparison.world.skies import AITOFF, CUBE, SIP, SIZE, TAN, TIME, TPV, WAVES, image, without

CUBE_SIZE = (40, 30, 20)
ROTATED = {"CD1_1": -skies.SCALE, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": skies.SCALE}
OTHER = {"A": {f"{k}A": v for k, v in TAN.items()}}


def outcome(tmp_path, product, reference, spec=None, sizes=SIZE, more=()):
    for name, cards in (("p", product), ("r", reference)):
        extensions = [cards if isinstance(cards, fits.ImageHDU) else image(cards, sizes), *more]
        fits.HDUList([fits.PrimaryHDU(), *extensions]).writeto(tmp_path / f"{name}.fits", overwrite=True)
    return compare(tmp_path / "r.fits", tmp_path / "p.fits", parse(spec or {}))


def errors(found):
    return sorted(f.code for f in found.findings if f.is_error)


def wcs_rule(found):
    return next(r for r in found.rules if " wcs" in r.scope)


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
