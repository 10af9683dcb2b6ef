"""VOTables through astropy, after a look at the XML that refuses whatever could reach out or blow up."""

import base64
import os
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.memory import Memory
from adp.comparison.formats.votable_look import looked_at
from adp.comparison.model import Array, Document, Field, Part, Values


def read(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    size = os.fstat(descriptor).st_size
    with os.fdopen(descriptor, "rb") as file:
        if size > limits.text:
            raise Unreadable(f"{size} bytes; VOTables are read up to {limits.text}")
        raw = file.read(size)  # not more: read() makes room for what it is asked for
    look = looked_at(raw, limits)
    from astropy.io.votable import parse  # noqa: PLC0415 (astropy takes a second to import; few files need it)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks on the standard; conformance is another check's business
            votable = parse(BytesIO(raw), verify="ignore")
            parts = tuple(_part(i, t) for i, t in enumerate(votable.iter_tables()))
    except Unreadable:
        raise
    except Exception as error:  # a parser fed by strangers: whatever it raises is about these bytes
        raise Unreadable(
            f"the VOTable cannot be read: {str(error).splitlines()[0] if str(error) else error!r}"
        ) from error
    if not parts:
        raise Unreadable("the VOTable holds no table")
    return Document(path, "votable", parts, meta=look.meta)


def _part(index: int, table: Any) -> Part:
    fields, values = [], {}
    for column in table.fields:
        array = table.array[column.ID]
        made = _field(column, array)
        if made.name in values:
            raise Unreadable(f"two fields are called {made.name!r}")
        fields.append(made)
        values[made.name] = _values(array, made)
    return Part("table", index, Memory(values, {f.name: f for f in fields}), fields=tuple(fields),
                rows=len(table.array))  # fmt: skip


def _field(column: Any, array: Array) -> Field:
    unit = str(column.unit) if column.unit is not None else ""
    name = str(column.name or column.ID)
    if array.dtype.kind in "OSU":
        return Field(name, np.dtype(np.str_), unit, array.shape[1:])
    return Field(name, array.dtype.newbyteorder("="), unit, array.shape[1:])


def _values(array: Any, made: Field) -> Values:
    mask = np.ma.getmaskarray(array).reshape(-1)
    data = np.ma.getdata(array)
    if array.dtype.kind == "O":
        texts = [_text(v) for v in data.reshape(-1)]
        return Values(np.array(texts, dtype=np.str_) if texts else np.zeros(0, "U1"))
    if array.dtype.kind in "SU":
        return Values(data.reshape(-1).astype(np.str_))
    return Values(data.reshape(-1), mask)


def _text(value: Any) -> str:
    """A variable-length cell as text that is equal exactly when the cell is."""
    if isinstance(value, np.ndarray):
        filled = np.ma.filled(value) if np.ma.isMaskedArray(value) else value
        return " ".join(map(repr, filled.tolist()))
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
