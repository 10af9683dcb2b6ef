"""Rows of FITS tables: a chunk is read once, and every column of it is a strided view (BINTABLE) or parsed (TABLE)."""

from functools import cached_property

import numpy as np

from adp.comparison.formats.fits_ascii import parsed
from adp.comparison.formats.fits_columns import Column, ascii_column, binary_column
from adp.comparison.formats.fits_data import exactly
from adp.comparison.formats.fits_file import Hdu
from adp.comparison.formats.fits_heap import Heap
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.model import Array, Getter, Rows, Span, Values

WINDOW = 4 << 20  # bytes of a file read at once for rows in any order
GAP = 1 << 16  # bytes that are read rather than skipped


class Table:
    """Rows of a BINTABLE or TABLE extension."""

    def __init__(self, descriptor: int, hdu: Hdu, limits: ReadLimits) -> None:
        if len(hdu.axes) != 2 or hdu.item != 1:  # noqa: PLR2004 (rows and bytes, by the standard)
            raise Unreadable("a table must have NAXIS = 2 and BITPIX = 8", hdu=hdu.label)
        self.row, self.rows = hdu.axes
        self._descriptor, self._hdu, self._limits = descriptor, hdu, limits
        self.columns: dict[str, Column] = {}
        self.duplicates: list[str] = []
        make = ascii_column if hdu.extension == "TABLE" else binary_column
        offset = 0
        for number in range(1, hdu.count("TFIELDS", most=limits.columns) + 1):
            column = make(hdu, number, offset)
            offset = column.offset + column.width
            if offset > self.row:
                raise Unreadable(f"column {number} ends at byte {offset}, a row has {self.row}", hdu=hdu.label)
            self._keep(column)

    def _keep(self, column: Column) -> None:
        if column.field.name in self.columns:
            self.duplicates.append(column.field.name)
        else:
            self.columns[column.field.name] = column

    def read(self, rows: Rows) -> Getter:
        block = self._rows(rows)
        return lambda name: self._values(block, self.columns[name])

    def span(self, name: str) -> Span | None:
        column = self.columns[name]
        if self._hdu.extension == "TABLE" or column.code in "PQXLA" or not column.width:
            return None
        found = column.scaling.span(self._descriptor, self._hdu.at + column.offset, self.row, column.repeat)
        return found._replace(sum=self._hdu.sum) if found else None

    def _rows(self, rows: Rows) -> Array:
        if isinstance(rows, slice):
            at, count = self._hdu.at + rows.start * self.row, rows.stop - rows.start
            raw = exactly(self._descriptor, at, count * self.row, self._hdu.sum)
            return np.frombuffer(raw, dtype=np.uint8).reshape(count, self.row)
        return self._scattered(rows)

    def _scattered(self, rows: Array) -> Array:
        """Rows in any order, read in the file's order: neighbours and what lies between them in one go."""
        if len(rows) and (np.diff(rows) == 1).all():
            return self._rows(slice(int(rows[0]), int(rows[-1]) + 1))
        block = np.empty((len(rows), self.row), dtype=np.uint8)
        order = np.argsort(rows, kind="stable")
        wanted = rows[order].astype(np.int64)
        window = max(1, WINDOW // self.row)
        breaks = (np.diff(wanted // window) != 0) | (np.diff(wanted) * self.row > GAP)
        for some in np.split(np.arange(len(rows)), np.flatnonzero(breaks) + 1) if len(rows) else ():
            low, high = int(wanted[some[0]]), int(wanted[some[-1]]) + 1
            block[order[some]] = self._rows(slice(low, high))[wanted[some] - low]
        return block

    def _values(self, block: Array, column: Column) -> Values:
        inner = block[:, column.offset : column.offset + column.width]
        if not column.width:
            return Values(np.zeros(0, dtype=column.field.dtype))
        if self._hdu.extension == "TABLE":
            return parsed(inner, column)
        if column.code in "PQ":
            return self._heap.values(inner, column)
        if column.code == "X":
            return Values(np.unpackbits(inner, axis=1, count=column.repeat).reshape(-1).view(np.bool_))
        if column.code == "L":
            return Values((inner == ord("T")).reshape(-1), (inner == 0).reshape(-1))
        stored = inner.view(column.field.dtype if column.code == "A" else column.scaling.raw).reshape(-1)
        return Values(stored) if column.code == "A" else column.scaling.decode(stored)

    @cached_property
    def _heap(self) -> Heap:
        return Heap(self._descriptor, self._hdu, self._hdu.count("THEAP", self.row * self.rows), self._limits)
