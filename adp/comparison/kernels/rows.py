"""Rows of one file, read by pread into a buffer that is used again and again."""

import os
from collections.abc import Sequence

import numpy as np

from adp.comparison.formats.limits import Unreadable
from adp.comparison.model import Array, Span

BITS = {">f4": "<u4", ">f8": "<u8", ">i2": "<i2", ">i4": "<i4", "u1": "u1"}
SPARE = 32  # bytes behind the last row, which loops that take eight numbers at once may look at


class Reader:
    """A few rows at a time, from the first byte that a span needs to the last."""

    def __init__(self, spans: Sequence[Span], rows: int) -> None:
        first = spans[0]
        self._descriptor, self.step, self._side = first.descriptor, first.step, first.side
        self.base = min(s.at for s in spans)
        self._tail = max(s.at + s.per_row * np.dtype(s.raw).itemsize for s in spans) - self.base
        self.buffer = np.zeros(self._size(rows) + SPARE, dtype=np.uint8)
        self._bytes = self.buffer.data
        self._spare = np.empty(rows * max(s.per_row for s in spans), dtype=np.uint64)

    def _size(self, rows: int) -> int:
        return (rows - 1) * self.step + self._tail

    def fill(self, first: int, rows: int) -> int:
        """Reads these rows; returns the bytes."""
        wanted, at, done = self._size(rows), self.base + first * self.step, 0
        while done < wanted:
            count = os.preadv(self._descriptor, [self._bytes[done:wanted]], at + done)
            if not count:
                error = Unreadable("the file ends inside its data", code="TRUNCATED")
                error.side = self._side
                raise error
            done += count
        return wanted

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
