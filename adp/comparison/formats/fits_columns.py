"""Columns of FITS tables as their headers declare them (standard 4.0, sections 7.2 and 7.3)."""

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from adp.comparison.formats.fits_data import Scaling
from adp.comparison.formats.fits_file import Hdu
from adp.comparison.formats.limits import Unreadable
from adp.comparison.model import Field

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
    """One column as it is stored: `code` of TFORM, `repeat` items of `scaling.raw` in `width` bytes at `offset`.
    `inner`: code of the elements of a variable-length array; `null`: text of a missing value in an ASCII table."""

    field: Field
    code: str
    offset: int
    repeat: int
    width: int
    scaling: Scaling
    inner: str = ""
    null: str = ""


def _text(hdu: Hdu, key: str) -> str:
    value = hdu.header.get(key)
    return value.strip() if isinstance(value, str) else ""


def _name(hdu: Hdu, number: int) -> str:
    return _text(hdu, f"TTYPE{number}") or f"col{number}"


def _scaling(hdu: Hdu, number: int, raw: str) -> Scaling:
    factors = (hdu.header.get(f"T{k}{number}", v) for k, v in (("SCAL", 1), ("ZERO", 0), ("NULL", None)))
    return Scaling.of(raw, *factors)


def binary_column(hdu: Hdu, number: int, offset: int) -> Column:
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
        return Column(
            Field(name, np.dtype(f"S{size}"), unit, cell, usual=-(-size // 8)), code, offset, repeat, width, scaling
        )
    dtype: np.dtype[Any] = np.dtype(np.bool_) if code in "LX" else scaling.dtype
    return Column(Field(name, dtype, unit, _cell(hdu, number, repeat)), code, offset, repeat, width, scaling)


def _pointers(hdu: Hdu, number: int, offset: int, form: tuple[str, int, str]) -> Column:
    code, repeat, inner = form
    found = RAGGED.fullmatch(inner)
    if not found or repeat > 1:
        raise Unreadable(f"TFORM{number} describes no variable-length array", hdu=hdu.label)
    scaling = _scaling(hdu, number, ITEMS[found[1]])
    width = repeat * 2 * np.dtype(ITEMS[code]).itemsize
    dtype: np.dtype[Any] = np.dtype({"A": np.str_, "L": np.bool_, "X": np.bool_}.get(found[1], scaling.dtype))
    usual = max(1, hdu.count("PCOUNT", 0) // max(hdu.axes[1], 1) // 8)
    field = Field(_name(hdu, number), dtype, _text(hdu, f"TUNIT{number}"), ragged=found[1] != "A", usual=usual)
    return Column(field, code, offset, repeat, width, scaling, found[1])


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


def ascii_column(hdu: Hdu, number: int, offset: int) -> Column:
    form = _text(hdu, f"TFORM{number}").upper()
    found = ASCII.fullmatch(form)
    start = hdu.count(f"TBCOL{number}", most=hdu.axes[0])
    if not found or start < 1:
        raise Unreadable(f"TFORM{number} = '{form}' is no column format of an ASCII table", hdu=hdu.label)
    code, width = found[1], int(found[2])
    scaling = _scaling(hdu, number, "u1")
    stored = {"A": f"S{max(width, 1)}", "I": "i8"}.get(code, "f8")
    dtype = np.dtype(stored if code == "A" or scaling.is_identity else "f8")
    usual = -(-width // 8) if code == "A" else 1
    field = Field(_name(hdu, number), dtype, _text(hdu, f"TUNIT{number}"), usual=usual)
    null = hdu.header.get(f"TNULL{number}")
    return Column(field, code, start - 1, width, width, scaling, null=null.strip() if isinstance(null, str) else "")
