"""RICE_1 (FITS standard 4.0, section 10.4.1) and the dither of section 10.2, tile by tile, to the bit what the
standard's own C code gives.

Strangers' bytes: no bit is taken from behind a tile's end but to find that it is there, no word is read from behind the
array, no number decides a shift or a place unchecked."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import float64, int32, int64, njit, types, uint64
from numba.extending import intrinsic

FAST: Any = {"nogil": True, "error_model": "numpy", "cache": True}
SPARE = 16  # bytes behind the last tile, which a word may reach into
REACH = 57  # bits of a word that are there, whatever bit it is taken from
LONGEST = 32  # numbers of one block
ZERO = -2147483646  # by SUBTRACTIVE_DITHER_2: a pixel that is exactly 0
PLAIN, ZEROS = -1, 2  # not dithered; dithered but for what is exactly 0
CYCLE, SPREAD = 10_000, np.float32(500)  # of the standard's sequence of random numbers, which is of float32
LOWER = np.uint64(0xFFFF_FFFF)


@intrinsic
def _word(_context, packed, at):
    """Eight bytes from byte `at` on, the first one on top."""

    def generate(context, builder, signature, args):
        source = context.make_array(signature.args[0])(context, builder, args[0])
        place = builder.bitcast(builder.gep(source.data, [args[1]]), ir.IntType(64).as_pointer())
        return builder.bswap(builder.load(place, align=1))

    return uint64(packed, int64), generate


@intrinsic
def _zeros(_context, word):
    """How many of the upper bits are 0."""

    def generate(_, builder, __, args):
        return builder.ctlz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), generate


@njit(**FAST)
def _bits(packed, pos):
    """The bits from number `pos` on, in the upper REACH of a word."""
    return _word(packed, pos >> 3) << uint64(pos & 7)


@njit(**FAST)
def _after_zeros(packed, pos, end):
    """(How many bits are 0 from `pos` on, the place behind the 1 that ends them; beyond `end` if nothing does)."""
    first = pos
    while pos <= end:
        zeros = _zeros(_bits(packed, pos))
        if zeros < REACH:
            return pos + zeros - first, pos + zeros + 1
        pos += REACH
    return int64(0), end + 1


@njit(**FAST)
def _next(last, mapped):
    """The number whose difference to `last` is coded as 0, -1, 1, -2, … by 0, 1, 2, 3, …"""
    return (last + ((mapped >> uint64(1)) ^ (uint64(0) - (mapped & uint64(1))))) & LOWER


@njit(**FAST)
def _plain(packed, pos, end, bits, last, held):
    for i in range(held.size):
        if pos > end:
            break
        last = _next(last, _bits(packed, pos) >> uint64(64 - bits))
        pos += bits
        held[i] = last
    return pos, last


@njit(**FAST)
def _coded(packed, pos, end, code, last, held):
    """Each number: zeros and a 1, then `code` bits."""
    for i in range(held.size):
        if pos > end:
            break
        word = _bits(packed, pos)
        zeros = _zeros(word)
        if zeros + 1 + code > REACH:
            zeros, pos = _after_zeros(packed, pos, end)
            if pos > end:
                break
            word = _bits(packed, pos)
        else:
            word <<= uint64(zeros + 1)
            pos += zeros + 1
        mapped = (uint64(zeros) << uint64(code)) | ((word >> uint64(1)) >> uint64(63 - code))
        pos += code
        last = _next(last, mapped & LOWER)
        held[i] = last
    return pos, last


@njit(**FAST)
def _block(packed, pos, end, form, last, held):
    """Fills `held`. `form`: how many bits say how a block is coded, the code for numbers as they are, bits of a number.
    Returns (the place behind the block, the last number); the place is beyond `end` when the tile ends early or says
    what cannot be."""
    code_bits, plain, bits = form
    code = int64(_bits(packed, pos) >> uint64(64 - code_bits)) - 1
    pos += code_bits
    if code > plain:
        return end + 1, last
    if code == plain:
        return _plain(packed, pos, end, bits, last, held)
    if code >= 0:
        return _coded(packed, pos, end, code, last, held)
    held[:] = last
    return pos, last


@njit(**FAST)
def _first(packed, at, bits):
    """The number a tile begins with."""
    return _word(packed, at) >> uint64(64 - bits)


@njit(**FAST)
def _integers(packed, at, end, form, block, made):
    """One tile; whether it could be decoded."""
    held = np.empty(LONGEST, dtype=np.uint64)
    last, pos = _first(packed, at, form[2]), 8 * at + form[2]
    for low in range(0, made.size, block):
        some = held[: min(block, made.size - low)]
        if pos >= end:
            return False
        pos, last = _block(packed, pos, end, form, last, some)
        for i in range(some.size):
            made[low + i] = some[i]
    return pos <= end


@njit(**FAST)
def integers(packed, starts, form, block, size, out):
    """Tiles of `size` numbers (the last may be shorter) into `out`, of the width in `form`, seen as unsigned. Tile i
    lies at `packed[starts[i] : starts[i + 1]]`, behind the last are SPARE bytes; an empty one is left out. Returns the
    number of the first tile that cannot be decoded, or -1."""
    for tile in range(starts.size - 1):
        at, end = starts[tile], 8 * starts[tile + 1]
        made = out[tile * size : min((tile + 1) * size, out.size)]
        if 8 * at < end and not _integers(packed, at, end, form, block, made):
            return tile
    return -1


@njit(**FAST)
def _undithered(held, scale, zero, made):
    for i in range(held.size):
        made[i] = float64(int32(held[i])) * scale + zero


@njit(**FAST)
def _dithered(held, scale, zero, noise, made):
    """`noise`: as many numbers of the standard's sequence."""
    for i in range(held.size):
        made[i] = (float64(int32(held[i])) - float64(noise[i]) + 0.5) * scale + zero


@njit(**FAST)
def _noisy(held, scale, zero, noise, sequence, heard, made):
    """Dithered by the sequence from number `heard` on, and by the next one where it ends; where that leaves it."""
    first = min(held.size, CYCLE - heard)
    _dithered(held[:first], scale, zero, noise[heard : heard + first], made[:first])
    heard += first
    if heard == CYCLE:
        sequence = (sequence + 1) % CYCLE
        heard = int64(noise[sequence] * SPREAD)
        rest = held.size - first
        _dithered(held[first:], scale, zero, noise[heard : heard + rest], made[first:])
        heard += rest
    return sequence, heard


@njit(**FAST)
def _special(held, number, value, made):
    for i in range(held.size):
        if int64(int32(held[i])) == number:
            made[i] = value


@njit(**FAST)
def _floats(packed, at, end, form, block, scaling, kind, sequence, blank, noise, made):
    """One tile; whether it could be decoded."""
    held = np.empty(LONGEST, dtype=np.uint64)
    scale, zero = scaling
    last, pos = _first(packed, at, form[2]), 8 * at + form[2]
    heard = int64(noise[sequence] * SPREAD)
    for low in range(0, made.size, block):
        some, into = held[: min(block, made.size - low)], made[low : min(low + block, made.size)]
        if pos >= end:
            return False
        pos, last = _block(packed, pos, end, form, last, some)
        if kind == PLAIN:
            _undithered(some, scale, zero, into)
        else:
            sequence, heard = _noisy(some, scale, zero, noise, sequence, heard, into)
        if kind == ZEROS:
            _special(some, ZERO, 0.0, into)
        if blank[0]:
            _special(some, blank[1], np.nan, into)
    return pos <= end


@njit(**FAST)
def floats(packed, starts, form, block, size, scales, zeros, kind, number, blank, noise, out):
    """The same for quantised numbers of four bytes. `kind` of dither; `number`: of the first tile, in its sequence;
    `blank`: (whether there is one, the number that stands for it); `noise`: the standard's sequence."""
    for tile in range(starts.size - 1):
        at, end = starts[tile], 8 * starts[tile + 1]
        made, scaling = out[tile * size : min((tile + 1) * size, out.size)], (scales[tile], zeros[tile])
        sequence = (number + tile - 1) % CYCLE
        if 8 * at < end and not _floats(packed, at, end, form, block, scaling, kind, sequence, blank, noise, made):
            return tile
    return -1
