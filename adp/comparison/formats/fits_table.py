"""Rows of FITS tables: a chunk is read once, and every column of it is a strided view (BINTABLE) or parsed (TABLE)."""

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.formats.fits_data import Scaling, exactly
from adp.comparison.formats.fits_file import Hdu
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.model import Array, Field, Getter, Rows, Span, Values

WINDOW = 4 << 20  # bytes of a file read at once for rows in any order
GAP = 1 << 16  # bytes that are read rather than skipped
ITEMS = {
    "L": "u1", "X": "u1", "B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "A": "u1", "E": ">f4", "D": ">f8",
    "C": ">c8", "M": ">c16", "P": ">i4", "Q": ">i8",
}  # fmt: skip
BINARY = re.compile(r"(\d{0,9})([LXBIJKAEDCMPQ])(.*)")
RAGGED = re.compile(r"([LXBIJKAEDCM])(?:\(\d*\))?.*")
ASCII = re.compile(r"([AIFED])(\d{1,6})(?:\.\d+)?")
DIMENSIONS = re.compile(r"\(\s*(\d{1,9}(?:\s*,\s*\d{1,9}){0,30})\s*\)")


@dataclass(frozen=True)
class Column:
    """One column as it is stored: `code` of TFORM, `repeat` items of `scaling.raw` in `width` bytes at `offset`."""

    field: Field
    code: str
    offset: int
    repeat: int
    width: int
    scaling: Scaling


class Table:
    """Rows of a BINTABLE or TABLE extension."""

    def __init__(self, descriptor: int, hdu: Hdu, limits: ReadLimits) -> None:
        if len(hdu.axes) != 2 or hdu.item != 1:  # noqa: PLR2004 (rows and bytes, by the standard)
            raise Unreadable("a table must have NAXIS = 2 and BITPIX = 8", hdu=hdu.label)
        self.row, self.rows = hdu.axes
        self._descriptor, self._hdu = descriptor, hdu
        self.columns: dict[str, Column] = {}
        self.duplicates: list[str] = []
        make = _ascii if hdu.extension == "TABLE" else _binary
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
        return column.scaling.span(self._descriptor, self._hdu.at + column.offset, self.row, column.repeat)

    def _rows(self, rows: Rows) -> Array:
        if isinstance(rows, slice):
            raw = exactly(self._descriptor, self._hdu.at + rows.start * self.row, (rows.stop - rows.start) * self.row)
            return np.frombuffer(raw, dtype=np.uint8).reshape(rows.stop - rows.start, self.row)
        return self._scattered(rows)

    def _scattered(self, rows: Array) -> Array:
        """Rows in any order, read in the file's order: neighbours and what lies between them in one go."""
        block = np.empty((len(rows), self.row), dtype=np.uint8)
        order = np.argsort(rows, kind="stable")
        wanted = rows[order]
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
            return _parsed(inner, column)
        if column.code in "PQ":
            return self._ragged(inner, column)
        if column.code == "X":
            return Values(np.unpackbits(inner, axis=1, count=column.repeat).reshape(-1).view(np.bool_))
        if column.code == "L":
            return Values((inner == ord("T")).reshape(-1), (inner == 0).reshape(-1))
        stored = inner.view(column.field.dtype if column.code == "A" else column.scaling.raw).reshape(-1)
        return Values(stored) if column.code == "A" else column.scaling.decode(stored)

    def _ragged(self, inner: Array, column: Column) -> Values:
        pairs = np.ascontiguousarray(inner).view(ITEMS[column.code]).astype(np.int64).reshape(-1, 2)
        start = self._hdu.count("THEAP", self.row * self.rows)
        item, room = np.dtype(column.scaling.raw).itemsize, self._hdu.size - start
        pieces = []
        for length, offset in pairs.tolist():
            if length < 0 or offset < 0 or offset + length * item > room:
                raise Unreadable(f"column {column.field.name} points outside the heap", hdu=self._hdu.label)
            pieces.append(exactly(self._descriptor, self._hdu.at + start + offset, length * item) if length else b"")
        decoded = column.scaling.decode(np.frombuffer(b"".join(pieces), dtype=column.scaling.raw))
        lengths: npt.NDArray[np.int64] = pairs[:, 0]
        return Values(decoded.data, decoded.mask, lengths)


def _text(hdu: Hdu, key: str) -> str:
    value = hdu.header.get(key)
    return value.strip() if isinstance(value, str) else ""


def _name(hdu: Hdu, number: int) -> str:
    return _text(hdu, f"TTYPE{number}") or f"col{number}"


def _scaling(hdu: Hdu, number: int, raw: str) -> Scaling:
    factors = (hdu.header.get(f"T{k}{number}", v) for k, v in (("SCAL", 1), ("ZERO", 0), ("NULL", None)))
    return Scaling.of(raw, *factors)


def _binary(hdu: Hdu, number: int, offset: int) -> Column:
    form = _text(hdu, f"TFORM{number}").upper()
    found = BINARY.fullmatch(form)
    if not found:
        raise Unreadable(f"TFORM{number} = '{form}' is no column format", hdu=hdu.label)
    repeat, code = int(found[1] or 1), found[2]
    width = -(-repeat // 8) if code == "X" else repeat * np.dtype(ITEMS[code]).itemsize
    if code in "PQ":
        return _pointers(hdu, number, offset, (code, repeat, found[3]))
    scaling = _scaling(hdu, number, ITEMS[code])
    name, unit = _name(hdu, number), _text(hdu, f"TUNIT{number}")
    if code == "A":
        size, cell = _strings(hdu, number, repeat, found[3])
        return Column(Field(name, np.dtype(f"S{size}"), unit, cell), code, offset, repeat, width, scaling)
    dtype: np.dtype[Any] = np.dtype(np.bool_) if code in "LX" else scaling.dtype
    return Column(Field(name, dtype, unit, _cell(hdu, number, repeat)), code, offset, repeat, width, scaling)


def _pointers(hdu: Hdu, number: int, offset: int, form: tuple[str, int, str]) -> Column:
    code, repeat, inner = form
    found = RAGGED.fullmatch(inner)
    if not found or repeat > 1:
        raise Unreadable(f"TFORM{number} describes no variable-length array", hdu=hdu.label)
    scaling = _scaling(hdu, number, ITEMS[found[1]])
    width = repeat * 2 * np.dtype(ITEMS[code]).itemsize
    field = Field(_name(hdu, number), scaling.dtype, _text(hdu, f"TUNIT{number}"), ragged=True)
    return Column(field, code, offset, repeat, width, scaling)


def _cell(hdu: Hdu, number: int, repeat: int) -> tuple[int, ...]:
    found = DIMENSIONS.fullmatch(_text(hdu, f"TDIM{number}"))
    shape = tuple(int(n) for n in reversed(found[1].split(","))) if found else ()
    if shape and math.prod(shape) == repeat:
        return shape
    return () if repeat == 1 else (repeat,)


def _strings(hdu: Hdu, number: int, repeat: int, rest: str) -> tuple[int, tuple[int, ...]]:
    """Width and cell shape of a character column: TDIM, or the rAw convention, or one string."""
    shape = _cell(hdu, number, repeat)
    if len(shape) > 1 and shape[-1]:
        return shape[-1], shape[:-1]
    if rest.isdigit() and 0 < int(rest) < repeat and repeat % int(rest) == 0:
        return int(rest), (repeat // int(rest),)
    return max(repeat, 1), ()


def _ascii(hdu: Hdu, number: int, offset: int) -> Column:
    form = _text(hdu, f"TFORM{number}").upper()
    found = ASCII.fullmatch(form)
    start = hdu.count(f"TBCOL{number}", most=hdu.axes[0])
    if not found or start < 1:
        raise Unreadable(f"TFORM{number} = '{form}' is no column format of an ASCII table", hdu=hdu.label)
    code, width = found[1], int(found[2])
    dtype = np.dtype({"A": f"S{max(width, 1)}", "I": "i8"}.get(code, "f8"))
    field = Field(_name(hdu, number), dtype, _text(hdu, f"TUNIT{number}"))
    return Column(field, code, start - 1, width, width, Scaling("u1"))


def _parsed(inner: Array, column: Column) -> Values:
    text = np.ascontiguousarray(inner).view(f"S{column.width}").reshape(-1)
    if column.code == "A":
        return Values(text)
    bare = np.char.replace(np.char.upper(np.char.strip(text)).astype(np.str_), "D", "E")
    mask = bare == ""
    try:
        return Values(np.where(mask, "0", bare).astype(column.field.dtype), mask)
    except ValueError as error:
        raise Unreadable(f"column {column.field.name} holds text that is no number") from error
