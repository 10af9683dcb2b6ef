"""One more pass over a pair of images: the worst of each block of pixels, the planes of a cube, where it is broken."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.formats.limits import ReadLimits
from adp.comparison.model import Part, Values
from adp.comparison.noise import Planes
from adp.comparison.pictures.patience import Patience
from adp.comparison.pictures.scale import Scale
from adp.comparison.pictures.seen import Seen, finite
from adp.comparison.values.numbers import real
from adp.comparison.values.sums import Floats
from adp.comparison.values.tally import Offsets

BLOCKS_X, BLOCKS_Y = 160, 160  # more would be finer than a picture of 40 kB can show
PLANES = 4096
LINE = 1 << 20  # pixels of a line that is read whole
Bools = npt.NDArray[np.bool_]


@dataclass
class ImagePass:
    """`shape` is (planes, rows, columns), whatever the image has. Blocks are `step` pixels (y, x); `low` and `high` are
    the smallest and largest strain of each, `filled` ones hold a pair of numbers, `odd` ones a number on one side."""

    part: Part
    seen: Seen
    shape: tuple[int, int, int]
    step: tuple[int, int]
    low: Floats
    high: Floats
    filled: Bools
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
        blank, none = np.zeros(blocks), np.zeros(blocks, dtype=np.bool_)
        planes = np.zeros(-(-shape[0] // plane_step))
        return cls(
            part, Seen(scale, part.rows), shape, step, blank, blank.copy(), none, none.copy(), planes, plane_step
        )

    @property
    def is_mapped(self) -> bool:
        """Whether its lines are short enough to be taken whole."""
        return self.shape[2] <= LINE

    @property
    def chunk(self) -> int:
        """What one reading should be a multiple of."""
        return self.shape[2] if self.is_mapped else 1

    @property
    def signed(self) -> Floats:
        """The worst strain of each block, with its sign; NaN where there is nothing to compare."""
        worst = np.where(self.high >= -self.low, self.high, self.low)
        return np.where(self.filled | self.odd, worst, np.nan)

    def update(self, start: int, product: Values, reference: Values, error: Floats | None) -> None:
        """One chunk at element `start`: whole lines, where the image is mapped."""
        p, r = real(product.data), real(reference.data)
        good_p, good_r = finite(p, product.mask), finite(r, reference.mask)
        both = good_p & good_r
        if both.all():
            self._place(start, self.seen.take(start, None, p, r, error), None)
            return
        at = np.flatnonzero(both)
        strain = np.zeros(len(p))
        strain[at] = self.seen.take(start, at, p[at], r[at], error[at] if error is not None else None)
        self._place(start, strain, both)
        if self.seen.scale.rule.nan != "ignore":
            self._odd(start, good_p != good_r)

    def _place(self, start: int, strain: Floats, both: Bools | None) -> None:
        if not self.is_mapped:
            return
        known = np.nan_to_num(strain, nan=0.0, posinf=np.inf, neginf=-np.inf).reshape(-1, self.shape[2])
        plane, y = self._lines(start, len(known))
        blocks = self._blocks(known)
        high, low = blocks.max(axis=2), blocks.min(axis=2)
        np.maximum.at(self.high, y // self.step[0], high)
        np.minimum.at(self.low, y // self.step[0], low)
        np.maximum.at(self.planes, plane // self.plane_step, np.maximum(high.max(axis=1), -low.min(axis=1)))
        there = np.ones(high.shape, dtype=np.bool_) if both is None else self._any(both)
        np.logical_or.at(self.filled, y // self.step[0], there)
        if max(high.max(), -low.min()) > self.seen.limit:
            self._widen(y, np.abs(known) > self.seen.limit)

    def _odd(self, start: int, odd: Bools) -> None:
        if not odd.any():
            return
        self.seen.mismatched += int(np.count_nonzero(odd))
        if self.is_mapped:
            lines = odd.reshape(-1, self.shape[2])
            _, y = self._lines(start, len(lines))
            np.logical_or.at(self.odd, y // self.step[0], self._any(odd))
            self._widen(y, lines)

    def _lines(self, start: int, count: int) -> tuple[Offsets, Offsets]:
        """The plane and the row of each line of a chunk."""
        plane, y = np.divmod(start // self.shape[2] + np.arange(count), self.shape[1])
        return plane, y

    def _blocks(self, lines: Any) -> Any:
        """(line, block, pixel within the block), filled up with zeros at the right edge."""
        wide = self.low.shape[1] * self.step[1]
        full = lines if wide == lines.shape[1] else np.pad(lines, ((0, 0), (0, wide - lines.shape[1])))
        return full.reshape(len(lines), self.low.shape[1], self.step[1])

    def _any(self, flags: Bools) -> Bools:
        return np.asarray(self._blocks(flags.reshape(-1, self.shape[2])).any(axis=2))

    def _widen(self, y: Offsets, broken: Bools) -> None:
        x, lines = np.flatnonzero(broken.any(axis=0)), y[broken.any(axis=1)]
        new = [int(x[0]), int(lines.min()), int(x[-1]), int(lines.max())]
        old = self.box or new
        self.box = [min(old[0], new[0]), min(old[1], new[1]), max(old[2], new[2]), max(old[3], new[3])]


def passed(
    product: Part, reference: Part, scale: Scale, errors: Planes | None, limits: ReadLimits, patience: Patience
) -> ImagePass:
    """Both images once, chunk by chunk. Raises TimeoutError when patience ends."""
    found = ImagePass.of(reference, scale)
    for rows in chunks(reference.rows, limits.chunk, found.chunk):
        patience.check()
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
    for part in chunks(size, limits.chunk, found.chunk):
        there = slice(first + part.start, first + part.stop)
        p, r = (each.source.read(there)("") for each in (product, reference))
        found.update(part.start, p, r, errors.read(there, len(r.data)) if errors else None)
    return found


def chunks(total: int, size: int, unit: int) -> Iterator[slice]:
    """About `size` elements each, in whole units."""
    whole = max(1, size // unit) * unit
    for start in range(0, total, whole):
        yield slice(start, min(start + whole, total))


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
