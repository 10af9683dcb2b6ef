"""What CHECKSUM and DATASUM say against the bytes (FITS 4.0, section 4.4.2.7 and appendix J)."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from adp.comparison.formats.fits_file import Hdu
from adp.comparison.model import Problem
from adp.comparison.summing import Sum, folded, sum_of

STRIDE = 1 << 18  # bytes read at a time: they stay in the second-level cache until they are summed
ALONE = 1 << 20  # bytes up to which data are summed at once, and a gap by one thread
ZEROS = {0, 0xFFFFFFFF}


def watched(hdu: Hdu) -> Hdu:
    """`hdu` with a sum that its readers fill, if its header states one and its data are large."""
    is_stated = any(_stated(hdu))
    return replace(hdu, sum=Sum(hdu.at, hdu.at + hdu.padded)) if is_stated and hdu.size > ALONE else hdu


def problems(descriptor: int, hdus: Sequence[Hdu], threads: int) -> Iterator[Problem]:
    """The sums that do not hold. What nobody has read so far is read here."""
    for hdu in hdus:
        stated, whole = _stated(hdu)
        if not stated and not whole:
            continue
        data = _data(descriptor, hdu, threads)
        if stated and stated != str(data):
            yield Problem("CHECKSUM", f"DATASUM of {hdu.label} is {stated}, the data sum to {data}", hdu.label)
        elif whole and folded(_stripes(descriptor, hdu.start, hdu.at, STRIDE) + data) not in ZEROS:
            yield Problem("CHECKSUM", f"CHECKSUM of {hdu.label} does not hold for its header and data", hdu.label)


def _stated(hdu: Hdu) -> tuple[str, str]:
    datasum, checksum = (str(hdu.header.get(key) or "").strip() for key in ("DATASUM", "CHECKSUM"))
    return datasum, checksum


def _data(descriptor: int, hdu: Hdu, threads: int) -> int:
    """What lies behind the file's end counts as zeros."""
    total = hdu.sum or Sum(hdu.at, hdu.at + hdu.padded)
    for first, end in total.gaps:
        found = _striped(descriptor, first, end, threads)
        total.enter(first, end - first, found)
    return total.total


def _striped(descriptor: int, first: int, end: int, threads: int) -> int:
    if threads == 1 or end - first <= ALONE:
        return _stripes(descriptor, first, end, STRIDE)
    with ThreadPoolExecutor(threads) as pool:
        starts = range(first, first + threads * STRIDE, STRIDE)
        work = [pool.submit(_stripes, descriptor, start, end, threads * STRIDE) for start in starts]
        return folded(sum(w.result() for w in work))


def _stripes(descriptor: int, first: int, end: int, step: int) -> int:
    """The sum of STRIDE bytes at `first` and every `step` after it."""
    total, buffer = 0, np.empty(max(0, min(STRIDE, end - first)), dtype=np.uint8)
    for offset in range(first, end, step):
        count = min(STRIDE, end - offset)
        total += sum_of(buffer[: _filled(descriptor, buffer.data[:count], offset)])
    return folded(total)


def _filled(descriptor: int, into: memoryview, at: int) -> int:
    """Reads until `into` is full or the file ends; how many bytes."""
    done = 0
    while done < len(into) and (count := os.preadv(descriptor, [into[done:]], at + done)):
        done += count
    return done
