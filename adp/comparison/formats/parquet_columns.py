"""Arrow's columns in our terms: numbers, text, lists of numbers; members of a struct as struct.member."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.strings import texts
from adp.comparison.model import Field, Values

DAYS = {"s": "s", "ms": "ms", "us": "us", "ns": "ns"}


@dataclass(frozen=True)
class Column:
    """`path`: from the table's column into its structs; `number`: the type of one value; `cell`: of a fixed list."""

    field: Field
    path: tuple[str, ...]
    number: Any


def columns(schema: Any, metadata: Any) -> tuple[list[Column], list[str]]:
    """All columns, and a sentence about each whose type is not read."""
    found: list[Column] = []
    problems: list[str] = []
    means = _means(metadata)
    for path, arrow in (leaf for field in schema for leaf in _leaves((field.name,), field)):
        column = _column(path, arrow, means)
        if column is None:
            problems.append(f"column {'.'.join(path)} holds {arrow.type}, which is not read")
        else:
            found.append(column)
    names = [c.field.name for c in found]
    if len(set(names)) < len(names):
        raise Unreadable(f"two columns are called {next(n for n in names if names.count(n) > 1)!r}")
    return found, problems


def _leaves(path: tuple[str, ...], field: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    from pyarrow import types  # noqa: PLC0415 (few files need it)

    if not types.is_struct(field.type):
        yield path, field
        return
    for inner in field.type:
        yield from _leaves((*path, inner.name), inner)


def _means(metadata: Any) -> dict[str, int]:
    """How many values a row has on average, by the name of the column's root."""
    found: dict[str, int] = {}
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for i in range(group.num_columns):
            chunk = group.column(i)
            root = chunk.path_in_schema.partition(".")[0]
            each = max(chunk.num_values, chunk.total_uncompressed_size // 8) // max(group.num_rows, 1)
            found[root] = max(found.get(root, 1), each)
    return found


def _column(path: tuple[str, ...], field: Any, means: dict[str, int]) -> Column | None:
    from pyarrow import types  # noqa: PLC0415 (few files need it)

    stated = field.metadata or {}
    more = {k: stated.get(k.encode(), b"").decode("utf-8", "replace") for k in ("unit", "ucd", "description")}
    kind, ragged = getattr(field.type, "storage_type", field.type), False
    cell: tuple[int, ...] = ()
    while types.is_fixed_size_list(kind):
        cell, kind = (*cell, kind.list_size), kind.value_type
    if not cell and (types.is_list(kind) or types.is_large_list(kind)):
        ragged, kind = True, kind.value_type
    kind = kind.value_type if types.is_dictionary(kind) else kind
    dtype, unit = _number(kind)
    if dtype is None or (dtype.kind == "U" and (ragged or cell)):
        return None
    usual = means.get(path[0], 1) if ragged or dtype.kind == "U" else 1
    more["unit"] = more["unit"] or unit
    return Column(Field(".".join(path), dtype, cell=cell, ragged=ragged, usual=usual, **more), path, kind)


def _number(kind: Any) -> tuple[np.dtype[Any] | None, str]:
    """The dtype we read an Arrow type as, and the unit that the type itself says."""
    from pyarrow import types  # noqa: PLC0415 (few files need it)

    if types.is_boolean(kind) or types.is_integer(kind) or types.is_floating(kind):
        return np.dtype(kind.to_pandas_dtype()), ""
    if types.is_date(kind):
        return np.dtype("i8"), "d" if types.is_date32(kind) else "ms"
    if types.is_timestamp(kind) or types.is_time(kind) or types.is_duration(kind):
        return np.dtype("i8"), DAYS[kind.unit]
    text = (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary, types.is_decimal,
            types.is_fixed_size_binary, types.is_null)  # fmt: skip
    return (np.dtype(np.str_) if any(t(kind) for t in text) else None), ""


def values(column: Column, array: Any, limits: ReadLimits) -> Values:
    """The values of an Arrow array of this column. A missing list is one missing value, an empty one is none."""
    array = getattr(array, "storage", array)
    if column.field.ragged:
        return _ragged(column, array, limits)
    missing = np.asarray(array.is_null())
    for size in column.field.cell:
        inner = array.values.slice(array.offset * size, len(array) * size)
        missing = np.repeat(missing, size) | np.asarray(inner.is_null())
        array = inner
    return Values(_data(column, array), missing if missing.any() else None)


def _data(column: Column, array: Any) -> npt.NDArray[Any]:
    import pyarrow as pa  # noqa: PLC0415 (few files need it)

    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if column.field.kind == "string":
        return texts(array.to_pylist())
    if column.field.kind == "int" and not pa.types.is_integer(array.type):
        small = pa.types.is_date32(array.type) or pa.types.is_time32(array.type)
        array = array.cast(pa.int32() if small else pa.int64())
    if array.null_count:
        array = array.fill_null(pa.scalar(0).cast(array.type) if column.field.kind != "bool" else False)
    return np.asarray(array.to_numpy(zero_copy_only=False)).astype(column.field.dtype, copy=False)


def _ragged(column: Column, array: Any, limits: ReadLimits) -> Values:
    lengths = np.array(array.value_lengths().fill_null(1), np.int64)
    if lengths.sum() > limits.ragged:
        raise Unreadable(f"the rows of {column.field.name} are too long to be read together")
    flat = array.flatten()
    data, missing = _data(column, flat), np.asarray(flat.is_null())
    if array.null_count:
        gone = np.asarray(array.is_null())
        at = (np.cumsum(lengths) - lengths - np.cumsum(gone) + gone)[gone]
        data, missing = np.insert(data, at, 0), np.insert(missing, at, True)
    return Values(data, missing if missing.any() else None, lengths)
