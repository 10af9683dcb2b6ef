"""What one rule has seen so far of one field: violations, the worst place, bias and robust scatter. O(1) memory."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Array

Floats = npt.NDArray[np.float64]
Offsets = npt.NDArray[np.intp]
SAMPLE = 1 << 18
EXAMPLES = 5
NORMAL = 1.4826022185056018  # standard deviation over median absolute deviation, for a normal distribution


@dataclass
class Tally:
    """`total` elements are expected. Positions count the field's elements from 0, in the reference's order."""

    total: int
    seen: int = 0
    compared: int = 0
    violations: int = 0
    first: int | None = None
    worst_at: int | None = None
    worst: float = 0.0
    need: float = -1.0
    sum: float = 0.0
    examples: list[tuple[int, str, str]] = field(default_factory=list)
    _samples: list[Floats] = field(default_factory=list)

    def same(self, start: int, count: int, compared: int) -> None:
        """`count` elements without any difference, `compared` of them finite."""
        self.seen += count
        self.compared += compared
        if compared:
            self._samples.append(np.zeros(compared // self._stride))
            self._strain(0.0, start, 0.0)

    def add(self, start: int, count: int, at: Offsets | None, difference: Floats, need: Floats) -> None:
        """`difference` and `need` of compared elements; `at` are their offsets in the chunk, None for all of it."""
        self.seen += count
        self.compared += len(difference)
        if not len(difference):
            return
        with np.errstate(over="ignore", invalid="ignore"):
            self.sum += float(difference.sum())
        top = int(np.argmax(need))
        self._strain(float(need[top]), start + (int(at[top]) if at is not None else top), abs(float(difference[top])))
        self._sample(start, at, difference)

    def bad(self, start: int, offsets: Offsets, product: Array, reference: Array) -> None:
        """Elements at `offsets` of the chunk break the rule; `product` and `reference` hold the values at the first."""
        self.violations += len(offsets)
        if len(offsets) and self.first is None:
            self.first = start + int(offsets[0])
        for i in range(min(len(product), EXAMPLES - len(self.examples), len(offsets))):
            self.examples.append((start + int(offsets[i]), shown(product[i]), shown(reference[i])))

    @property
    def fraction(self) -> float:
        return self.violations / self.seen if self.seen else 0.0

    @property
    def bias(self) -> float | None:
        return self.sum / self.compared if self.compared else None

    @property
    def scatter(self) -> float | None:
        """Normalised median absolute deviation of the differences, from an even sample of at most SAMPLE of them."""
        if not self._samples:
            return None
        sample = np.concatenate(self._samples)
        with np.errstate(invalid="ignore", over="ignore"):
            return float(NORMAL * np.median(np.abs(sample - np.median(sample)))) if len(sample) else None

    @property
    def _stride(self) -> int:
        return max(1, self.total // SAMPLE)

    def _strain(self, need: float, at: int, magnitude: float) -> None:
        if need > self.need:
            self.need, self.worst_at, self.worst = need, at, magnitude

    def _sample(self, start: int, at: Offsets | None, difference: Floats) -> None:
        if self._stride == 1:
            self._samples.append(difference)
        elif at is None:
            self._samples.append(difference[-start % self._stride :: self._stride].copy())
        else:
            self._samples.append(difference[(start + at) % self._stride == 0])


def shown(value: object) -> str:
    """A value as people write it: the shortest text that reads back as the same number; strings bare."""
    if isinstance(value, bytes):
        return value.decode("latin-1").rstrip(" \0")
    return str(value)
