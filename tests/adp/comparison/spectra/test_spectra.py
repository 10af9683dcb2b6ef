"""Spectra of two pipelines agree though their samples lie at other wavelengths, and differ where their flux does."""

import numpy as np
import pytest
from astropy.io import fits as astropy_fits

from adp.comparison.compare import compare
from adp.comparison.spec.reader import parse
from adp.comparison.world.spectral import from_air
from adp.finding import Severity
from tests.adp.comparison.making import ecsv, hdus, table

COARSE, FINE = np.arange(5000.0, 5400.0, 2.0), np.arange(4990.25, 5410.0, 0.5)
RESAMPLE = {"spectrum": {"grid": "resample"}, "data": {"rel": 2e-3}}


def line(waves):
    """A continuum and a broad absorption."""
    return 10 - 4 * np.exp(-(((waves - 5200) / 30) ** 2))


def spectrum(waves, **more):
    return {"wave": waves, "flux": line(waves)} | more


def fits(columns, **cards):
    return hdus(table(columns, units={"wave": cards.pop("unit", "Angstrom"), "flux": "Jy", "var": "Jy2"}, **cards))


def outcome(tmp_path, product, reference, spec):
    for name, write in (("p", product), ("r", reference)):
        (tmp_path / name).unlink(missing_ok=True)
        write(tmp_path / name)
    return compare(tmp_path / "r", tmp_path / "p", parse(spec))


def errors(found):
    return sorted(f.code for f in found.findings if f.is_error)


@pytest.mark.parametrize(
    "write", [fits, lambda c: ecsv(c, units={"wave": "Angstrom", "flux": "Jy"})], ids=["fits", "ecsv"]
)
def test_a_finer_spectrum_agrees_with_a_coarse_one_after_resampling(tmp_path, write):
    found = outcome(tmp_path, write(spectrum(FINE)), write(spectrum(COARSE)), RESAMPLE)

    assert (found.verdict, found.findings) == ("agrees", ())
    assert "spectrum resampled" in {r.rule for r in found.rules}


def test_a_difference_in_flux_is_found_at_the_reference_s_own_row(tmp_path):
    product = spectrum(FINE)
    product["flux"] = product["flux"] + 0.5 * (np.abs(FINE - 5100) < 1)

    found = outcome(tmp_path, fits(product), fits(spectrum(COARSE)), RESAMPLE)

    assert errors(found) == ["VALUE"]
    assert found.findings[0].where.row == 51


GRIDS = {
    "in nm": (spectrum(FINE / 10) | {"flux": line(FINE)}, {"unit": "nm"}),
    "falling": (spectrum(FINE[::-1]), {}),
    "logarithmic": ({"loglam": np.log10(FINE), "flux": line(FINE)}, {}),
    "in frequency": ({"freq": 299792458.0 / FINE * 1e10, "flux": line(FINE)}, {}),
}


@pytest.mark.parametrize(("columns", "cards"), GRIDS.values(), ids=list(GRIDS))
def test_the_axis_is_read_as_what_it_is(tmp_path, columns, cards):
    product = hdus(table(columns, units={"wave": cards.get("unit", "Angstrom"), "freq": "Hz", "flux": "Jy"}))

    found = outcome(tmp_path, product, fits(spectrum(COARSE)), RESAMPLE)

    assert (found.verdict, errors(found)) == ("agrees", [])


def test_air_and_vacuum_are_converted_where_both_are_named(tmp_path):
    vacuum = from_air(FINE * 1e-10) * 1e10
    product = {"wave_vac": vacuum, "flux": line(FINE)}
    reference = {"wave_air": COARSE, "flux": line(COARSE)}
    made = [
        hdus(table(c, units={"wave_vac": "Angstrom", "wave_air": "Angstrom", "flux": "Jy"}))
        for c in (product, reference)
    ]

    found = outcome(tmp_path, *made, RESAMPLE)

    assert (found.verdict, [(f.code, f.severity) for f in found.findings]) == ("agrees", [("SPECTRAL", Severity.INFO)])


def test_a_wavelength_shift_is_found_in_the_flux(tmp_path):
    found = outcome(tmp_path, fits(spectrum(FINE) | {"flux": line(FINE - 1.4)}), fits(spectrum(COARSE)), RESAMPLE)

    assert errors(found) == ["VALUE"]


def test_a_spectrum_that_ends_early_is_named(tmp_path):
    found = outcome(tmp_path, fits(spectrum(FINE[:500])), fits(spectrum(COARSE)), RESAMPLE)

    assert errors(found) == ["ROW_MISSING"]
    assert found.findings[0].where.row == 121


def test_the_variance_is_propagated(tmp_path):
    product = spectrum(FINE, var=np.full(len(FINE), 0.04))
    reference = spectrum(COARSE, var=np.full(len(COARSE), 0.01))
    rule = {
        "spectrum": {"grid": "resample", "variance": "var"},
        "column": {"var": {"rel": 1e-9}, "flux": {"rel": 2e-3}},
    }

    found = outcome(tmp_path, fits(product), fits(reference), rule)

    assert (found.verdict, errors(found)) == ("agrees", [])


def test_a_tolerance_in_errors_holds_at_the_shared_samples(tmp_path):
    reference = spectrum(COARSE, var=np.full(len(COARSE), 0.01))
    rule = {"spectrum": {"grid": "resample", "flux": "flux"}, "data": {"sigma": {"max": 0.5, "variance": "var"}}}
    good, bad = spectrum(FINE), spectrum(FINE) | {"flux": line(FINE) + 0.06}

    assert outcome(tmp_path, fits(good), fits(reference), rule).verdict == "agrees"
    assert errors(outcome(tmp_path, fits(bad), fits(reference), rule)) == ["VALUE"]


def test_what_cannot_be_resampled_is_named(tmp_path):
    product, reference = (spectrum(w, flag=np.zeros(len(w), dtype="i2")) for w in (FINE, COARSE))

    found = outcome(tmp_path, fits(product), fits(reference), RESAMPLE)

    assert found.verdict == "agrees"
    assert "flag" in found.findings[0].message


def test_only_shared_samples_are_compared_to_the_bit(tmp_path):
    product, reference = spectrum(np.arange(5000.0, 5300.0)), spectrum(np.arange(5100.0, 5400.0))
    rule = {"spectrum": {"grid": "common"}}
    wrong = product | {"flux": product["flux"] + (product["wave"] == 5150)}

    found = outcome(tmp_path, fits(product), fits(reference), rule)
    assert (found.verdict, [f.severity for f in found.findings]) == ("agrees", [Severity.INFO])
    found = outcome(tmp_path, fits(wrong), fits(reference), rule)
    assert errors(found) == ["VALUE"]
    assert next(f for f in found.findings if f.is_error).where.row == 51


def test_spectra_that_never_meet_differ(tmp_path):
    product, reference = spectrum(FINE), spectrum(FINE + 1000)

    for grid in ("common", "resample"):
        assert errors(outcome(tmp_path, fits(product), fits(reference), {"spectrum": {"grid": grid}})) == [
            "ROW_MISSING"
        ]


def one_dimensional(waves, values, name="SCI", kind="WAVE", **cards):
    hdu = astropy_fits.ImageHDU(values, name=name)
    step = waves[1] - waves[0]
    hdu.header.update({"CTYPE1": kind, "CRVAL1": waves[0], "CRPIX1": 1.0, "CDELT1": step, "CUNIT1": "Angstrom"} | cards)
    return hdu


def test_one_dimensional_images_are_resampled_by_their_wcs(tmp_path):
    product, reference = (
        hdus(one_dimensional(w, line(w)), one_dimensional(w, np.full(len(w), 0.02 / n), "STAT"))
        for w, n in ((FINE, 1), (COARSE, 4))
    )
    rule = RESAMPLE | {"spectrum": {"grid": "resample", "variance": "STAT"}}

    found = outcome(tmp_path, product, reference, rule)

    assert (found.verdict, [f.message for f in found.findings]) == ("agrees", [])


def test_a_line_that_is_missing_in_an_image_is_found_at_its_pixel(tmp_path):
    product, reference = (
        hdus(one_dimensional(FINE, np.full(len(FINE), 10.0))),
        hdus(one_dimensional(COARSE, line(COARSE))),
    )

    found = outcome(tmp_path, product, reference, RESAMPLE)

    value = next(f for f in found.findings if f.code == "VALUE")
    assert errors(found) == ["VALUE"]
    assert value.where.pixel == (101,)
    assert value.where.world == "5200 Å"


def test_the_rest_frames_of_resampled_spectra_must_be_the_same(tmp_path):
    product = hdus(one_dimensional(FINE, line(FINE), SPECSYS="TOPOCENT"))
    reference = hdus(one_dimensional(COARSE, line(COARSE), SPECSYS="BARYCENT"))

    assert errors(outcome(tmp_path, product, reference, RESAMPLE)) == ["SPECTRAL"]


def test_a_rule_about_spectra_without_any_is_an_error(tmp_path):
    columns = {"id": np.arange(4), "flux": np.ones(4)}

    assert [f.code for f in outcome(tmp_path, fits(columns), fits(columns), RESAMPLE).findings] == ["SPEC_UNUSED"]


@pytest.mark.parametrize(
    "waves", [np.array([5000.0, 5001.0, 5001.0]), np.array([5000.0, np.nan, 5002.0]), np.array([5000.0])]
)
def test_an_axis_that_does_not_rise_differs_with_a_sentence(tmp_path, waves):
    assert errors(outcome(tmp_path, fits(spectrum(waves)), fits(spectrum(COARSE)), RESAMPLE)) == ["SPECTRAL"]
