"""From arrays and ledgers to the compiled loops: one door per field, or per sheet of columns, and thread."""

import numpy as np

from adp.comparison.kernels import scan
from adp.comparison.kernels.blocks import BLOCK
from adp.comparison.kernels.lane import Lane
from adp.comparison.kernels.ledger import Ledger
from adp.comparison.kernels.rows import Reader
from adp.comparison.kernels.sheets import Sheet
from adp.comparison.kernels.turning import WIDE
from adp.comparison.model import Array

TURNED = 4 * BLOCK  # rows turned at once: the fewer calls, the better, as long as they stay in the second-level cache
INFINITY = {4: 0x7F80_0000, 8: 0x7FF0_0000_0000_0000}
Work = tuple[Array, ...]


def _work(raw: str) -> Work:
    """Scratch for one block of numbers of this type."""
    is_float = raw[1] == "f"
    bits = np.dtype(f"u{raw[2:]}" if is_float else np.float64)
    scratch, flags = np.zeros((2, BLOCK), dtype=bits), np.ones((2, BLOCK), dtype=np.uint8)
    return (*scratch, *scratch.view(f"f{bits.itemsize}"), *flags) if is_float else (*scratch, *flags)


def _limits(size: int) -> Array:
    """The bits of infinity in a float of `size` bytes, and all but the sign."""
    return np.array([INFINITY[size], (1 << (8 * size - 1)) - 1], dtype=f"u{size}")


class Door:
    """Called with slabs in any order: the number of the first value, and the bits of both sides."""

    def __init__(self, lane: Lane) -> None:
        numbers, span = lane.judge.numbers, lane.reference
        self.ledger = Ledger.of(numbers)
        self._rule, self._ignore, self._zero = lane.rule, numbers.nan == "ignore", span.zero
        self._sample, self._stride = lane.sample, numbers.summary.differences.stride
        self._is_float, self._work = span.raw[1] == "f", _work(span.raw)
        self._limits = _limits(np.dtype(span.raw).itemsize) if self._is_float else None

    def __call__(self, start: int, product: Array, reference: Array) -> None:
        own = self.ledger
        common = (self._rule, self._stride, self._work, own.real, own.count, own.firsts, own.states)
        if self._is_float:
            scan.floats(
                product, reference, start, self._limits, self._ignore, *common, own.unequal, self._sample, own.places
            )
        else:
            scan.integers(product, reference, start, self._zero, *common, self._sample, own.places)


def scratch() -> tuple[Work, tuple[Work, Work]]:
    """What all sheets of a thread work in: columns of both sides, and blocks of floats and of integers."""
    turned = np.zeros((2, WIDE, TURNED), dtype=np.uint32)
    return (*turned, *turned.view(np.int32)), (_work(">f4"), _work(">i4"))


class SheetDoor:
    """The same for the columns of a sheet: called with the number of the first row and how many rows there are."""

    def __init__(self, sheet: Sheet, space: tuple[Work, tuple[Work, Work]]) -> None:
        numbers = [lane.judge.numbers for lane in sheet.lanes]
        spans = [lane.reference for lane in sheet.lanes]
        self._at = sheet.lanes[0].product.at, sheet.lanes[0].reference.at
        self.ledgers = [Ledger.of(n) for n in numbers]
        self._books = Ledger.stacked(self.ledgers)
        slots = [[at // 4, span.raw[1] == "f"] for at, span in zip(sheet.places, spans, strict=True)]
        self._columns = (
            np.array(slots, dtype=np.int64),
            _limits(4),
            np.array([n.nan == "ignore" for n in numbers]),
            np.array([span.zero for span in spans]),
            np.stack([lane.rule for lane in sheet.lanes]),
            numbers[0].summary.differences.stride,
        )
        self._scratch, self._samples = space, sheet.samples

    def __call__(self, start: int, rows: int, product: Reader, reference: Reader) -> None:
        sides = product.buffer, reference.buffer
        bases = self._at[0] - product.base, self._at[1] - reference.base
        steps = product.step, reference.step
        scan.sheet(*sides, bases, steps, rows, start, *self._columns, *self._scratch, self._books, self._samples)
