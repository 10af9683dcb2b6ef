"""A table as the bytes of ECSV or CSV; and a product in any of the formats by its name."""

import csv
from collections.abc import Callable, Mapping
from functools import cache, partial
from io import StringIO
from typing import Any

from tests.defects.products import Column, Product, Table
from tests.defects.writing_containers import CONTAINERS
from tests.defects.writing_fits import FITS
from tests.defects.writing_votable import votable


def ecsv(product: Product) -> bytes:
    table, delimiter = product.table, product.how.get("delimiter", " ")
    lines = ["%ECSV 1.0", "---", *([f"delimiter: '{delimiter}'"] if delimiter != " " else []), "datatype:"]
    for name, column in table.columns.items():
        kind = "string" if column.values.dtype.kind == "U" else column.values.dtype.name
        unit = f", unit: {column.unit}" if column.unit else ""
        lines.append(f"- {{name: {name}{unit}, datatype: {kind}}}")
    lines += ["schema: astropy-2.0"]
    return "".join(f"# {line}\n" for line in lines).encode() + _rows(table, product.how, delimiter)


def csv_file(product: Product) -> bytes:
    return _rows(product.table, product.how, product.how.get("delimiter", ","))


def _rows(table: Table, how: Mapping[str, Any], delimiter: str) -> bytes:
    text = StringIO()
    ends, quoting = how.get("ends", "\n"), csv.QUOTE_ALL if how.get("quoted") else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ends, quoting=quoting)
    writer.writerow(table.columns)
    writer.writerows(zip(*(_cells(c, how) for c in table.columns.values()), strict=True))
    return text.getvalue().encode()


def _cells(column: Column, how: Mapping[str, Any]) -> list[Any]:
    form = how.get("number", repr)
    cells = [form(v) if isinstance(v, float) else v for v in column.values.tolist()]
    missing = column.mask if column.mask is not None else [False] * len(cells)
    return ["" if m else c for m, c in zip(missing, cells, strict=True)]


WRITERS: Mapping[str, Callable[[Product], bytes]] = {
    **FITS,
    **CONTAINERS,
    "ecsv": ecsv,
    "csv": csv_file,
    "votable": partial(votable, serialisation="TABLEDATA"),
    "votable-binary": partial(votable, serialisation="BINARY"),
    "votable-binary2": partial(votable, serialisation="BINARY2"),
}


@cache
def untouched(base: Callable[[], Product], form: str) -> bytes:
    """A base as it is, written once."""
    return WRITERS[form](base())
