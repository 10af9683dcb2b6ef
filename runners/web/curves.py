"""What a run uses, against what it asked for: three small curves, and the same as a table for who does not see them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from adp.checks.metering import Point
from adp.comparison.words import numbers
from runners.cost import Asked
from runners.models.usage import MOST

LEFT, RIGHT, TOP, BOTTOM = 2.0, 318.0, 8.0, 66.0  # of the drawing
GAP = 8.0  # seconds without a reading, or so many times the usual: nothing ran, the line is broken
ROWS = 6  # of the table
FAR = 4  # times what was used: there a limit is said, and the drawing shows the use


@dataclass(frozen=True, slots=True)
class Curve:
    """`lines` are polylines; `limit` the height of the limit's line, None when it lies far above all that was used."""

    name: str
    kind: str
    lines: tuple[str, ...]
    limit: float | None
    allowed: str
    now: str
    peak: str
    says: str


@dataclass(frozen=True, slots=True)
class Curves:
    """`rows` are (time, CPU, memory, disk, processes) in words."""

    curves: tuple[Curve, ...]
    rows: tuple[tuple[str, ...], ...]
    until: str


def curves(points: Sequence[Point], asked: Asked) -> Curves | None:
    """None while nothing was measured."""
    if not points:
        return None
    drawn = (
        _curve("CPU", "cpu", points, lambda p: p.cpu, asked.cpus, _cores),
        _curve("Memory", "mem", points, lambda p: p.memory, asked.memory, numbers.size),
        _curve("Disk", "disk", points, lambda p: p.disk, asked.disk, numbers.size),
    )
    few = points[:: max(1, len(points) // ROWS)]
    rows = [_row(p) for p in (few if few[-1] is points[-1] else [*few, points[-1]])]
    return Curves(drawn, tuple(rows), numbers.seconds(points[-1].at))


def _row(p: Point) -> tuple[str, ...]:
    return numbers.seconds(p.at), _cores(p.cpu), numbers.size(p.memory), numbers.size(p.disk), str(p.processes)


def _curve(
    name: str,
    kind: str,
    points: Sequence[Point],
    read: Callable[[Point], float],
    allowed: float,
    words: Callable[[float], str],
) -> Curve:
    values = [read(p) for p in points]
    peak = max(values)
    is_far = 0 < peak < allowed / FAR
    top = (peak * 1.6 if is_far else max(peak, allowed) * 1.05) or 1.0
    share = f", {100 * peak / allowed:.0f} % of the limit" if allowed else ""
    says = f"{name}: now {words(values[-1])}, at most {words(peak)} of {words(allowed)} allowed{share}."
    limit = None if is_far else round(_height(allowed, top), 1)
    lines = tuple(_polyline(part, points[-1].at, read, top) for part in _parts(points))
    return Curve(name, kind, lines, limit, words(allowed), words(values[-1]), words(peak), says)


def _parts(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Between two commands nothing is measured."""
    usual = max(GAP, 3 * points[-1].at / MOST)
    part = [points[0]]
    for before, point in pairwise(points):
        if point.at - before.at > usual:
            yield part
            part = []
        part.append(point)
    yield part


def _polyline(part: Sequence[Point], end: float, read: Callable[[Point], float], top: float) -> str:
    places = [(LEFT + (RIGHT - LEFT) * p.at / (end or 1.0), _height(read(p), top)) for p in part]
    if len(places) == 1:
        places.append((places[0][0] + 1.5, places[0][1]))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _height(value: float, top: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * value / top


def _cores(count: float) -> str:
    text = numbers.number(round(float(count), 2))
    return f"{text} core{'' if count == 1 else 's'}"
