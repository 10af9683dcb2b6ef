"""An even sample of a field's differences: the same elements whatever the chunks and threads, in bounded memory."""

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from adp.comparison.values.sums import MANY, Floats, Histogram

BINNED = 1 << 19  # elements that enter the histogram
TOGETHER = 64  # small pieces that are binned at once
KEPT = 1 << 16  # of these, elements whose exact value is kept for the median
NORMAL = 1.4826022185056018  # standard deviation over median absolute deviation, for a normal distribution


@dataclass
class Sample:
    """Every `stride`-th of `total` elements, by position; every `stride * thin`-th is kept exactly. The stride is a
    prime: an even one would see the same detector columns in every line of an image."""

    total: int
    _binned: Histogram = field(default_factory=Histogram)
    _waiting: list[Floats] = field(default_factory=list)
    _kept: list[Floats] = field(default_factory=list)
    _zeros: int = 0
    stride: int = field(init=False)
    thin: int = field(init=False)

    def __post_init__(self) -> None:
        self.stride = prime_from(-(-self.total // BINNED))
        self.thin = prime_from(-(-self.total // (self.stride * KEPT)))

    def add(self, start: int, at: npt.NDArray[np.intp] | None, difference: Floats) -> None:
        """`difference` of the elements at the offsets `at` (None: all) of a chunk that begins at `start`."""
        self._waiting.append(self._every(self.stride, start, at, difference).copy())
        self._kept.append(self._every(self.stride * self.thin, start, at, difference).copy())
        if sum(map(len, self._waiting)) > MANY or len(self._waiting) > TOGETHER:
            self._bin()

    @property
    def histogram(self) -> Histogram:
        self._bin()
        return self._binned

    def _bin(self) -> None:
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._binned.add(np.concatenate(waiting))

    def same(self, start: int, at: npt.NDArray[np.intp] | None, count: int) -> None:
        """The same for `count` elements that do not differ."""
        step = self.stride * self.thin
        if at is not None:
            self._binned.zeros += int(np.count_nonzero((start + at) % self.stride == 0))
            self._zeros += int(np.count_nonzero((start + at) % step == 0))
        else:
            self._binned.zeros += multiples(start, count, self.stride)
            self._zeros += multiples(start, count, step)

    def take(self, every: Floats) -> None:
        """All elements of the sample in order, each `stride`-th of the field; NaN where they are not compared."""
        self.histogram.add(every[~np.isnan(every)])
        kept = every[:: self.thin]
        self._kept.append(kept[~np.isnan(kept)])

    @property
    def scatter(self) -> float | None:
        """Normalised median absolute deviation."""
        if not self._zeros and not any(len(k) for k in self._kept):
            return None
        values = np.concatenate([*self._kept, np.zeros(self._zeros)])
        with np.errstate(invalid="ignore", over="ignore"):
            return float(NORMAL * np.median(np.abs(values - np.median(values))))

    @staticmethod
    def _every(step: int, start: int, at: npt.NDArray[np.intp] | None, values: Floats) -> Floats:
        if step == 1:
            return values
        return values[-start % step :: step] if at is None else values[(start + at) % step == 0]


def multiples(start: int, count: int, step: int) -> int:
    """How many of the positions start … start + count - 1 are multiples of `step`."""
    return -(-(start + count) // step) - -(-start // step)


def prime_from(number: int) -> int:
    """The smallest prime that is not below `number`; 1 for 1."""
    found = max(number, 1)
    while any(found % n == 0 for n in range(2, math.isqrt(found) + 1)):
        found += 1
    return found
