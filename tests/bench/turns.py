"""Two sides measured turn by turn: whatever else the machine does meets both."""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Times:
    """Of one side, in seconds; `cpu`: of this process and of those it has waited for."""

    label: str
    seconds: tuple[float, ...]
    cpu: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        return (
            f"{self.label} {self.median:.3f} s (least {min(self.seconds):.3f}, CPU {statistics.median(self.cpu):.3f})"
        )


def by_turns(
    rounds: int, ours: tuple[str, Work], peer: tuple[str, Work], ready: Work = lambda: None
) -> tuple[Times, Times]:
    """Each once unmeasured, then `rounds` times; `ready` is called before each, and not measured."""
    sides = (ours, peer)
    found: list[list[tuple[float, float]]] = [[], []]
    for turn in range(rounds + 1):
        for place, (_, work) in zip(found, sides, strict=True):
            ready()
            place.append(_timed(work))
        del found[0][: turn == 0], found[1][: turn == 0]
    one, other = (Times(label, *zip(*pairs, strict=True)) for (label, _), pairs in zip(sides, found, strict=True))
    return one, other


def _timed(work: Work) -> tuple[float, float]:
    began, before = time.perf_counter(), os.times()
    work()
    spent = zip(os.times()[:4], before[:4], strict=True)
    return time.perf_counter() - began, sum(now - then for now, then in spent)
