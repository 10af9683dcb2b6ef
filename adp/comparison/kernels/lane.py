"""One field on its way through the kernels: its judge, where it lies in both files, and its sample."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Span
from adp.comparison.values.judge import Judge
from adp.comparison.values.measures import Within


@dataclass
class Lane:
    """One field, where it lies on either side, and its sample of differences, which the threads fill together."""

    judge: Judge
    product: Span
    reference: Span
    sample: npt.NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        numbers = self.judge.numbers
        slots = -(-numbers.total // numbers.summary.differences.stride)
        self.sample = np.full(slots, np.nan)

    @property
    def rule(self) -> npt.NDArray[np.float64]:
        measure = self.judge.numbers.measure
        assert isinstance(measure, Within)  # noqa: S101 (Judge.is_plain)
        return np.array([measure.abs, measure.rel, float(measure.of_rel)])
