"""Where the violations of one field lie: their bounding box, and how many there are in each plane and each column."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

BINS = 4096  # most counts per axis; longer axes are counted in equal groups
Box = npt.NDArray[np.int64]


@dataclass
class Places:
    """`low` and `high` are the inclusive corners of the box, by numpy's order of axes; `planes` counts along the first
    axis (the last of FITS; the rows of a table), `columns` along the last one (NAXIS1), for images of two axes or more.
    Index i is counted in group i // group."""

    shape: tuple[int, ...]
    low: Box = field(init=False)
    high: Box = field(init=False)
    planes: Box = field(init=False)
    columns: Box = field(init=False)

    def __post_init__(self) -> None:
        self.shape = self.shape or (1,)
        self.low = np.full(len(self.shape), np.iinfo(np.int64).max)
        self.high = np.full(len(self.shape), -1)
        self.planes = np.zeros(0, dtype=np.int64)
        self.columns = np.zeros(0, dtype=np.int64)

    @property
    def plane_group(self) -> int:
        return max(1, -(-self.shape[0] // BINS))

    @property
    def column_group(self) -> int:
        return max(1, -(-self.shape[-1] // BINS))

    def add(self, positions: npt.NDArray[np.int64]) -> None:
        """Violations at these elements, counted from 0 in C order."""
        if not len(positions):
            return
        size = math.prod(self.shape)
        inside = positions[positions < size] if int(positions[-1]) >= size else positions
        if not len(inside):  # rows of variable length have more elements than places
            return
        axes = np.unravel_index(inside, self.shape)
        self.extend(np.array([a.min() for a in axes]), np.array([a.max() for a in axes]))
        self.count(np.bincount(axes[0] // self.plane_group), np.bincount(axes[-1] // self.column_group))

    def extend(self, low: Box, high: Box) -> None:
        self.low, self.high = np.minimum(self.low, low), np.maximum(self.high, high)

    def count(self, planes: Box, columns: Box) -> None:
        self.planes = _sum(self.planes, planes)
        if len(self.shape) > 1:
            self.columns = _sum(self.columns, columns)

    @property
    def any(self) -> bool:
        return bool((self.high >= 0).any())

    def to_dict(self) -> dict[str, Any]:
        """`box`: first and last index per axis, 0-based, numpy's order. Counts end at the last group that has any."""
        if not self.any:
            return {}
        box = [[int(a), int(b)] for a, b in zip(self.low, self.high, strict=True)]
        plain: dict[str, Any] = {"box": box, "planes": self.planes.tolist(), "plane_group": self.plane_group}
        if len(self.shape) > 1:
            plain |= {"columns": self.columns.tolist(), "column_group": self.column_group}
        return plain


def _sum(one: Box, other: Box) -> Box:
    """Elementwise, the shorter one continued by zeros."""
    long, short = (one, other) if len(one) >= len(other) else (other, one)
    total = long.astype(np.int64)
    total[: len(short)] += short
    return total
