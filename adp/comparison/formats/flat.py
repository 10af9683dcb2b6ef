"""Ranges and picks of rows out of sources that are read in blocks."""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from adp.comparison.model import Array

WINDOW = 1 << 16
Box = tuple[slice | int, ...]


def boxes(shape: Sequence[int], start: int, stop: int) -> Iterator[Box]:
    """The elements start … stop of an array, flat in C order, as boxes of it, in order; none holds more than asked."""
    if len(shape) <= 1:
        if start < stop:
            yield (slice(start, stop),)[: len(shape)]
        return
    plane = math.prod(shape[1:])
    while start < stop:
        index, inner = divmod(start, plane)
        whole = (stop - start) // plane
        if inner or not whole:
            end = min(stop, (index + 1) * plane)
            yield from ((index, *box) for box in boxes(shape[1:], inner, end - index * plane))
            start = end
        else:
            yield (slice(index, index + whole),)
            start += whole * plane


def gathered(read: Callable[[int, int], Array], rows: Array) -> Array:
    """These rows, in the order asked for, from a source that reads ranges: windows of the sorted rows, no more."""
    order = np.argsort(rows, kind="stable")
    wanted, pieces, at = rows[order], [], 0
    while at < len(wanted):
        low = int(wanted[at])
        end = int(np.searchsorted(wanted, low + WINDOW))
        pieces.append(read(low, int(wanted[end - 1]) + 1)[wanted[at:end] - low])
        at = end
    if not pieces:
        return read(0, 0)
    whole = np.concatenate(pieces)
    found = np.empty_like(whole)
    found[order] = whole
    return found
