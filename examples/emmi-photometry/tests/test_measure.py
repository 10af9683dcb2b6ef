"""Sources that we put into a frame come out again with the flux they were given."""

import subprocess
import sys

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from emmiphot import __version__
from emmiphot.files import read_frame, write_catalogue, write_map
from emmiphot.measure import background, catalogue

MESH = {"box_width": 64, "box_height": 64, "filter_width": 3, "filter_height": 3}
DETECTION = {"threshold": 3.0, "deblend_contrast": 1.0, "minimum_area": 5}
PHOTOMETRY = {"aperture": 5.0, "kron_search": 6.0, "kron_factor": 2.5}
SOURCES = [(40.3, 50.7, 20000.0), (150.0, 60.25, 8000.0), (90.5, 170.1, 3000.0)]


@pytest.fixture(scope="module")
def frame():
    y, x = np.mgrid[:200, :200]
    image = np.random.default_rng(3).normal(500 + 0.2 * x, 2.0)
    for cx, cy, flux in SOURCES:
        image += flux / (2 * np.pi * 1.5**2) * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * 1.5**2))
    return image


def test_a_sloping_background_is_found(frame):
    sky = background(frame, MESH)
    assert sky.level.dtype == np.float32
    assert abs(float(np.median(sky.level)) - 520) < 1


def test_the_noise_of_a_flat_frame_is_measured():
    flat = np.random.default_rng(5).normal(500, 2.0, (200, 200))
    assert abs(background(flat, MESH).global_rms - 2) < 0.1


def test_sources_come_out_where_and_as_bright_as_they_went_in(frame):
    table = catalogue(frame, background(frame, MESH), DETECTION, PHOTOMETRY)
    assert len(table) == len(SOURCES)
    for row, (x, y, flux) in zip(table, sorted(SOURCES, key=lambda s: s[1]), strict=True):
        assert abs(row["x"] - x) < 0.05
        assert abs(row["y"] - y) < 0.05
        assert abs(row["flux_aper"] / flux - 1) < 0.02


def test_rows_are_ordered_and_carry_units(frame):
    table = catalogue(frame, background(frame, MESH), DETECTION, PHOTOMETRY)
    assert table["number"].tolist() == [1, 2, 3]
    assert (np.diff(table["y"]) > 0).all()
    assert [str(table[c].unit) for c in ("x", "flux_aper", "fluxerr_auto")] == ["pix", "ct", "ct"]


def test_what_made_a_product_is_written_into_it(frame, tmp_path):
    sky = background(frame, MESH)
    write_map(sky.level, tmp_path / "back.fits", "background mesh", MESH)
    write_catalogue(catalogue(frame, sky, DETECTION, PHOTOMETRY), tmp_path / "c.ecsv", "photometry", PHOTOMETRY)
    header = fits.getheader(tmp_path / "back.fits")
    assert (header["METHOD"], header["SOFTVERS"], header["BUNIT"]) == ("background mesh", __version__, "ct")
    assert "box_width=64" in header["CONFIG"]
    assert Table.read(tmp_path / "c.ecsv").meta["SOFTWARE"] == "emmi-photometry"


def test_the_real_frame_is_read_in_counts():
    frame = read_frame("data/image.fits")
    assert frame.shape == (256, 256)
    assert frame.dtype == np.float64


def test_the_command_prints_its_version():
    said = subprocess.run([sys.executable, "-m", "emmiphot", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["emmiphot", __version__]
