"""What one rule has seen so far of one field: violations, and the place where it is most strained. O(1) memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Array

Floats = npt.NDArray[np.float64]
Offsets = npt.NDArray[np.intp]
Shown = Sequence[Any] | Array
EXAMPLES = 5


@dataclass
class Tally:
    """`total` elements are expected. Positions count the field's elements from 0, in the reference's order.
    `worst_at` is None while nothing strains the rule at all."""

    total: int
    seen: int = 0
    compared: int = 0
    violations: int = 0
    first: int | None = None
    worst_at: int | None = None
    worst: float = 0.0
    need: float = 0.0
    examples: list[tuple[int, str, str]] = field(default_factory=list)

    def same(self, count: int, compared: int) -> None:
        """`count` elements without any difference, `compared` of them finite."""
        self.seen += count
        self.compared += compared

    def add(self, start: int, count: int, at: Offsets | None, difference: Floats, need: Floats) -> None:
        """`difference` and `need` of compared elements; `at` are their offsets in the chunk, None for all of it."""
        self.seen += count
        self.compared += len(difference)
        if not len(difference):
            return
        top = int(np.argmax(need))
        self.strain(float(need[top]), start + (int(at[top]) if at is not None else top), abs(float(difference[top])))

    def bad(
        self, start: int, offsets: Offsets, product: Sequence[Any] | Array, reference: Sequence[Any] | Array
    ) -> None:
        """Elements at `offsets` of the chunk break the rule; `product` and `reference` hold the values at the first."""
        self.violations += len(offsets)
        if len(offsets) and self.first is None:
            self.first = start + int(offsets[0])
        for i in range(min(len(product), EXAMPLES - len(self.examples), len(offsets))):
            self.examples.append((start + int(offsets[i]), shown(product[i]), shown(reference[i])))

    @property
    def fraction(self) -> float:
        return self.violations / self.seen if self.seen else 0.0

    def strain(self, need: float, at: int, magnitude: float) -> None:
        if need > self.need:
            self.need, self.worst_at, self.worst = need, at, magnitude


def shown(value: object) -> str:
    """A value as people write it: the shortest text that reads back as the same number; strings bare."""
    if isinstance(value, bytes):
        return value.decode("latin-1").rstrip(" \0")
    return str(value)
