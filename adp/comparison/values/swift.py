"""The common case of one field, by numpy at the speed it has when nothing is allocated: plain numbers within a fixed
distance, block by block through buffers that stay in the cache. Whatever is uncommon is left to values/numbers.py."""

import threading
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Array
from adp.comparison.values.measures import EPS, Within
from adp.comparison.values.summary import Summary
from adp.comparison.values.sums import Floats
from adp.comparison.values.tally import Offsets, Tally

BLOCK = 1 << 15
SLACK = 1 - 2.0**-44  # a candidate for the worst place is looked at again: never miss one by a rounding
LARGEST = float(np.finfo(np.float64).max)
NAN, PLUS, MINUS = 1, 2, 3
Flags = npt.NDArray[np.bool_]


class Buffers(threading.local):
    """Each thread's own."""

    def __init__(self) -> None:
        self.floats = np.empty((5, BLOCK))
        self.flags = np.empty((3, BLOCK), dtype=np.bool_)


class Block(NamedTuple):
    """Both sides and their difference as float64, 0 where `odd`: not finite, but alike; None where nothing is."""

    start: int
    product: Floats
    reference: Floats
    difference: Floats
    odd: Flags | None


_buffers = Buffers()


def takes(array: Array) -> bool:
    """Whether float64 holds every value of this type."""
    widest = 8 if array.dtype.kind == "f" else 4
    return array.dtype.kind in "fiu" and array.dtype.itemsize <= widest


def loaded(start: int, p: Array, r: Array, summary: Summary) -> Block | None:
    """The block, counted by kind; None when some pair is not of one kind, or differs by more than any number."""
    size = len(p)
    product, reference, difference = (b[:size] for b in _buffers.floats[:3])
    np.copyto(product, p)
    np.copyto(reference, r)
    np.subtract(product, reference, out=difference)
    odd = np.isfinite(difference, out=_buffers.flags[0, :size])
    if odd.all():
        summary.states[0, 0] += size
        return Block(start, product, reference, difference, None)
    np.logical_not(odd, out=odd)
    kinds = _kinds(product, reference, odd)
    if kinds is None:
        return None
    for kind, count in kinds.items():
        summary.states[kind, kind] += count
    summary.states[0, 0] += size - sum(kinds.values())
    for values in (product, reference, difference):
        np.copyto(values, 0.0, where=odd)
    return Block(start, product, reference, difference, odd)


def _kinds(product: Floats, reference: Floats, odd: Flags) -> dict[int, int] | None:
    """How many of the odd pairs are NaN, +Inf and -Inf; None when a pair is not of one kind."""
    nans = np.isnan(product, out=_buffers.flags[1, : len(product)])
    if not np.array_equal(nans, np.isnan(reference, out=_buffers.flags[2, : len(product)])):
        return None
    if np.array_equal(nans, odd):
        return {NAN: int(np.count_nonzero(nans))}
    rest = odd & ~nans
    mine = product[rest]
    if not np.array_equal(mine, reference[rest]):
        return None
    return {NAN: int(np.count_nonzero(nans)), PLUS: int((mine > 0).sum()), MINUS: int((mine < 0).sum())}


def same(start: int, both: Array, tally: Tally, summary: Summary) -> None:
    """Enters a block whose every bit is the same on both sides."""
    values = _buffers.floats[0, : len(both)]
    np.copyto(values, both)
    odd = np.isfinite(values, out=_buffers.flags[0, : len(both)])
    compared = int(np.count_nonzero(odd))
    at = None
    if compared < len(both):
        np.logical_not(odd, out=odd)
        for kind, count in (_kinds(values, values, odd) or {}).items():
            summary.states[kind, kind] += count
        np.copyto(values, 0.0, where=odd)
        at = _every(start, len(both), odd, summary)
    summary.states[0, 0] += compared
    summary.compared += compared
    summary.r.add(float(values.sum()))
    summary.abs_r.add(float(np.abs(values, out=values).sum()))
    summary.differences.same(start, at, len(both))
    tally.same(compared, compared)


def judged(block: Block, measure: Within, tally: Tally, summary: Summary) -> Offsets:
    """Enters the block into tally and summary; offsets of the values that break the rule."""
    size = len(block.difference)
    far, allowed = _buffers.floats[3, :size], _buffers.floats[4, :size]
    broken = _buffers.flags[1, :size]
    np.abs(block.difference, out=far)
    magnitude = np.abs(block.reference, out=allowed)
    compared = size - (int(np.count_nonzero(block.odd)) if block.odd is not None else 0)
    tally.same(compared, compared)
    summary.compared += compared
    summary.max_abs = max(summary.max_abs, float(far.max()))
    # einsum, for np.vdot wakes the threads of BLAS, which wait for each other on a busy machine
    sums = (block.difference.sum(), np.einsum("i,i", far, far), block.reference.sum(), magnitude.sum())
    for mine, found in zip((summary.d, summary.d2, summary.r, summary.abs_r), sums, strict=True):
        mine.add(float(found))
    _sampled(block, summary)
    _strained(block, far, measure, tally)
    np.multiply(magnitude, measure.rel, out=allowed)
    np.add(allowed, measure.abs, out=allowed)
    return np.flatnonzero(np.greater(far, allowed, out=broken))


def _strained(block: Block, far: Floats, measure: Within, tally: Tally) -> None:
    """The worst place, if this block may hold it: values/measures.py tells for sure."""
    need = min(tally.need / (1 + EPS), LARGEST) * SLACK
    fixed, relative = (measure.abs * SLACK, need) if measure.of_rel else (need, measure.rel * SLACK)
    limit = np.abs(block.reference)
    limit *= relative
    limit += fixed
    candidates = np.flatnonzero(far > limit)
    if len(candidates):
        found = measure(block.product[candidates], block.reference[candidates])
        top = int(np.argmax(found.need))
        tally.strain(float(found.need[top]), block.start + int(candidates[top]), float(far[candidates[top]]))


def _sampled(block: Block, summary: Summary) -> None:
    sample = summary.differences
    if sample.stride == 1 and block.odd is None:
        sample.add(block.start, None, block.difference.copy())
        return
    at = _every(block.start, len(block.difference), block.odd, summary)
    sample.add(block.start, at, block.difference[at])


def _every(start: int, size: int, odd: Flags | None, summary: Summary) -> Offsets:
    """Offsets of compared elements that belong to the sample."""
    at = np.arange(-start % summary.differences.stride, size, summary.differences.stride)
    return at if odd is None else at[~odd[at]]
