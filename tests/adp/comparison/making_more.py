"""The same columns and images in the formats that need a library: Parquet, HDF5, ASDF."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asdf
import h5py
import numpy as np
import pyarrow as pa
from pyarrow import parquet as pq

from tests.adp.comparison.making import COLUMNS, UNITS, Write


def parquet(columns: Mapping[str, Any] | None = None, units: Mapping[str, str] = UNITS, rows: int = 16) -> Write:
    """One table in row groups of `rows`."""
    made = {
        n: v if isinstance(v, pa.Array) else pa.array(v.tolist(), _arrow(v)) for n, v in (columns or COLUMNS).items()
    }
    fields = [pa.field(n, a.type, metadata={"unit": units[n]} if n in units else None) for n, a in made.items()]
    table = pa.Table.from_arrays(list(made.values()), schema=pa.schema(fields))
    return lambda path: pq.write_table(table, path, row_group_size=rows)


def _array(values: Any) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values.tolist(), _arrow(values))


def _arrow(values: Any) -> pa.DataType:
    kind = pa.string() if values.dtype.kind == "U" else pa.from_numpy_dtype(values.dtype.newbyteorder("="))
    for size in reversed(values.shape[1:]):
        kind = pa.list_(kind, size)
    return kind


def hdf5(content: Mapping[str, Any], units: Mapping[str, str] = UNITS, **how: Any) -> Write:
    """A dataset for each name; a mapping is a compound dataset of columns. `attributes` go to the root."""
    attributes = how.pop("attributes", {})

    def write(path: Path) -> None:
        with h5py.File(path, "w") as file:
            file.attrs.update(attributes)
            for name, value in content.items():
                data = compound(value) if isinstance(value, Mapping) else value
                made = file.create_dataset(name, data=data, **how)
                made.attrs.update({f"FIELD_{i}_UNITS": units[n] for i, n in enumerate(value) if n in units}
                                  if isinstance(value, Mapping) else {})  # fmt: skip

    return write


def compound(columns: Mapping[str, Any]) -> Any:
    """One structured array of these columns; text as bytes."""
    arrays = {n: np.char.encode(v) if v.dtype.kind == "U" else v for n, v in columns.items()}
    made = np.zeros(len(next(iter(arrays.values()))), [(n, v.dtype, v.shape[1:]) for n, v in arrays.items()])
    for name, values in arrays.items():
        made[name] = values
    return made


def asdf_tree(tree: Mapping[str, Any], packing: str | None = None) -> Write:
    """A tree with its arrays in blocks."""

    def write(path: Path) -> None:
        asdf.AsdfFile(dict(tree)).write_to(path, all_array_compression=packing)

    return write


def asdf_table(columns: Mapping[str, Any] | None = None, units: Mapping[str, str] = UNITS) -> Write:
    """A table as asdf-astropy writes it, its columns in the tree."""
    lines = [
        ASDF_HEAD,
        "table: !<tag:astropy.org:astropy/table/table-1.1.0>\n  colnames: []\n  qtable: false\n  columns:",
    ]
    for name, values in (columns or COLUMNS).items():
        text = values.dtype.kind == "U"
        kind = f"[ucs4, {values.dtype.itemsize // 4}]" if text else values.dtype.name
        shape = list(values.shape)
        lines.append(f"  - !core/column-1.1.0\n    name: {name}")
        lines.append(f"    data: !core/ndarray-1.1.0 {{data: {values.tolist()}, datatype: {kind}, shape: {shape}}}")
        lines += [f"    unit: !unit/unit-1.0.0 {units[name]}"] if name in units else []
    return lambda path: path.write_text("\n".join([*lines, "...\n"])) and None


ASDF_HEAD = """#ASDF 1.0.0
#ASDF_STANDARD 1.6.0
%YAML 1.1
%TAG ! tag:stsci.edu:asdf/
--- !core/asdf-1.1.0"""
