"""Which columns of a table are cut out of its rows together: those that lie side by side in both files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from adp.comparison.kernels.lane import Lane

FOUR = {">f4", ">i4"}
REACH = 32  # bytes of a row that one turn takes (turning.py)


@dataclass(frozen=True)
class Sheet:
    """Lanes that begin within REACH bytes, a multiple of four apart, and as far apart in either file."""

    lanes: tuple[Lane, ...]
    samples: npt.NDArray[np.float64]

    @classmethod
    def of(cls, lanes: Sequence[Lane]) -> "Sheet":
        """Their samples become rows of one array, as the compiled loop wants them."""
        samples = np.full((len(lanes), len(lanes[0].sample)), np.nan)
        for lane, sample in zip(lanes, samples, strict=True):
            lane.sample = sample
        return cls(tuple(lanes), samples)

    @property
    def places(self) -> list[int]:
        return [lane.product.at - self.lanes[0].product.at for lane in self.lanes]


def sheets(lanes: Sequence[Lane]) -> tuple[list[Sheet], list[Lane]]:
    """All of two lanes or more that can be made, and the lanes that stay alone."""
    groups = list(_groups(sorted(filter(_is_column, lanes), key=attrgetter("product.at"))))
    found = [Sheet.of(group) for group in groups if len(group) > 1]
    taken = {id(lane) for sheet in found for lane in sheet.lanes}
    return found, [lane for lane in lanes if id(lane) not in taken]


def _is_column(lane: Lane) -> bool:
    one = lane.product.per_row == 1 and len(lane.judge.numbers.summary.places.shape) == 1
    return one and lane.product.raw in FOUR and min(lane.product.step, lane.reference.step) > np.dtype("f4").itemsize


def _groups(lanes: Sequence[Lane]) -> Iterator[list[Lane]]:
    """Each lane opens a group or joins the one before it."""
    group: list[Lane] = []
    for lane in lanes:
        if group and not _joins(group[0], lane):
            yield group
            group = []
        group.append(lane)
    if group:
        yield group


def _joins(first: Lane, lane: Lane) -> bool:
    apart = lane.product.at - first.product.at
    return apart < REACH and apart % 4 == 0 and lane.reference.at - first.reference.at == apart
