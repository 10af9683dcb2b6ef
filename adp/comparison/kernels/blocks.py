"""The inner loops, compiled by numba. A block is small enough for the first-level cache; every loop is written so that
it becomes vector code: slices instead of offsets, counts instead of maxima, masks instead of branches, no NaN in any
sum. Values are compared in float64, which holds every float32 and every integer of up to four bytes: so each decision
is the one numpy's path takes."""

from typing import Any

from numba import float64, int64, njit, uint64
from numba.extending import intrinsic

BLOCK = 2048  # elements
# No NaN reaches these loops, and sums may be added in any order. Contraction is not allowed: a + b * c rounds twice, as
# it does in numpy.
VECTOR: Any = {"fastmath": {"reassoc", "nsz", "nnan"}, "nogil": True, "error_model": "numpy", "cache": True}


@intrinsic
def native(_context, bits):
    """The other byte order."""

    def generate(_, builder, __, args):
        return builder.bswap(args[0]) if bits.bitwidth > 8 else args[0]  # noqa: PLR2004 (a byte has no order)

    return bits(bits), generate


@njit(**VECTOR)
def load_floats(p, r, limits, p_out, r_out, fine):
    """Bits in native order, 0 where either side is not finite. `limits`: the bits of infinity, and all but the sign.
    Returns (whether any bit differs, pairs of finite values, pairs of NaN)."""
    infinity, size, nothing = limits[0], limits[1], limits[0] ^ limits[0]
    differ, compared, nans = nothing, int64(0), int64(0)
    for i in range(p.size):
        u, v = native(p[i]), native(r[i])
        differ |= u ^ v
        finite = ((u & size) < infinity) & ((v & size) < infinity)
        compared += finite
        nans += ((u & size) > infinity) & ((v & size) > infinity)
        keep = nothing - p_out.dtype.type(finite)
        fine[i] = finite
        p_out[i] = u & keep
        r_out[i] = v & keep
    return differ != 0, compared, nans


@njit(**VECTOR)
def load_integers(p, r, zero, p_out, r_out):
    """Values as float64; `zero` is what FITS adds to give them a sign or take it. Returns whether any differs."""
    differ = int64(0)
    for i in range(p.size):
        u, v = native(p[i]), native(r[i])
        differ += u != v
        p_out[i] = float64(u) + zero
        r_out[i] = float64(v) + zero
    return differ != 0


@njit(**VECTOR)
def words(numbers):
    """The sum of big-endian words of four bytes."""
    total = uint64(0)
    for i in range(numbers.size):
        total += native(numbers[i])
    return total


@njit(**VECTOR)
def sums_of(r):
    """Sum of values, and of their sizes."""
    total, sizes = 0.0, 0.0
    for i in range(r.size):
        value = float64(r[i])
        total += value
        sizes += abs(value)
    return total, sizes


@njit(**VECTOR)
def judge(p, r, rule, near):
    """Violations of `rule` (abs, rel); candidates for a new worst place (`near`: abs, rel of its need) or largest
    difference (`near[2]`); sums of d, d², r, |r|."""
    fixed, relative, near_fixed, near_relative, top = rule[0], rule[1], near[0], near[1], near[2]
    bad, strained, larger = int64(0), int64(0), int64(0)
    d_sum, d2_sum, r_sum, size_sum = 0.0, 0.0, 0.0, 0.0
    for i in range(p.size):
        value = float64(r[i])
        d = float64(p[i]) - value
        far, size = abs(d), abs(value)
        bad += far > fixed + relative * size
        strained += far > near_fixed + near_relative * size
        larger += far > top
        d_sum += d
        d2_sum += d * d
        r_sum += value
        size_sum += size
    return bad, strained + larger, d_sum, d2_sum, r_sum, size_sum


@njit(**VECTOR)
def mark(p, r, rule, flags):
    """1 where the rule is broken."""
    fixed, relative = rule[0], rule[1]
    for i in range(p.size):
        value = float64(r[i])
        flags[i] = abs(float64(p[i]) - value) > fixed + relative * abs(value)


@njit(**VECTOR)
def count_of(flags):
    found = int64(0)
    for i in range(flags.size):
        found += flags[i]
    return found
