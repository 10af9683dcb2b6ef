"""Rows become columns: eight neighbouring columns of four bytes each are cut out of a table's rows at once."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import int64, njit, types
from numba.extending import intrinsic

WIDE = 8  # columns of one turn, and rows: 24 shuffles turn 64 numbers
FAST: Any = {"nogil": True, "error_model": "numpy", "cache": True}
WORD = ir.IntType(32)
EIGHT = ir.VectorType(WORD, WIDE)
STAGES = ((1, (0, 8, 2, 10, 4, 12, 6, 14)), (2, (0, 1, 8, 9, 4, 5, 12, 13)), (4, (0, 1, 2, 3, 8, 9, 10, 11)))


@intrinsic
def _eight(_context, rows, at, step, out, i):
    """Eight rows, from byte `at` on and `step` bytes apart, become out[:, i : i + 8]."""

    def generate(context, builder, signature, args):
        source, target = (context.make_array(signature.args[n])(context, builder, args[n]) for n in (0, 3))
        wide = builder.extract_value(target.shape, 1)
        places = [builder.gep(source.data, [_along(builder, args[1], args[2], k)]) for k in range(WIDE)]
        held = [builder.load(builder.bitcast(place, EIGHT.as_pointer()), align=1) for place in places]
        for k, column in enumerate(_turned(builder, held)):
            place = builder.gep(target.data, [_along(builder, args[4], wide, k)])
            builder.store(column, builder.bitcast(place, EIGHT.as_pointer()), align=4)
        return context.get_dummy_value()

    return types.void(rows, int64, int64, out, int64), generate


def _along(builder, at, step, count):
    return builder.add(at, builder.mul(step, ir.Constant(step.type, count)))


def _turned(builder, held):
    """An 8 x 8 transposition: neighbours exchange single numbers, then pairs, then fours."""
    for apart, low in STAGES:
        masks = [ir.Constant(EIGHT, [k + more for k in low]) for more in (0, apart)]
        for k in range(WIDE):
            if not k & apart:
                pair = held[k], held[k + apart]
                held[k], held[k + apart] = (builder.shuffle_vector(*pair, mask) for mask in masks)
    return held


@njit(**FAST)
def turn(rows, at, step, count, out):
    """Numbers in the file's byte order: those at `at`, `at` + 4, … of each of `count` rows into out[0], out[1], …

    `rows`: bytes, with 32 spare ones at the end; `out`: uint32, shape (8, at least `count`)."""
    whole = count // WIDE * WIDE
    for i in range(0, whole, WIDE):
        _eight(rows, at + i * step, step, out, i)
    for i in range(whole, count):
        for k in range(WIDE):
            first = at + i * step + 4 * k
            for byte in range(4):
                bits = np.uint32(rows[first + byte]) << np.uint32(8 * byte)
                out[k, i] = out[k, i] | bits if byte else bits
