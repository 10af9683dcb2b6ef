"""One more pass over a pair of images: the worst of each block of pixels, the planes of a cube, where it is broken."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from adp.comparison.formats.limits import ReadLimits
from adp.comparison.model import Part, Values
from adp.comparison.noise import Planes
from adp.comparison.pictures.scale import Scale
from adp.comparison.pictures.seen import Seen, finite
from adp.comparison.values.numbers import real
from adp.comparison.values.sums import Floats
from adp.comparison.values.tally import Offsets

BLOCKS_X, BLOCKS_Y = 160, 160  # more would be finer than a picture of 40 kB can show
PLANES = 4096
Bools = npt.NDArray[np.bool_]


@dataclass
class ImagePass:
    """`shape` is (planes, rows, columns), whatever the image has. Blocks are `step` pixels (y, x); `low` and `high` are
    the smallest and largest strain of each, `void` blocks hold no pair of numbers, `odd` ones a number on one side."""

    part: Part
    seen: Seen
    shape: tuple[int, int, int]
    step: tuple[int, int]
    low: Floats
    high: Floats
    void: Bools
    odd: Bools
    planes: Floats
    plane_step: int
    box: list[int] = field(default_factory=list)  # x0, y0, x1, y1 of what breaks the rule, from 0, inclusive

    @classmethod
    def of(cls, part: Part, scale: Scale) -> "ImagePass":
        *outer, rows, columns = part.shape if len(part.shape) > 1 else (1, *part.shape)
        shape = (math.prod(outer), rows, columns)
        step = (-(-rows // BLOCKS_Y), -(-columns // BLOCKS_X))
        blocks = (-(-rows // step[0]), -(-columns // step[1]))
        plane_step = -(-shape[0] // PLANES)
        planes = np.zeros(-(-shape[0] // plane_step))
        blank = np.zeros(blocks)
        return cls(part, Seen(scale, part.rows), shape, step, blank, blank.copy(), np.ones(blocks, dtype=np.bool_),
                   np.zeros(blocks, dtype=np.bool_), planes, plane_step)  # fmt: skip

    @property
    def signed(self) -> Floats:
        """The worst strain of each block, with its sign; NaN where there is nothing to compare."""
        worst = np.where(self.high >= -self.low, self.high, self.low)
        return np.where(self.void & ~self.odd, np.nan, worst)

    def update(self, start: int, product: Values, reference: Values, error: Floats | None) -> None:
        p, r = real(product.data), real(reference.data)
        good_p, good_r = finite(p, product.mask), finite(r, reference.mask)
        both = good_p & good_r
        at = start + np.flatnonzero(both)
        strain = self.seen.take(at, p[both], r[both], error[both] if error is not None else None)
        self._place(at, strain)
        if self.seen.scale.rule.nan != "ignore":
            self._odd(start + np.flatnonzero(good_p != good_r))

    def _place(self, at: Offsets, strain: Floats) -> None:
        plane, y, x = self._where(at)
        block = (y // self.step[0], x // self.step[1])
        self.void[block] = False
        known = np.nan_to_num(strain, nan=0.0)
        moved = np.flatnonzero(known)
        if not len(moved):
            return
        known, block = known[moved], (block[0][moved], block[1][moved])
        np.maximum.at(self.high, block, known)
        np.minimum.at(self.low, block, known)
        np.maximum.at(self.planes, plane[moved] // self.plane_step, np.abs(known))
        broken = moved[np.abs(known) > (0 if self.seen.scale.is_exact else 1)]
        self._widen(x[broken], y[broken])

    def _odd(self, at: Offsets) -> None:
        if not len(at):
            return
        _, y, x = self._where(at)
        self.seen.mismatched += len(at)
        self.odd[y // self.step[0], x // self.step[1]] = True
        self._widen(x, y)

    def _where(self, at: Offsets) -> tuple[Offsets, Offsets, Offsets]:
        _, rows, columns = self.shape
        line, x = np.divmod(at, columns)
        plane, y = np.divmod(line, rows)
        return plane, y, x

    def _widen(self, x: Offsets, y: Offsets) -> None:
        if len(x):
            new = [int(x.min()), int(y.min()), int(x.max()), int(y.max())]
            old = self.box or new
            self.box = [min(old[0], new[0]), min(old[1], new[1]), max(old[2], new[2]), max(old[3], new[3])]


def passed(product: Part, reference: Part, scale: Scale, errors: Planes | None, limits: ReadLimits) -> ImagePass:
    """Both images once, chunk by chunk."""
    found = ImagePass.of(reference, scale)
    for rows in chunks(reference.rows, limits.chunk):
        p, r = (part.source.read(rows)("") for part in (product, reference))
        found.update(rows.start, p, r, errors.read(rows, len(r.data)) if errors else None)
    return found


def worst_plane(
    product: Part, reference: Part, whole: ImagePass, errors: Planes | None, limits: ReadLimits
) -> ImagePass:
    """The plane of a cube with the largest strain, by itself; positions count within it."""
    _, rows, columns = whole.shape
    size = rows * columns
    first = (whole.seen.worst_at or 0) // size * size
    found = ImagePass.of(replace(reference, shape=(rows, columns), rows=size), whole.seen.scale)
    for part in chunks(size, limits.chunk):
        there = slice(first + part.start, first + part.stop)
        p, r = (each.source.read(there)("") for each in (product, reference))
        found.update(part.start, p, r, errors.read(there, len(r.data)) if errors else None)
    return found


def chunks(total: int, size: int) -> Iterator[slice]:
    for start in range(0, total, size):
        yield slice(start, min(start + size, total))


def window(part: Part, scale: float, plane: int, x: slice, y: slice) -> Floats:
    """A small piece of one plane, in float64; what is no number is NaN."""
    columns = part.shape[-1]
    rows = part.shape[-2] if len(part.shape) > 1 else 1
    lines = []
    for line in range(y.start, y.stop):
        first = (plane * rows + line) * columns
        values = part.source.read(slice(first + x.start, first + x.stop))("")
        data = real(values.data).astype(np.float64) * scale
        data[~finite(data, values.mask)] = np.nan
        lines.append(data)
    return np.array(lines)
