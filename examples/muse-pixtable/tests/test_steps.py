"""The steps do what they promise, and nothing else."""

import subprocess
import sys

import numpy as np
import pytest

from pixtable import __version__, steps
from pixtable.files import read, read_printed, write

ROWS = [
    ["-75.004", "11.55", "8408.7", "87.72", "0", "19785.9"],
    ["-75.000", "11.55", "8412.5", "85.31", "5", "21929.7"],
]


@pytest.fixture
def table():
    return steps.create(ROWS)


def test_creation_types_the_columns_and_gives_units(table):
    assert table["flag"].dtype == np.int32
    assert str(table["lambda"].unit) == "Angstrom"
    assert table["x"][0] == -75.004


def test_a_stray_letter_in_a_flag_is_refused():
    with pytest.raises(ValueError, match="a0"):
        steps.create([[*ROWS[0][:4], "a0", ROWS[0][5]]])


def test_the_shift_moves_coordinates_only(table):
    moved = steps.shift(table, -20.5, 1.5)
    np.testing.assert_allclose(moved["x"], [-95.504, -95.5], rtol=0, atol=1e-12)
    np.testing.assert_allclose(moved["y"], 17.325, rtol=0, atol=1e-12)
    for name in steps.KEPT:
        assert moved[name].tobytes() == table[name].tobytes()


def test_the_sky_step_scales_coordinates_only(table):
    sky = steps.to_sky(steps.shift(table, -20.5, 1.5), 0.2)
    np.testing.assert_allclose(sky["ra"], [-19.1008, -19.1], rtol=0, atol=1e-12)
    assert sky["dec"].unit == "arcsec"
    for name in steps.KEPT:
        assert sky[name].tobytes() == table[name].tobytes()


def test_one_seed_gives_one_simulation():
    one, two = steps.simulate(500, 7), steps.simulate(500, 7)
    assert all(one[name].tobytes() == two[name].tobytes() for name in steps.COLUMNS)
    assert (one["variance"] > 0).all()


@pytest.mark.parametrize("name", ["table.ecsv", "table.fits"])
def test_what_made_a_table_is_written_into_it(table, tmp_path, name):
    write(table, tmp_path / name, method="shift", level=1, config={"y_scale": 1.5})
    again = read(tmp_path / name)
    assert again.meta["METHOD"] == "shift"
    assert again.meta["SOFTVERS"] == __version__
    assert again.meta["CONFIG"] == "y_scale=1.5"
    assert again["flag"].tolist() == [0, 5]


def test_a_row_of_another_length_is_named(tmp_path):
    (tmp_path / "printed.txt").write_text("x y\n1 2\n3\n")
    with pytest.raises(ValueError, match="row 2 has 1 words"):
        read_printed(tmp_path / "printed.txt")


def test_the_command_prints_its_version():
    said = subprocess.run([sys.executable, "-m", "pixtable", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["pixtable", __version__]
