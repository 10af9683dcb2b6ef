"""Readings of an engine turned into points of a curve: what is used at a moment, and few enough points to draw."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from adp.sandbox.engine import Usage

SHORT = 0.2  # seconds between two readings, below which a rate says nothing


@dataclass(frozen=True, slots=True)
class Point:
    """`at` seconds after the beginning: cores busy since the point before, bytes of memory and disk, processes."""

    at: float
    cpu: float
    memory: int
    disk: int
    processes: int

    def row(self) -> list[float]:
        return [round(self.at, 2), round(self.cpu, 3), self.memory, self.disk, self.processes]

    @classmethod
    def of(cls, row: Sequence[float]) -> Self:
        """The same from a row. Raises ValueError or TypeError when it is none."""
        at, cpu, memory, disk, processes = row
        return cls(float(at), float(cpu), int(memory), int(disk), int(processes))


class Meter:
    """An engine counts the CPU time of a command; `read` makes a rate of it. A falling count is another command's."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock, self.began = clock, clock()
        self._before = (self.began, 0.0)

    def read(self, usage: Usage) -> Point:
        now = self.clock()
        at, used = self._before
        spent = usage.cpu_seconds - (used if usage.cpu_seconds >= used else 0.0)
        self._before = (now, usage.cpu_seconds)
        cores = spent / max(now - at, SHORT)
        return Point(now - self.began, cores, usage.memory_bytes, usage.disk_bytes, usage.processes)


def thinned(points: Sequence[Point], most: int) -> list[Point]:
    """At most `most` points; two neighbours become one as often as needed. No peak of memory, disk or processes is
    lost, and CPU keeps its mean."""
    found = list(points)
    while len(found) > most:
        pairs = zip(found[::2], found[1::2], strict=False)
        found = [_one(a, b) for a, b in pairs] + (found[-1:] if len(found) % 2 else [])
    return found


def _one(a: Point, b: Point) -> Point:
    return Point(b.at, (a.cpu + b.cpu) / 2, max(a.memory, b.memory), max(a.disk, b.disk), max(a.processes, b.processes))
