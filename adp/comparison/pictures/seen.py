"""What one more pass over a field keeps for its pictures: counts, the worst value, an even sample. O(1) memory."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from adp.comparison.model import Array
from adp.comparison.pictures.scale import Scale
from adp.comparison.values.sums import Floats
from adp.comparison.values.tally import Offsets

SAMPLE = 1 << 17
NORMAL = 1.4826022185056018  # standard deviation over median absolute deviation, for a normal distribution


@dataclass
class Seen:
    """Positions count the field's values from 0. `mismatched`: one side finite, the other not."""

    scale: Scale
    total: int
    compared: int = 0
    beyond: int = 0
    mismatched: int = 0
    worst: float = 0.0
    worst_difference: float = 0.0
    worst_at: int | None = None
    _differences: list[Floats] = field(default_factory=list)
    _pulls: list[Floats] = field(default_factory=list)

    def take(self, start: int, at: Offsets | None, p: Array, r: Array, error: Floats | None = None) -> Floats:
        """Pairs of finite values of a chunk at `start`: those at the offsets `at`, None for all of it. Their strain."""
        difference = self.scale.difference(p, r)
        strain = self.scale.strain(difference, r, error)
        size = np.abs(strain)
        self.compared += len(size)
        self.beyond += int(np.count_nonzero(size > self.limit))
        if len(size):
            self._worst(start, at, strain, size, difference)
        self._keep(start, at, difference, error)
        return strain

    @property
    def limit(self) -> float:
        """The size of a strain that is still allowed."""
        return 0.0 if self.scale.is_exact else 1.0

    def _worst(self, start: int, at: Offsets | None, strain: Floats, size: Floats, difference: Floats) -> None:
        top = int(np.argmax(size))
        if np.isnan(size[top]):
            top = int(np.argmax(np.nan_to_num(size, nan=-1.0)))
        if self.worst_at is None or size[top] > abs(self.worst):
            self.worst, self.worst_difference = float(strain[top]), float(difference[top])
            self.worst_at = start + (top if at is None else int(at[top]))

    def _keep(self, start: int, at: Offsets | None, difference: Floats, error: Floats | None) -> None:
        stride = max(1, -(-self.total // SAMPLE))
        chosen: Any = slice(-start % stride, None, stride) if at is None else (start + at) % stride == 0
        self._differences.append(difference[chosen].copy())
        if error is not None:
            with np.errstate(divide="ignore", invalid="ignore"):
                self._pulls.append(difference[chosen] / error[chosen])

    @property
    def differences(self) -> Floats:
        """An even sample of at most SAMPLE finite differences."""
        return _finite(self._differences)

    @property
    def pulls(self) -> Floats:
        return _finite(self._pulls)

    @property
    def is_broken(self) -> bool:
        return bool(self.beyond or self.mismatched)

    @property
    def rank(self) -> tuple[int, float]:
        """What is worse comes first."""
        return (-int(self.is_broken), -abs(self.worst))


def _finite(parts: list[Floats]) -> Floats:
    whole = np.concatenate(parts) if parts else np.zeros(0)
    return whole[np.isfinite(whole)]


def spread(values: Floats) -> tuple[float, float]:
    """Median and robust scatter (normalised median absolute deviation)."""
    middle = float(np.median(values))
    return middle, NORMAL * float(np.median(np.abs(values - middle)))


def finite(values: Array, mask: Any) -> Any:
    """Which values are numbers: neither masked, nor NaN, nor infinite."""
    known = np.isfinite(values) if values.dtype.kind == "f" else np.ones(len(values), dtype=np.bool_)
    return known if mask is None else known & ~mask
