"""Sums that do not lose small terms, and a histogram that can be merged: what summaries of a field are made of."""

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
SHIFT = np.uint64(47)  # keeps sign, exponent and five bits of the mantissa of a float64: bins 3 % wide or narrower
MANY = 1 << 15  # values from which it is quicker to count in all bins there are
NEGATIVE = 1 << 16  # the key of -0.0


@dataclass(slots=True)
class Sum:
    """A running sum with its rounding errors kept apart (Neumaier 1974). Inf and NaN stay what they are."""

    high: float = 0.0
    low: float = 0.0

    def add(self, value: float) -> None:
        total = self.high + value
        lost = (self.high - total) + value if abs(self.high) >= abs(value) else (value - total) + self.high
        self.high, self.low = total, self.low + (lost if math.isfinite(total) else 0.0)

    def merge(self, other: "Sum") -> None:
        self.add(other.high)
        self.add(other.low)

    @property
    def value(self) -> float:
        return self.high + self.low


@dataclass(slots=True)
class Bins:
    """Counts of positive numbers in log-linear bins. `first` is the key of counts[0]; only the span in use is held."""

    first: int = 0
    counts: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def add(self, positive: Floats) -> None:
        if not len(positive):
            return
        keys = (positive.view(np.uint64) >> SHIFT).astype(np.int64)
        low = int(keys.min())
        self.put(low, np.bincount(keys - low))

    def put_used(self, counts: Counts) -> None:
        """Counts from key 0 on."""
        used = np.flatnonzero(counts)
        if len(used):
            self.put(int(used[0]), counts[used[0] : used[-1] + 1])

    def put(self, first: int, counts: Counts) -> None:
        if not len(self.counts):
            self.first, self.counts = first, counts.astype(np.int64)
            return
        low = min(first, self.first)
        high = max(first + len(counts), self.first + len(self.counts))
        if (low, high) != (self.first, self.first + len(self.counts)):
            wider = np.zeros(high - low, dtype=np.int64)
            wider[self.first - low : self.first - low + len(self.counts)] = self.counts
            self.first, self.counts = low, wider
        self.counts[first - low : first - low + len(counts)] += counts

    @property
    def edges(self) -> Floats:
        """One more than counts."""
        keys = np.arange(self.first, self.first + len(self.counts) + 1, dtype=np.uint64)
        return (keys << SHIFT).view(np.float64)


@dataclass(slots=True)
class Histogram:
    """Signed numbers, log-linear: the same for every order and every cut of what is added."""

    zeros: int = 0
    below: Bins = field(default_factory=Bins)
    above: Bins = field(default_factory=Bins)

    def add(self, values: Floats) -> None:
        if len(values) >= MANY:
            self._add_many(values)
            return
        self.above.add(values[values > 0])
        self.below.add(-values[values < 0])
        self.zeros += int(np.count_nonzero(values == 0))

    def _add_many(self, values: Floats) -> None:
        zeros = len(values) - int(np.count_nonzero(values))
        keys = ((values + 0.0).view(np.uint64) >> SHIFT).view(np.int64)  # no -0.0
        counts = np.bincount(keys, minlength=2 * NEGATIVE)
        counts[0] -= zeros
        self.zeros += zeros
        self.above.put_used(counts[:NEGATIVE])
        self.below.put_used(counts[NEGATIVE:])

    def merge(self, other: "Histogram") -> None:
        self.zeros += other.zeros
        for mine, theirs in ((self.below, other.below), (self.above, other.above)):
            if len(theirs.counts):
                mine.put(theirs.first, theirs.counts)

    @property
    def count(self) -> int:
        return self.zeros + int(self.below.counts.sum()) + int(self.above.counts.sum())

    @property
    def sizes(self) -> Bins:
        """The same without signs and zeros."""
        both = Bins()
        for side in (self.below, self.above):
            if len(side.counts):
                both.put(side.first, side.counts)
        return both

    def quantile(self, fraction: float) -> float | None:
        """Of the absolute values, to half a bin (3 %) or better; None of nothing."""
        sizes = self.sizes
        wanted = fraction * self.count
        if not self.count or wanted <= self.zeros:
            return 0.0 if self.count else None
        reached = self.zeros + np.cumsum(sizes.counts)
        at = min(int(np.searchsorted(reached, wanted)), len(reached) - 1)
        inside = (wanted - (reached[at] - sizes.counts[at])) / max(int(sizes.counts[at]), 1)
        low, high = (float(e) for e in sizes.edges[at : at + 2])
        return low + inside * (high - low) if math.isfinite(high) else low
