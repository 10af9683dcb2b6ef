"""Rows of one file, read by pread into a buffer that is used again and again."""

import os
from collections.abc import Callable, Sequence

import numpy as np

from adp.comparison.formats.limits import Unreadable
from adp.comparison.model import Array, Span
from adp.comparison.summing import folded

BITS = {">f4": "<u4", ">f8": "<u8", ">i2": "<i2", ">i4": "<i4", "u1": "u1"}
PIECE = 1 << 18  # bytes that are read and summed at a time: they stay in the second-level cache
SPARE = 32  # bytes behind the last row, which loops that take eight numbers at once may look at


class Reader:
    """A few rows at a time, from the first byte that a span needs to the last; whole rows, where a sum is made of what
    is read. `summed`: the sum of words of four bytes."""

    def __init__(self, spans: Sequence[Span], rows: int, summed: Callable[[Array], int]) -> None:
        first = spans[0]
        self._descriptor, self.step, self._side = first.descriptor, first.step, first.side
        self._sum, self._summed = first.sum, summed
        self.base = first.sum.first if first.sum else min(s.at for s in spans)
        tail = max(s.at + s.per_row * np.dtype(s.raw).itemsize for s in spans) - self.base
        self._tail = self.step if first.sum else tail
        self.buffer = np.zeros(self._size(rows) + SPARE, dtype=np.uint8)
        self._bytes = self.buffer.data
        self._spare = np.empty(rows * max(s.per_row for s in spans), dtype=np.uint64)

    def _size(self, rows: int) -> int:
        return (rows - 1) * self.step + self._tail

    def fill(self, first: int, rows: int) -> int:
        """Reads these rows; returns the bytes."""
        wanted, at = self._size(rows), self.base + first * self.step
        if self._sum is None or not self._sum.wants(at, wanted):
            self._read(at, 0, wanted)
            return wanted
        total = 0
        for low in range(0, wanted, PIECE):
            high = min(low + PIECE, wanted)
            self._read(at, low, high)
            self.buffer[high : high + 4] = 0
            total += self._summed(self.buffer[low : high + -high % 4].view("<u4"))
        self._sum.enter(at, wanted, folded(total))
        return wanted

    def _read(self, at: int, done: int, wanted: int) -> None:
        """Of what lies from byte `at` of the file on, bytes `done` to `wanted`."""
        while done < wanted:
            count = os.preadv(self._descriptor, [self._bytes[done:wanted]], at + done)
            if not count:
                error = Unreadable("the file ends inside its data", code="TRUNCATED")
                error.side = self._side
                raise error
            done += count

    def bits(self, span: Span, rows: int) -> Array:
        """The numbers of one field in a row, in the file's byte order; they hold until the next call."""
        kind = np.dtype(BITS[span.raw])
        if span.step == span.per_row * kind.itemsize:
            return self.buffer[: rows * span.step].view(kind)
        shape, strides = (rows, span.per_row), (span.step, kind.itemsize)
        stored = np.ndarray(shape, kind, self.buffer, span.at - self.base, strides)
        flat = self._spare.view(kind)[: rows * span.per_row]
        np.copyto(flat.reshape(shape), stored)
        return flat
