"""Variable-length arrays of FITS tables (standard 4.0, section 7.3.5): descriptors in rows, elements in the heap."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.formats.fits_columns import ITEMS, Column
from adp.comparison.formats.fits_data import exactly
from adp.comparison.formats.fits_file import Hdu
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.strings import texts
from adp.comparison.model import Array, Values

Counts = npt.NDArray[np.int64]
SPARSE = 4  # times the bytes that are wanted: further apart than this, arrays are read one by one


@dataclass(frozen=True)
class Heap:
    """The heap, `start` bytes into the data."""

    descriptor: int
    hdu: Hdu
    start: int
    limits: ReadLimits

    def values(self, inner: Array, column: Column) -> Values:
        """The arrays that these descriptors point at, one behind the other. Raises Unreadable for one that leaves the
        heap, and for more than `limits.ragged` elements together: any number of rows may point at the same bytes."""
        pairs = np.ascontiguousarray(inner).view(ITEMS[column.code]).astype(np.int64).reshape(-1, 2)
        lengths, offsets = pairs[:, 0], pairs[:, 1]
        room = self.hdu.size - self.start
        item = np.dtype(column.scaling.raw).itemsize
        sane = (lengths >= 0) & (offsets >= 0) & (offsets <= room) & (lengths <= max(room, 0) * 8)
        sizes = np.where(sane, -(-lengths // 8) if column.inner == "X" else lengths * item, 0)
        if not (sane & (offsets + sizes <= room)).all():
            raise Unreadable(f"column {column.field.name} points outside the heap", hdu=self.hdu.label)
        if int(lengths.sum(dtype=object)) > self.limits.ragged:
            raise Unreadable(f"the rows of {column.field.name} are too long to be read together", hdu=self.hdu.label)
        return _decoded(list(self._pieces(offsets, sizes)), lengths, column)

    def _pieces(self, offsets: Counts, sizes: Counts) -> Iterator[bytes]:
        wanted = sizes > 0
        if not wanted.any():
            yield from (b"" for _ in sizes)
            return
        low, high = int(offsets[wanted].min()), int((offsets + sizes)[wanted].max())
        together = high - low <= SPARSE * int(sizes.sum())
        at = self.hdu.at + self.start
        whole = exactly(self.descriptor, at + low, high - low, self.hdu.sum) if together else b""
        for offset, size in zip(offsets.tolist(), sizes.tolist(), strict=True):
            if not size:
                yield b""
            elif together:
                yield whole[offset - low : offset - low + size]
            else:
                yield exactly(self.descriptor, at + offset, size)


def _decoded(pieces: list[bytes], lengths: Counts, column: Column) -> Values:
    if column.inner == "A":
        return Values(texts(piece.partition(b"\0")[0] for piece in pieces))
    if column.inner == "X":
        return Values(_bits(pieces, lengths), None, lengths)
    raw: npt.NDArray[Any] = np.frombuffer(b"".join(pieces), dtype=column.scaling.raw)
    if column.inner == "L":
        return Values(raw == ord("T"), raw == 0, lengths)
    found = column.scaling.decode(raw)
    return Values(found.data, found.mask, lengths)


def _bits(pieces: list[bytes], lengths: Counts) -> Array:
    found = [np.unpackbits(np.frombuffer(p, np.uint8), count=n) for p, n in zip(pieces, lengths.tolist(), strict=True)]
    return np.concatenate([np.zeros(0, np.uint8), *found]).astype(np.bool_)
