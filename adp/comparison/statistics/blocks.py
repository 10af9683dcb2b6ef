"""Sums of the differences in blocks: 8 x 8 in every plane of an image, whole planes, stretches of rows in a table."""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from adp.comparison.values.tally import Floats
from adp.comparison.values.watching import Seen

GRID = 8
STRETCHES = 64  # blocks of a table, and of an image with one axis
PATTERN = 1 << 20  # elements of a plane whose pattern of blocks is kept
PLANES = 2048  # more planes are taken together in equal groups
SUMS = ("count", "d", "d2", "r", "pulls", "pull", "pull2")
COUNT, D, D2, R, PULLS, PULL, PULL2 = range(len(SUMS))
Ints = npt.NDArray[np.int64]


class Level(NamedTuple):
    """One way to cut a field: `sums` has the seven sums per block, `low` and `high` its corners (0-based, inclusive) as
    (plane, y, x) or (row)."""

    sums: Floats
    low: Ints
    high: Ints


@dataclass
class Blocks:
    """Sums of d, d^2, |r| and of the pulls in every block. `shape` is an image's, or the rows of a table; `inner`
    elements follow each other at one place of it."""

    shape: tuple[int, ...]
    inner: int = 1
    is_table: bool = False
    _sums: Floats = field(init=False)

    def __post_init__(self) -> None:
        self._sums = np.zeros((len(SUMS), self._groups * self._rows * self._columns))

    @property
    def _flat(self) -> bool:
        return len(self.shape) == 1

    @property
    def _size(self) -> tuple[int, int, int]:
        """Planes, and the lines and columns of each; rows of a table are columns of one line."""
        if self._flat:
            return 1, 1, self.shape[0]
        return math.prod(self.shape[:-2]), self.shape[-2], self.shape[-1]

    @property
    def _groups(self) -> int:
        return min(self._size[0], PLANES)

    @property
    def _rows(self) -> int:
        return min(self._size[1], GRID)

    @property
    def _columns(self) -> int:
        return max(1, min(self._size[2], STRETCHES if self._flat else GRID))

    def watch(self, seen: Seen) -> None:
        if not len(seen.difference):
            return
        ids = self._ids(seen)
        low = int(ids.min())
        self._put(low, COUNT, ids, None)
        with np.errstate(over="ignore", invalid="ignore"):
            self._put(low, D, ids, seen.difference)
            self._put(low, D2, ids, np.square(seen.difference))
            self._put(low, R, ids, np.abs(seen.reference))
            if seen.error is not None:
                self._pulls(ids, seen.difference, seen.error)

    def _pulls(self, ids: Ints, difference: Floats, error: Floats) -> None:
        known = np.isfinite(error) & (error > 0)
        if not known.any():
            return
        whole = bool(known.all())
        ids, pulls = (ids, difference / error) if whole else (ids[known], difference[known] / error[known])
        low = int(ids.min())
        for at, weights in ((PULLS, None), (PULL, pulls), (PULL2, np.square(pulls))):
            self._put(low, at, ids, weights)

    def _put(self, low: int, at: int, ids: Ints, weights: Floats | None) -> None:
        sums = np.bincount(ids - low, weights)
        self._sums[at, low : low + len(sums)] += sums

    def _ids(self, seen: Seen) -> Ints:
        """The block of each element; the pattern of one plane is made once, where it is not too large."""
        _, lines, columns = self._size
        size = lines * columns * self.inner
        if size > PATTERN:
            positions = seen.positions
            return self._block(positions % size) + self._group(positions // size)
        stop = seen.start + (len(seen.difference) if seen.at is None else int(seen.at[-1]) + 1)
        first, last = seen.start // size, -(-stop // size)
        ids = (self._plane + self._group(np.arange(first, last))[:, None]).ravel()
        ids = ids[seen.start - first * size : stop - first * size]
        return ids if seen.at is None else ids[seen.at]

    @cached_property
    def _plane(self) -> Ints:
        _, lines, columns = self._size
        return self._block(np.arange(lines * columns * self.inner, dtype=np.int64))

    def _block(self, inside: Ints) -> Ints:
        """Of elements of one plane."""
        _, lines, columns = self._size
        place = inside // self.inner
        y = place // columns
        x = place - y * columns
        return np.asarray((y * self._rows // lines) * self._columns + x * self._columns // columns)

    def _group(self, plane: Ints) -> Ints:
        return np.asarray(plane * self._groups // self._size[0] * (self._rows * self._columns))

    @property
    def levels(self) -> list[Level]:
        """Blocks of each plane; whole planes and blocks through all planes, where there is more than one."""
        groups, rows, columns = self._groups, self._rows, self._columns
        cube = self._sums.reshape(len(SUMS), groups, rows, columns)
        found = [self._level(cube)]
        if groups > 1:
            found.append(self._level(cube.sum(axis=(2, 3), keepdims=True)))
            found.append(self._level(cube.sum(axis=1, keepdims=True)))
        return found

    def _level(self, cube: Floats) -> Level:
        axes = [_edges(size, number) for size, number in zip(self._size, cube.shape[1:], strict=True)]
        corners = [np.meshgrid(*(a[side] for a in axes), indexing="ij") for side in (0, 1)]
        low, high = (np.stack([c.ravel() for c in corner], axis=1) for corner in corners)
        return Level(cube.reshape(len(SUMS), -1), low, high)


def _edges(size: int, number: int) -> tuple[Ints, Ints]:
    """First and last index of each of `number` blocks of an axis: index i is in block i * number // size."""
    low = -(-np.arange(number + 1, dtype=np.int64) * size // number)
    return low[:-1], low[1:] - 1
