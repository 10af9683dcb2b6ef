"""A spectrum made of the library's own templates gives back the motion it was made with."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from astropy.table import Table
from ppxf import ppxf_util

from stellarkin import __version__, kinematics, library, tables
from stellarkin.kinematics import Motion
from stellarkin.spectra import C, Spectrum, air_factor

SETTINGS = {"degree": 4, "finer": 1, "templates": (4500.0, 5600.0)}
MOTION = Motion("NGC 0", 1000.1234, 150.5, 0.01, -0.02, (1.0, 2.0, 0.1, 0.2), 0.003, 1e-5, 1.0)


@pytest.fixture(scope="module")
def mock():
    """An old population at V = 600 km/s, sigma = 150 km/s, with a signal of 100 to one."""
    wavelength = np.exp(np.arange(np.log(4800), np.log(5300), 60 / C))
    empty = np.ones(wavelength.size)
    plain = Spectrum("mock", wavelength, empty, 0.01 * empty, np.array([4.2]), 60.0, 600 / C, in_vacuum=False)
    star = library.templates(plain, SETTINGS["templates"], 1)
    smeared = ppxf_util.gaussian_filter1d(star.spectra[:, -1], np.full(star.wavelength.size, 150.0 / 60))
    seen = np.interp(wavelength, star.wavelength * np.exp(600 / C), smeared)
    noisy = seen / np.median(seen) + 0.01 * np.random.default_rng(11).standard_normal(wavelength.size)
    return replace(plain, flux=noisy)


def test_the_motion_of_a_mock_is_found_within_its_errors(mock):
    found = kinematics.fit(mock, SETTINGS)
    assert abs(found.velocity - 600) < 4 * found.errors[0]
    assert abs(found.dispersion - 150) < 4 * found.errors[1]
    assert 0.7 < found.chi2 < 1.3


def test_a_redshift_already_removed_is_put_back(mock):
    near, far = kinematics.motion(mock, (300, 100, 0, 0), (1, 1, 1, 1), 1), replace(mock, removed=1.0)
    moved = kinematics.motion(far, (300, 100, 0, 0), (1, 1, 1, 1), 1)
    assert moved.redshift == pytest.approx(2 * (1 + near.redshift) - 1)


def test_vacuum_wavelengths_are_longer_than_those_in_air_by_83_km_s():
    assert (1 - air_factor(np.linspace(4000, 8000, 100))) * C == pytest.approx(83, abs=1)


def test_the_library_has_25_ages_in_6_metallicities_and_one_order():
    assert len(library.models()) == 150
    assert library.models() == sorted(library.models())


def test_templates_are_never_sharpened(mock):
    sharp = replace(mock, fwhm=np.array([1.0]))
    assert np.isfinite(library.templates(sharp, SETTINGS["templates"], 1).spectra).all()


def test_products_carry_units_and_what_made_them(tmp_path):
    tables.write(tables.kinematics([MOTION]), tmp_path / "k.ecsv", "a method", {"degree": 4})
    read = Table.read(tmp_path / "k.ecsv")
    assert str(read["dispersion"].unit) == "km / s"
    assert (read.meta["METHOD"], read.meta["SOFTVERS"], read.meta["CONFIG"]) == ("a method", __version__, "degree=4")
    assert read["velocity"][0] == 1000.123


def test_the_command_prints_its_version():
    said = subprocess.run([sys.executable, "-m", "stellarkin", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["stellarkin", __version__]
