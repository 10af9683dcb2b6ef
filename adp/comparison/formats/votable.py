"""VOTables through astropy, after a look at the XML that refuses whatever could reach out or blow up."""

import base64
import math
import os
import re
import warnings
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np

from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.model import Array, Document, Field, Memory, Part, Values

WIDTHS = {
    "boolean": 1, "bit": 1, "unsignedByte": 1, "short": 2, "int": 4, "long": 8, "char": 1, "unicodeChar": 4,
    "float": 4, "double": 8, "floatComplex": 8, "doubleComplex": 16,
}  # fmt: skip
STAR = 8  # what a variable-length cell is counted with: a reference; its content is in the file, which is capped
SIZE = re.compile(r"\d{1,12}")


def read(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    size = os.fstat(descriptor).st_size
    with os.fdopen(descriptor, "rb") as file:
        if size > limits.text:
            raise Unreadable(f"{size} bytes; VOTables are read up to {limits.text}")
        raw = file.read(size)  # not more: read() makes room for what it is asked for
    look = _Look(limits, size)
    look.at(raw)
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


@dataclass
class _Look:
    """One pass of expat over the document, before astropy allocates anything."""

    limits: ReadLimits
    size: int
    meta: dict[str, Any] = field(default_factory=dict)
    depth: int = 0
    width: int = 0
    declared: int = 0
    rows: int = 0
    fields: int = 0

    def at(self, raw: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.StartDoctypeDeclHandler = self.doctype
        try:
            parser.Parse(raw, True)
        except expat.ExpatError as error:
            raise Unreadable(f"is not well-formed XML: {error}", line=error.lineno) from error

    def doctype(self, *_: Any) -> None:
        raise Unreadable("has a DOCTYPE; entities are not read")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self.depth += 1
        if self.depth > self.limits.depth:
            raise Unreadable(f"is nested deeper than {self.limits.depth} elements")
        if name == "FITS" or (name == "STREAM" and ("href" in attributes or "gzip" in attributes.get("encoding", ""))):
            raise Unreadable("its data lie in another file or a packed stream, which are not read")
        if name == "TABLE":
            self.width, self.rows, self.fields = 0, 0, 0
            self.declared = _size(attributes.get("nrows", "0"), self.size)
        elif name == "FIELD":
            self.fields += 1
            self.width += _width(attributes, self.limits.text)
        elif name == "TR":
            self.rows += 1
        elif name in {"PARAM", "INFO"} and "name" in attributes:
            self.meta[attributes["name"]] = attributes.get("value", "")

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag.rpartition(":")[2] == "TABLE":
            rows = max(self.rows, self.declared)
            if rows * self.width > 2 * self.limits.text or self.fields > self.limits.columns:
                raise Unreadable(f"declares {rows} rows of {self.width} bytes in {self.fields} fields")


def _size(text: str, most: int) -> int:
    if not SIZE.fullmatch(text.strip()) or int(text) > most:
        raise Unreadable(f"nrows = '{text[:20]}' is not possible in a file of {most} bytes")
    return int(text)


def _width(attributes: dict[str, str], most: int) -> int:
    item = WIDTHS.get(attributes.get("datatype", "char"), STAR)
    shape = attributes.get("arraysize", "1").split("x")
    if "*" in shape[-1]:
        shape = shape[:-1] or ["1"]
        item = max(item, STAR)
    sizes = [int(s) if SIZE.fullmatch(s.strip()) else 1 for s in shape]
    if math.prod(sizes) * item > most:
        raise Unreadable(f"field {attributes.get('name', '?')} declares {math.prod(sizes)} elements in each row")
    return math.prod(sizes) * item


def _part(index: int, table: Any) -> Part:
    fields, values = [], {}
    for column in table.fields:
        array = table.array[column.ID]
        made = _field(column, array)
        if made.name in values:
            raise Unreadable(f"two fields are called {made.name!r}")
        fields.append(made)
        values[made.name] = _values(array, made)
    return Part("table", index, Memory(values, {f.name: f.per_row for f in fields}), fields=tuple(fields),
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
