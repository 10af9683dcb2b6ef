"""What is looked at again in blocks that hold something: the worst place, violations, unequal kinds, the sample."""

from typing import Any

import numpy as np
from numba import float64, njit

from adp.comparison.kernels.blocks import count_of, native

EXAMPLES = 5  # values/tally.py
EPS = 1 + 8 * np.finfo(np.float64).eps  # values/measures.py
SLACK = 1 - 2.0**-44  # a candidate is looked at again: never miss one by a rounding
LARGEST = np.finfo(np.float64).max
NEED, WORST, TOP, SUMS = 0, 1, 2, 3  # of a ledger's `real`; sums are pairs (high, low) of d, d², r, |r|
COMPARED, NANS, VIOLATIONS, WORST_AT, EXAMPLED = 0, 1, 2, 3, 4  # of its `count`
EXACT: Any = {"nogil": True, "error_model": "numpy", "cache": True}


@njit(**EXACT)
def nearness(real, rule, near):
    """What a difference must pass to be a candidate for the worst place, given the worst so far."""
    need = min(real[NEED] / EPS, LARGEST) * SLACK
    if rule[2] != 0:
        near[0], near[1] = rule[0] * SLACK, need
    else:
        near[0], near[1] = need, rule[1] * SLACK
    near[2] = real[TOP]


@njit(**EXACT)
def worst(p, r, at, rule, real, count):
    """The first place of the block that strains the rule more than any before (values/measures.py, Within)."""
    for i in range(p.size):
        value = float64(r[i])
        far, size = abs(float64(p[i]) - value), abs(value)
        real[TOP] = max(real[TOP], far)
        if rule[2] != 0:
            need = (far - rule[0]) / size if far > rule[0] else 0.0
        else:
            need = far - (rule[1] * size if rule[1] != 0 else 0.0)
        need = need * EPS if need > 0 else 0.0
        if need > real[NEED]:
            real[NEED], real[WORST], count[WORST_AT] = need, far, at + i


@njit(**EXACT)
def add(pair, value):
    """Neumaier's sum: values/sums.py."""
    total = pair[0] + value
    lost = (pair[0] - total) + value if abs(pair[0]) >= abs(value) else (value - total) + pair[0]
    pair[0] = total
    pair[1] += lost if np.isfinite(total) else 0.0


@njit(**EXACT)
def examples(flags, at, count, firsts):
    """Places of the first violations."""
    i = 0
    while count[EXAMPLED] < EXAMPLES and i < flags.size:
        if flags[i]:
            firsts[count[EXAMPLED]] = at + i
            count[EXAMPLED] += 1
        i += 1


@njit(**EXACT)
def place(flags, at, shape, groups, box, planes, columns):
    """Bounding box and counts (values/places.py), line by line of the last axis."""
    line = shape[-1]
    low, inside = 0, at % line
    while low < flags.size:
        high = min(low + line - inside, flags.size)
        found = count_of(flags[low:high])
        if found:
            _line(flags[low:high], found, at + low, inside, shape, groups, box, planes, columns)
        low, inside = high, 0


@njit(**EXACT)
def _line(flags, found, at, inside, shape, groups, box, planes, columns):
    first, last = 0, flags.size - 1
    while not flags[first]:
        first += 1
    while not flags[last]:
        last -= 1
    axis = shape.size - 1
    box[0, axis], box[1, axis] = min(box[0, axis], inside + first), max(box[1, axis], inside + last)
    counts, group = (columns, groups[1]) if axis else (planes, groups[0])
    for i in range(first, last + 1):
        counts[(inside + i) // group] += flags[i]
    _outer(at // shape[-1], found, shape, groups, box, planes)


@njit(**EXACT)
def _outer(line, found, shape, groups, box, planes):
    """The axes before the last one."""
    rest = line
    for axis in range(shape.size - 2, -1, -1):
        index = rest % shape[axis]
        rest //= shape[axis]
        box[0, axis], box[1, axis] = min(box[0, axis], index), max(box[1, axis], index)
        if axis == 0:
            planes[index // groups[0]] += found


@njit(**EXACT)
def kinds(p, r, limits, at, ignore, states, unequal):
    """Counts pairs that are not both finite and not both NaN by kind [reference, product]; keeps the first places
    where the kinds differ: unequal[0] for NaN, unequal[1] for infinities; [:, 0] counts, then EXAMPLES places, then
    5 * reference + product of each."""
    for i in range(p.size):
        mine, theirs = _kind(native(p[i]), limits), _kind(native(r[i]), limits)
        states[theirs, mine] += 1
        if mine != theirs and not (ignore and (mine == 1 or theirs == 1)):
            row = unequal[0] if mine == 1 or theirs == 1 else unequal[1]
            if row[0] < EXAMPLES:
                row[1 + row[0]] = at + i
                row[1 + EXAMPLES + row[0]] = 5 * theirs + mine
            row[0] += 1


@njit(**EXACT)
def _kind(bits, limits):
    """0 finite, 1 NaN, 2 +Inf, 3 -Inf: as in values/numbers.py."""
    size = bits & limits[1]
    if size < limits[0]:
        return 0
    if size > limits[0]:
        return 1
    return 2 if bits == size else 3


@njit(**EXACT)
def sample(p, r, fine, at, stride, out):
    """Differences of every stride-th element at their place in `out`; NaN where they are not compared."""
    i = -at % stride
    while i < p.size:
        out[(at + i) // stride] = float64(p[i]) - float64(r[i]) if fine[i] else np.nan
        i += stride
