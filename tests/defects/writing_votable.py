"""A table as a VOTable 1.4 in one of its serialisations, by hand: astropy 7.2's writer overruns its buffer when a row
happens to fill it, and a reader is better tested by another writer than its own."""

import base64
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from tests.defects.products import Column, Product

TYPES = {"i2": "short", "i4": "int", "i8": "long", "u1": "unsignedByte", "f4": "float", "f8": "double",
         "b1": "boolean", "c8": "floatComplex"}  # fmt: skip
HEAD = (
    '<?xml version="1.0"?>\n<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">\n<RESOURCE>\n<TABLE>\n'
)
TAIL = "</TABLE>\n</RESOURCE>\n</VOTABLE>\n"


def votable(product: Product, serialisation: str) -> bytes:
    columns = product.table.columns
    fields = "".join(_field(name, column) for name, column in columns.items())
    if serialisation == "TABLEDATA":
        rows = zip(*(_texts(c) for c in columns.values()), strict=True)
        data = "".join(f"<TR>{''.join(f'<TD>{escape(cell)}</TD>' for cell in row)}</TR>\n" for row in rows)
    else:
        coded = base64.encodebytes(_binary(list(columns.values()), serialisation == "BINARY2"))
        data = f'<STREAM encoding="base64">\n{coded.decode()}</STREAM>\n'
    return f"{HEAD}{fields}<DATA><{serialisation}>\n{data}</{serialisation}></DATA>\n{TAIL}".encode()


def _field(name: str, column: Column) -> str:
    values, shape = column.values, column.values.shape[1:]
    text = values.dtype.kind == "U"
    size = "*" if text else "x".join(map(str, reversed(shape)))
    more = f" arraysize={quoteattr(size)}" if size else ""
    more += f" unit={quoteattr(column.unit)}" if column.unit else ""
    kind = "char" if text else TYPES[values.dtype.str[1:]]
    null = f'<VALUES null="{column.null}"/>' if column.null is not None else ""
    return f"<FIELD name={quoteattr(name)} datatype={quoteattr(kind)}{more}>{null}</FIELD>\n"


def _texts(column: Column) -> list[str]:
    rows = column.values.reshape(len(column.values), -1)
    if rows.dtype.kind == "c":
        rows = np.ascontiguousarray(rows).view(f"f{rows.dtype.itemsize // 2}")
    cells = [" ".join(_text(v) for v in row) for row in rows.tolist()]
    missing = column.mask if column.mask is not None else [False] * len(cells)
    return ["" if m else cell for m, cell in zip(missing, cells, strict=True)]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "T" if value else "F"
    words = {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}
    return words.get(str(value), str(value))


def _binary(columns: list[Column], flags: bool) -> bytes:
    """Big-endian rows; BINARY2 begins each with a bit for every cell that is missing."""
    rows = []
    cells = [_packed(c) for c in columns]
    for number in range(len(columns[0].values)):
        bits = [c.mask is not None and bool(c.mask[number]) for c in columns]
        rows.append(np.packbits(bits).tobytes() if flags else b"")
        rows += [packed[number] for packed in cells]
    return b"".join(rows)


def _packed(column: Column) -> list[bytes]:
    values = column.values
    if values.dtype.kind == "U":
        coded = [v.encode() for v in values.tolist()]
        return [len(c).to_bytes(4, "big") + c for c in coded]
    if values.dtype.kind == "b":
        return [b"T" if v else b"F" for v in values.tolist()]
    rows = values.astype(values.dtype.newbyteorder(">")).reshape(len(values), -1)
    return [row.tobytes() for row in rows]
