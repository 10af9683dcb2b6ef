"""Readings become a curve: a rate of CPU, no lost peak, few points."""

import pytest

from adp.checks.metering import Meter, Point, thinned
from adp.sandbox.engine import Usage


def test_cpu_is_a_rate_and_another_command_begins_at_nothing() -> None:
    times = iter([0.0, 1.0, 2.0, 3.0])
    meter = Meter(lambda: next(times))
    read = [meter.read(Usage(cpu, 100, 10, 1)).cpu for cpu in (0.5, 1.5, 0.25)]
    assert read == [0.5, 1.0, 0.25]


def test_no_peak_is_lost_however_few_the_points() -> None:
    points = [Point(float(n), 1.0, 1000 if n == 777 else 10, n, 2) for n in range(1001)]
    few = thinned(points, 240)
    assert len(few) <= 240
    assert max(p.memory for p in few) == 1000
    assert few[-1].at == 1000.0
    assert few[-1].disk == 1000
    assert {p.cpu for p in few} == {1.0}


def test_a_row_is_read_as_it_was_written() -> None:
    point = Point(1.25, 0.5, 1 << 40, 7, 3)
    assert Point.of(point.row()) == point


@pytest.mark.parametrize("row", [[], [1, 2, 3], ["a"] * 5, [None] * 5])
def test_what_is_no_row_is_refused(row: list) -> None:
    with pytest.raises((ValueError, TypeError)):
        Point.of(row)
