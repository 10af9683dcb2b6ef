"""The curves of a run: against the limit where it is near, broken where nothing ran, the same in words."""

import pytest

from adp.checks.metering import Point
from runners.cost import Asked
from runners.web.curves import ROWS, curves

ASKED = Asked(cpus=1.0, memory=256 << 20, disk=1 << 30, seconds=600.0)


def a_run_of(memory, seconds=60):
    return [Point(float(n), 0.5, memory, 1 << 20, 3) for n in range(1, seconds + 1)]


def memory(found):
    return next(curve for curve in found.curves if curve.name == "Memory")


def test_nothing_measured_is_no_curve():
    assert curves([], ASKED) is None


@pytest.mark.parametrize(("used", "is_drawn"), [(10 << 20, False), (100 << 20, True), (300 << 20, True)])
def test_a_limit_is_drawn_where_it_is_near(used, is_drawn):
    curve = memory(curves(a_run_of(used), ASKED))
    assert (curve.limit is not None) == is_drawn
    heights = [float(pair.split(",")[1]) for line in curve.lines for pair in line.split()]
    assert all(0 <= height <= 72 for height in heights)
    if used > ASKED.memory:
        assert curve.limit > min(heights)  # the curve goes over the limit


def test_a_line_is_broken_where_nothing_ran():
    points = [*a_run_of(100 << 20, 5), *(Point(60.0 + n, 0.1, 50 << 20, 0, 1) for n in range(5))]
    assert len(memory(curves(points, ASKED)).lines) == 2


def test_one_reading_is_a_mark_and_not_nothing():
    assert len(memory(curves([Point(0.0, 0.0, 0, 0, 1)], ASKED)).lines[0].split()) == 2


def test_words_and_table_say_the_same():
    found = curves(a_run_of(128 << 20), ASKED)
    assert (
        memory(found).says.replace("\xa0", " ")
        == "Memory: now 128 MiB, at most 128 MiB of 256 MiB allowed, 50 % of the limit."
    )
    assert ROWS <= len(found.rows) <= ROWS + 2
    assert found.rows[-1][0].replace("\xa0", " ") == "60 s"
