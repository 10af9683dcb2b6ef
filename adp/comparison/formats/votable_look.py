"""One pass of expat over a VOTable before anything is allocated: refuses what reaches out or blows up."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from adp.comparison.formats.limits import ReadLimits, Unreadable

WIDTHS = {
    "boolean": 1, "bit": 1, "unsignedByte": 1, "short": 2, "int": 4, "long": 8, "char": 1, "unicodeChar": 4,
    "float": 4, "double": 8, "floatComplex": 8, "doubleComplex": 16,
}  # fmt: skip
STAR = 8  # what a variable-length cell is counted with: a reference; its content is in the file, which is capped
SIZE = re.compile(r"\d{1,12}")
FRAMES = frozenset({"COOSYS", "TIMESYS"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a FIELD says of itself."""

    name: str
    unit: str = ""
    ucd: str = ""
    description: str = ""


@dataclass
class Look:
    """What was seen: metadata (PARAM, INFO, frames), fields with their meaning, in order over all tables."""

    limits: ReadLimits
    size: int
    meta: dict[str, Any] = field(default_factory=dict)
    fields: list[Meaning] = field(default_factory=list)
    depth: int = 0
    width: int = 0
    declared: int = 0
    rows: int = 0
    first: int = 0
    text: list[str] | None = None

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
            self.width, self.rows, self.first = 0, 0, len(self.fields)
            self.declared = _size(attributes.get("nrows", "0"), self.size)
        elif name == "FIELD":
            self._field(attributes)
        elif name == "TR":
            self.rows += 1
        else:
            self._other(name, attributes)

    def _field(self, attributes: Mapping[str, str]) -> None:
        self.width += _width(attributes, self.limits.text)
        name = attributes.get("name") or attributes.get("ID", "")
        self.fields.append(Meaning(name, attributes.get("unit", ""), attributes.get("ucd", "")))

    def _other(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in {"PARAM", "INFO"} and "name" in attributes:
            self.meta[attributes["name"]] = attributes.get("value", "")
        elif name in FRAMES:
            told = {k: v for k, v in attributes.items() if k != "ID"}
            self.meta |= {f"{name}.{attributes.get('ID', '')}.{key}": value for key, value in told.items()}
        elif name == "DESCRIPTION" and self.fields:
            self.text = []

    def said(self, text: str) -> None:
        if self.text is not None and sum(map(len, self.text)) < self.limits.header:
            self.text.append(text)

    def end(self, tag: str) -> None:
        self.depth -= 1
        name = tag.rpartition(":")[2]
        if name == "TABLE":
            rows, fields = max(self.rows, self.declared), len(self.fields) - self.first
            if rows * self.width > 2 * self.limits.text or fields > self.limits.columns:
                raise Unreadable(f"declares {rows} rows of {self.width} bytes in {fields} fields")
        elif name == "DESCRIPTION" and self.text is not None:
            last = self.fields[-1]
            self.fields[-1] = Meaning(last.name, last.unit, last.ucd, "".join(self.text).strip())
            self.text = None


def looked_at(raw: bytes, limits: ReadLimits) -> Look:
    """What the document declares. Raises Unreadable."""
    look = Look(limits, len(raw))
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = look.start
    parser.EndElementHandler = look.end
    parser.CharacterDataHandler = look.said
    parser.StartDoctypeDeclHandler = look.doctype
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise Unreadable(f"is not well-formed XML: {error}", line=error.lineno) from error
    return look


def _size(text: str, most: int) -> int:
    if not SIZE.fullmatch(text.strip()) or int(text) > most:
        raise Unreadable(f"nrows = '{text[:20]}' is not possible in a file of {most} bytes")
    return int(text)


def _width(attributes: Mapping[str, str], most: int) -> int:
    item = WIDTHS.get(attributes.get("datatype", "char"), STAR)
    shape = attributes.get("arraysize", "1").split("x")
    if "*" in shape[-1]:
        shape = shape[:-1] or ["1"]
        item = max(item, STAR)
    sizes = [int(s) if SIZE.fullmatch(s.strip()) else 1 for s in shape]
    if math.prod(sizes) * item > most:
        raise Unreadable(f"field {attributes.get('name', '?')} declares {math.prod(sizes)} elements in each row")
    return math.prod(sizes) * item
