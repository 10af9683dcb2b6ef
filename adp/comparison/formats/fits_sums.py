"""What CHECKSUM and DATASUM say against the bytes: sums of 32-bit words in ones' complement (FITS 4.0, appendix J)."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from adp.comparison.formats.fits_file import Hdu
from adp.comparison.model import Problem

STRIDE = 1 << 18  # bytes read at a time: they stay in the second-level cache until they are summed
ALONE = 1 << 22  # bytes up to which one thread is as quick as several
ZEROS = {0, 0xFFFFFFFF}


def checksum_problem(descriptor: int, hdu: Hdu, threads: int) -> Problem | None:
    """The sums that do not hold (standard 4.0, section 4.4.2.7)."""
    stated, whole = (str(hdu.header.get(key) or "").strip() for key in ("DATASUM", "CHECKSUM"))
    if not stated and not whole:
        return None
    data = ones_sum(descriptor, hdu.at, hdu.padded, threads)
    if stated and stated != str(data):
        return Problem("CHECKSUM", f"DATASUM of {hdu.label} is {stated}, the data sum to {data}", hdu.label)
    if whole and _fold(ones_sum(descriptor, hdu.start, hdu.at - hdu.start) + data) not in ZEROS:
        return Problem("CHECKSUM", f"CHECKSUM of {hdu.label} does not hold for its header and data", hdu.label)
    return None


def ones_sum(descriptor: int, at: int, size: int, threads: int = 1) -> int:
    """Of the `size` bytes from `at` on; what lies behind the file's end counts as zeros. Any order gives the same."""
    if threads == 1 or size <= ALONE:
        return _stripes(descriptor, at, at + size, STRIDE)
    with ThreadPoolExecutor(threads) as pool:
        work = [pool.submit(_stripes, descriptor, at + i * STRIDE, at + size, threads * STRIDE) for i in range(threads)]
        return _fold(sum(w.result() for w in work))


def _stripes(descriptor: int, first: int, end: int, step: int) -> int:
    """The sum of STRIDE bytes at `first` and every `step` after it."""
    total, buffer = 0, np.empty(max(0, min(STRIDE, end - first) + 3) // 4, dtype=">u4")
    into = buffer.view(np.uint8)
    for offset in range(first, end, step):
        count = min(STRIDE, end - offset)
        into[_filled(descriptor, into.data[:count], offset) :] = 0
        total += int(buffer.sum(dtype=np.uint64))
    return _fold(total)


def _filled(descriptor: int, into: memoryview, at: int) -> int:
    """Reads until `into` is full or the file ends; how many bytes."""
    done = 0
    while done < len(into) and (count := os.preadv(descriptor, [into[done:]], at + done)):
        done += count
    return done


def _fold(total: int) -> int:
    while total >> 32:
        total = (total & 0xFFFFFFFF) + (total >> 32)
    return total
