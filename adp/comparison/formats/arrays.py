"""Arrays that are read by slices, as parts: numbers as images, compound types and strings as columns."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from adp.comparison.formats.flat import boxes, gathered
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.strings import texts
from adp.comparison.model import Array, Field, Getter, Rows, Values

NUMBERS = "biufc"
WIDEST = 16  # bytes: complex128; long doubles are of this machine only


def is_table(dtype: np.dtype[Any]) -> bool:
    """Compound datasets, strings and variable-length values are tables; numbers are images."""
    return dtype.kind not in NUMBERS


def image_field(dtype: np.dtype[Any]) -> Field:
    return Field("", _number(dtype))


def fields(path: str, data: Any, limits: ReadLimits) -> tuple[Field, ...]:
    """The columns of a table; a dataset of strings has one, called like itself. Raises Unreadable UNSUPPORTED for
    references and opaque values."""
    inner = data.shape[1:] if data.shape else ()
    if data.dtype.names is None:
        return (_field(path.rpartition("/")[2], data.dtype, inner),)
    found = tuple(_field(name, each, inner) for name, each in _members(data.dtype))
    if len(found) > limits.columns or data.dtype.itemsize > limits.packed:
        raise Unreadable(f"has {len(found)} columns in {data.dtype.itemsize} bytes a row")
    return found


def _members(dtype: np.dtype[Any], prefix: str = "") -> list[tuple[str, np.dtype[Any]]]:
    """Members of a compound type; those of an inner one as outer.inner."""
    found = []
    for name in dtype.names or ():
        inner = dtype[name]
        found += _members(inner, f"{prefix}{name}.") if inner.names else [(f"{prefix}{name}", inner)]
    return found


def _field(name: str, dtype: np.dtype[Any], outer: Sequence[int]) -> Field:
    base, cell = (dtype.base, (*outer, *dtype.shape)) if dtype.shape else (dtype, tuple(outer))
    if base.kind == "O":
        return _variable(name, base, cell)
    if base.kind in "SU":
        return Field(name, base, cell=cell, usual=-(-base.itemsize // 8))
    if base.kind not in NUMBERS:
        raise Unreadable(f"{name} holds values of the type {base}, which are not read", code="UNSUPPORTED")
    return Field(name, _number(base), cell=cell)


def _variable(name: str, dtype: np.dtype[Any], cell: tuple[int, ...]) -> Field:
    import h5py  # noqa: PLC0415 (few files need it)

    if h5py.check_string_dtype(dtype) is not None:
        return Field(name, np.dtype(np.str_), cell=cell, usual=8)
    base = h5py.check_vlen_dtype(dtype)
    if base is None or base.kind not in NUMBERS or cell:
        raise Unreadable(f"{name} holds references or objects, which are not read", code="UNSUPPORTED")
    return Field(name, _number(base), ragged=True, usual=64)


def _number(dtype: np.dtype[Any]) -> np.dtype[Any]:
    if dtype.kind not in NUMBERS or dtype.itemsize > (WIDEST if dtype.kind == "c" else WIDEST // 2):
        raise Unreadable(f"values of the type {dtype} are not read", code="UNSUPPORTED")
    return dtype.newbyteorder("=")


class Image:
    """Elements of a numeric array, flat in C order, a box at a time. `data` has shape and dtype, and is sliced."""

    def __init__(self, data: Any) -> None:
        self._data = data

    def read(self, rows: Rows) -> Getter:
        if not isinstance(rows, slice):
            raise TypeError("an image is read in order")
        pieces = [np.asarray(self._data[box]).reshape(-1) for box in boxes(self._data.shape, rows.start, rows.stop)]
        if not self._data.shape:
            pieces = [np.asarray(self._data[()]).reshape(-1)][: rows.stop - rows.start]
        flat = np.concatenate(pieces) if pieces else np.zeros(0, self._data.dtype)
        return lambda _: Values(flat)


class Compound:
    """Rows of a table; a chunk is read once for all its columns."""

    def __init__(self, data: Any, columns: Sequence[Field], limits: ReadLimits) -> None:
        self._data, self._limits = data, limits
        self._columns = {f.name: f for f in columns}

    def read(self, rows: Rows) -> Getter:
        block = self._range(rows.start, rows.stop) if isinstance(rows, slice) else gathered(self._range, rows)
        return lambda name: self._values(block, self._columns[name])

    def _range(self, start: int, stop: int) -> Array:
        if not self._data.shape:
            return np.asarray(self._data[()]).reshape(1)[start:stop]
        return np.asarray(self._data[start:stop])

    def _values(self, block: Array, column: Field) -> Values:
        data = block if self._data.dtype.names is None else _member(block, column.name)
        if column.ragged:
            return self._ragged(data, column)
        flat = data.reshape(-1) if math.prod(data.shape) else np.zeros(0, data.dtype)
        return Values(texts(flat.tolist()) if flat.dtype.kind == "O" else flat)

    def _ragged(self, data: Array, column: Field) -> Values:
        lengths = np.fromiter((len(v) for v in data), np.int64, len(data))
        if lengths.sum() > self._limits.ragged:
            raise Unreadable(f"the rows of {column.name} are too long to be read together")
        whole = np.concatenate([np.zeros(0, column.dtype), *(np.asarray(v, column.dtype) for v in data)])
        return Values(whole, None, lengths)


def _member(block: Array, name: str) -> Array:
    if block.dtype.names and name in block.dtype.names:
        return block[name]
    outer = next(n for n in block.dtype.names or () if name.startswith(f"{n}."))
    return _member(block[outer], name.removeprefix(f"{outer}."))
