"""A product as the bytes of Parquet, HDF5 or ASDF, which keep types and need their libraries."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import numpy as np

from tests.defects.products import Image, Product, Table


def parquet(product: Product) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 (half a second, for one format)
    from pyarrow import parquet as writer  # noqa: PLC0415

    arrays, fields = [], []
    for name, column in product.table.columns.items():
        array = pa.array(column.values.tolist() if column.values.ndim > 1 else column.values, mask=column.mask)
        unit = {"unit": column.unit} if column.unit else None
        arrays.append(array)
        fields.append(pa.field(name, array.type, metadata=unit))
    buffer = BytesIO()
    writer.write_table(pa.table(arrays, schema=pa.schema(fields)), buffer, **product.how.get("parquet", {}))
    return buffer.getvalue()


def hdf5(product: Product) -> bytes:
    import h5py  # noqa: PLC0415 (a tenth of a second, for one format)

    buffer = BytesIO()
    with h5py.File(buffer, "w") as file:
        file.attrs.update(product.cards)
        for part in product.parts:
            data, units = _table(part) if isinstance(part, Table) else _image(part, product.how)
            dataset = file.create_dataset(part.name, data=data, **product.how.get("hdf5", {}))
            dataset.attrs.update({k: v for k, v in (units | dict(part.cards)).items() if v})
    return buffer.getvalue()


def asdf(product: Product) -> bytes:
    import asdf as library  # noqa: PLC0415 (a quarter of a second, for one format)

    order, how = product.how.get("order", "="), product.how.get("asdf", {})
    tree: dict[str, Any] = {"meta": dict(product.cards)}
    for part in product.parts:
        data = _table(part)[0] if isinstance(part, Table) else part.data
        tree[part.name] = data if data.dtype.names else data.astype(data.dtype.newbyteorder(order))
    buffer = BytesIO()
    library.AsdfFile(tree).write_to(buffer, **how)
    return buffer.getvalue()


def _image(part: Image, how: Mapping[str, Any]) -> tuple[Any, dict[str, str]]:
    order = how.get("order", "=")
    return part.data.astype(part.data.dtype.newbyteorder(order)), {"units": part.unit}


def _table(part: Table) -> tuple[Any, dict[str, str]]:
    """A compound dataset, as PyTables and pandas write it."""
    columns = {n: np.char.encode(c.values) if c.values.dtype.kind == "U" else c.values for n, c in part.columns.items()}
    data = np.empty(part.rows, dtype=[(n, v.dtype, v.shape[1:]) for n, v in columns.items()])
    for name, values in columns.items():
        data[name] = values
    return data, {f"FIELD_{n}_UNITS": c.unit for n, c in enumerate(part.columns.values())}


CONTAINERS: Mapping[str, Callable[[Product], bytes]] = {"parquet": parquet, "hdf5": hdf5, "asdf": asdf}
