"""From arrays and ledgers to the compiled loops: one door per field and thread."""

import numpy as np
import numpy.typing as npt

from adp.comparison.kernels import scan
from adp.comparison.kernels.blocks import BLOCK
from adp.comparison.kernels.ledger import Ledger
from adp.comparison.model import Array, Span
from adp.comparison.values.numbers import Numbers

INFINITY = {4: 0x7F80_0000, 8: 0x7FF0_0000_0000_0000}


class Door:
    """Called with slabs in any order: the number of the first value, and the bits of both sides."""

    def __init__(
        self, span: Span, rule: npt.NDArray[np.float64], numbers: Numbers, sample: npt.NDArray[np.float64]
    ) -> None:
        self.ledger = Ledger.of(numbers)
        self._rule, self._ignore, self._zero = rule, numbers.nan == "ignore", span.zero
        self._sample, self._stride = sample, numbers.summary.differences.stride
        self._is_float = span.raw[1] == "f"
        bytes_of = np.dtype(span.raw).itemsize
        bits = np.dtype(f"u{bytes_of}" if self._is_float else np.float64)
        scratch = np.zeros((2, BLOCK), dtype=bits)
        flags = np.ones((2, BLOCK), dtype=np.uint8)
        self._work: tuple[Array, ...] = (*scratch, *flags)
        if self._is_float:
            self._limits = np.array([INFINITY[bytes_of], (1 << (8 * bytes_of - 1)) - 1], dtype=bits)
            self._work = (*scratch, *scratch.view(f"f{bytes_of}"), *flags)

    def __call__(self, start: int, product: Array, reference: Array) -> None:
        own = self.ledger
        common = (self._rule, self._stride, self._work, own.real, own.count, own.firsts, own.states)
        if self._is_float:
            scan.floats(
                product, reference, start, self._limits, self._ignore, *common, own.unequal, self._sample, own.places
            )
        else:
            scan.integers(product, reference, start, self._zero, *common, self._sample, own.places)
