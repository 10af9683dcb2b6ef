"""A period that we put in comes out again, through gaps, noise and harmonics."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table

from rrperiod import __version__
from rrperiod.files import folded, periods, read_macho, write
from rrperiod.search import LightCurve, find, fold, select

SEARCH = {"shortest_period": 0.2, "longest_period": 1.0, "samples_per_peak": 10, "terms": 2}


def star(period, nights=400, noise=0.05):
    """A light curve with two harmonics, seen at night only."""
    random = np.random.default_rng(11)
    time = 48823 + np.arange(nights) * 1.0 + random.uniform(0, 0.35, nights)
    phase = 2 * np.pi * time / period
    mag = -4.5 + 0.4 * np.sin(phase) + 0.15 * np.sin(2 * phase) + random.normal(0, noise, nights)
    return LightCurve(time, mag, np.full(nights, noise))


@pytest.mark.parametrize("period", [0.31234, 0.4972512, 0.71828])
def test_the_period_is_found_in_spite_of_the_days(period):
    found = find(star(period), **SEARCH)
    assert abs(found.days / period - 1) < 2e-5
    assert 0 < found.error < 1e-4
    assert abs(found.amplitude - 0.4) < 0.03


def test_what_cannot_be_a_measurement_is_left_out():
    curve = LightCurve(np.arange(5.0), np.array([-4.0, -99.0, -4.1, -4.2, -4.3]), np.array([0.1, 0.1, 8.5, 0.0, 0.2]))
    assert select(curve, 0.5, -90.0).time.tolist() == [0.0, 4.0]


def test_phases_begin_at_maximum_light():
    curve = star(0.5)
    phase = fold(curve, 0.5)
    assert ((phase >= 0) & (phase < 1)).all()
    assert phase[curve.mag.argmin()] == 0


def test_what_made_a_result_is_written_into_it(tmp_path):
    curves = {"B": star(0.4)}
    found = {"B": find(curves["B"], **SEARCH)}
    write(periods(found), tmp_path / "period.ecsv", {"search": SEARCH})
    write(folded(curves, found), tmp_path / "folded.ecsv", {"search": SEARCH})
    table = Table.read(tmp_path / "period.ecsv")
    assert table.meta["SOFTVERS"] == __version__
    assert "terms=2" in table.meta["CONFIG"]
    assert str(table["period"].unit) == "d"
    assert len(Table.read(tmp_path / "folded.ecsv")) == 400


def test_the_real_light_curve_is_read():
    curve = read_macho(Path("data/lc_1.4652.1527.B.mjd"))
    assert len(select(curve, 0.5, -90.0)) == 1116


def test_the_command_prints_its_version():
    said = subprocess.run([sys.executable, "-m", "rrperiod", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["rrperiod", __version__]
