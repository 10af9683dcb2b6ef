"""One slab of both files, block by block: floats of either width, integers, or neighbouring columns of a table."""

from typing import Any

import numpy as np
from numba import int64, njit

from adp.comparison.kernels import blocks, marks, turning

BLOCK = blocks.BLOCK
FAST: Any = {"nogil": True, "error_model": "numpy", "cache": True}


@njit(**FAST)
def _same(r, at, compared, real, count):
    total, sizes = blocks.sums_of(r)
    count[marks.COMPARED] += compared
    marks.add(real[marks.SUMS + 4 : marks.SUMS + 6], total)
    marks.add(real[marks.SUMS + 6 : marks.SUMS + 8], sizes)


@njit(**FAST)
def _judge(p, r, at, compared, rule, near, flags, real, count, firsts, shape, groups, box, planes, columns):
    """A block with differences."""
    bad, candidates, d, d2, total, sizes = blocks.judge(p, r, rule, near)
    count[marks.COMPARED] += compared
    for i, value in enumerate((d, d2, total, sizes)):
        marks.add(real[marks.SUMS + 2 * i : marks.SUMS + 2 * i + 2], value)
    if candidates:
        marks.worst(p, r, at, rule, real, count)
        marks.nearness(real, rule, near)
    if bad:
        blocks.mark(p, r, rule, flags)
        count[marks.VIOLATIONS] += bad
        marks.examples(flags, at, count, firsts)
        marks.place(flags, at, shape, groups, box, planes, columns)


@njit(**FAST)
def floats(p, r, start, limits, ignore, rule, stride, work, real, count, firsts, states, unequal, out, places):
    """`p`, `r`: big-endian bits of elements from number `start` on. `work`: two scratch blocks of bits, the same seen
    as floats, and one of bytes. `places`: shape, groups, box, planes, columns."""
    p_bits, r_bits, p_all, r_all, fine, flags = work
    shape, groups, box, planes, columns = places
    near = np.zeros(3)
    marks.nearness(real, rule, near)
    for low in range(0, p.size, BLOCK):
        high = min(low + BLOCK, p.size)
        size, at = high - low, start + low
        differ, compared, nans = blocks.load_floats(
            p[low:high], r[low:high], limits, p_bits[:size], r_bits[:size], fine[:size]
        )
        mine, theirs = p_all[:size], r_all[:size]
        if compared + nans < size:
            marks.kinds(p[low:high], r[low:high], limits, at, ignore, states, unequal)
        else:
            states[0, 0] += compared
            states[1, 1] += nans
        if differ:
            _judge(
                mine, theirs, at, compared, rule, near, flags[:size],
                real, count, firsts, shape, groups, box, planes, columns,
            )  # fmt: skip
        else:
            _same(theirs, at, compared, real, count)
        if stride:
            marks.sample(mine, theirs, fine[:size], at, stride, out)


@njit(**FAST)
def integers(p, r, start, zero, rule, stride, work, real, count, firsts, states, out, places):
    """The same for integers of up to four bytes. `work`: two scratch blocks of float64, and two of bytes."""
    p_all, r_all, fine, flags = work
    shape, groups, box, planes, columns = places
    near = np.zeros(3)
    marks.nearness(real, rule, near)
    for low in range(0, p.size, BLOCK):
        high = min(low + BLOCK, p.size)
        size, at = high - low, start + low
        mine, theirs = p_all[:size], r_all[:size]
        differ = blocks.load_integers(p[low:high], r[low:high], zero, mine, theirs)
        states[0, 0] += size
        if differ:
            _judge(
                mine, theirs, at, int64(size), rule, near, flags[:size],
                real, count, firsts, shape, groups, box, planes, columns,
            )  # fmt: skip
        else:
            _same(theirs, at, int64(size), real, count)
        if stride:
            marks.sample(mine, theirs, fine[:size], at, stride, out)


@njit(**FAST)
def sheet(
    p_rows, r_rows, bases, steps, rows, start, slots, limits, ignored, zeros, rules, stride, turned, work, books, out
):
    """Neighbouring columns of float32 and int32: rows are turned into columns a block at a time, which stays in the
    cache while each column is judged. `slots`: the place of each column among the eight of a turn, and whether it holds
    floats. `turned`: scratch of both sides, seen as unsigned and as signed; `work`: that of `floats` and `integers`;
    `books`: ledgers of all columns, stacked."""
    p_bits, r_bits, p_signed, r_signed = turned
    real, count, firsts, states, unequal, shape, groups, box, planes, columns = books
    size = p_bits.shape[1]
    for low in range(0, rows, size):
        some, at = min(size, rows - low), start + low
        turning.turn(p_rows, bases[0] + low * steps[0], steps[0], some, p_bits)
        turning.turn(r_rows, bases[1] + low * steps[1], steps[1], some, r_bits)
        for i in range(slots.shape[0]):
            k = slots[i, 0]
            places = (shape[i], groups[i], box[i], planes[i], columns[i])
            if slots[i, 1]:
                floats(
                    p_bits[k][:some], r_bits[k][:some], at, limits, ignored[i], rules[i], stride, work[0],
                    real[i], count[i], firsts[i], states[i], unequal[i], out[i], places,
                )  # fmt: skip
            else:
                integers(
                    p_signed[k][:some], r_signed[k][:some], at, zeros[i], rules[i], stride, work[1],
                    real[i], count[i], firsts[i], states[i], out[i], places,
                )  # fmt: skip
