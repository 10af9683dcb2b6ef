"""The sum of a stretch of a file in ones' complement (FITS 4.0, appendix J), made of what others read of it anyway.

It does not matter who reads what, when, or twice: each byte is counted once; what nobody read is told at the end."""

import bisect
import itertools
import threading
from collections.abc import Iterator
from operator import itemgetter

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.uint8]
WORD = 4  # bytes
MANY = 64  # stretches apart from each other: more, and what is read in such an order is left for the end


class Sum:
    """Of the bytes from `first` to `end`, as big-endian words of 32 bits."""

    def __init__(self, first: int, end: int) -> None:
        self.first, self.end = first, end
        self.total = 0
        self._done: list[tuple[int, int]] = []  # apart from each other, in order
        self._lock = threading.Lock()

    def add(self, at: int, raw: bytes) -> None:
        """These bytes have been read at byte `at` of the file."""
        if self.wants(at, len(raw)):
            self.enter(at, len(raw), sum_of(np.frombuffer(raw, np.uint8)))

    def wants(self, at: int, size: int) -> bool:
        """Whether none of these bytes has been counted."""
        if not size or at < self.first or at + size > self.end:
            return False
        place = bisect.bisect_left(self._done, at, key=itemgetter(1))  # the first that ends at or behind `at`
        around = self._done[place : place + 2]
        free = all(stop <= at or start >= at + size for start, stop in around)
        return free and (len(self._done) < MANY or any(at + size == start or at == stop for start, stop in around))

    def enter(self, at: int, size: int, total: int) -> None:
        """`total`: as if the first of these bytes began a word."""
        with self._lock:
            if self.wants(at, size):
                self.total = folded(self.total + turned(total, (at - self.first) % WORD))
                self._done = list(_merged(sorted([*self._done, (at, at + size)])))

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """(first byte, end) of what has not been counted."""
        ends = [self.first, *itertools.chain.from_iterable(self._done), self.end]
        return [(low, high) for low, high in zip(ends[::2], ends[1::2], strict=True) if low < high]


def _merged(stretches: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    first, end = stretches[0]
    for low, high in stretches[1:]:
        if low != end:
            yield first, end
            first = low
        end = high
    yield first, end


def sum_of(raw: Array) -> int:
    """Of bytes, with zeros behind the last until it ends a word."""
    whole = len(raw) // WORD * WORD
    rest = int.from_bytes(raw[whole:].tobytes().ljust(WORD, b"\0"), "big")
    return folded(int(raw[:whole].view(">u4").sum(dtype=np.uint64)) + rest)


def turned(total: int, by: int) -> int:
    """The sum of the same bytes, each `by` places further on in its word."""
    bits = 8 * by
    return folded(total >> bits | (total << (32 - bits)) & 0xFFFFFFFF) if bits else folded(total)


def folded(total: int) -> int:
    """In 32 bits: what is carried out on top is added below."""
    while total >> 32:
        total = (total & 0xFFFFFFFF) + (total >> 32)
    return total
