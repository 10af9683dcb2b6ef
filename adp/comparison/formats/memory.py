"""Whole columns in memory as a source, for formats that cannot be read in pieces."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.formats.strings import fixed
from adp.comparison.model import Array, Field, Getter, Rows, Values


class Memory:
    """Columns by name: `data` flat, strings as objects or of fixed width, `lengths` for variable-length cells."""

    def __init__(self, columns: Mapping[str, Values], fields: Mapping[str, Field]) -> None:
        self._columns, self._fields = columns, fields
        lengths = {n: v.lengths for n, v in columns.items() if v.lengths is not None}
        self._ends = {name: np.concatenate(([0], np.cumsum(each))) for name, each in lengths.items()}

    def read(self, rows: Rows) -> Getter:
        return lambda name: self._values(name, rows)

    def _values(self, name: str, rows: Rows) -> Values:
        whole = self._columns[name]
        if whole.lengths is not None:
            at = _spread(self._ends[name], rows)
            return Values(fixed(whole.data[at]), None if whole.mask is None else whole.mask[at], whole.lengths[rows])
        wide = self._fields[name].per_row
        if not wide:
            return Values(whole.data[:0])
        mask = None if whole.mask is None else whole.mask.reshape(-1, wide)[rows].reshape(-1)
        return Values(fixed(whole.data.reshape(-1, wide)[rows].reshape(-1)), mask)


def _spread(ends: npt.NDArray[np.int64], rows: Rows) -> Array | slice:
    """Where the values of these rows stand."""
    if isinstance(rows, slice):
        return slice(int(ends[rows.start]), int(ends[rows.stop]))
    pieces = [np.arange(ends[r], ends[r + 1]) for r in rows.tolist()]
    return np.concatenate(pieces) if pieces else np.zeros(0, np.int64)


def joined(chunks: Sequence[Values], dtype: Any) -> Values:
    """Chunks of one column as one; `dtype` where there are none."""
    if not chunks:
        return Values(np.zeros(0, dtype))
    data = np.concatenate([c.data for c in chunks])
    mask = None if all(c.mask is None for c in chunks) else np.concatenate([_mask(c) for c in chunks])
    lengths = [c.lengths for c in chunks if c.lengths is not None]
    return Values(data, mask, np.concatenate(lengths) if lengths else None)


def _mask(values: Values) -> Array:
    return np.zeros(len(values.data), np.bool_) if values.mask is None else values.mask
