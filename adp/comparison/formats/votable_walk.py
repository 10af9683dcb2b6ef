"""One pass of expat over a VOTable: tables, their fields, rows of text or bytes of a stream; nothing reaches out."""

import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from xml.parsers import expat

from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.text_lines import cost
from adp.comparison.formats.votable_fields import VoField, from_text
from adp.comparison.model import Values

FRAMES = frozenset({"COOSYS", "TIMESYS"})
BATCH = 1 << 14  # rows whose cells are kept as text
TEXTUAL = frozenset({"TD", "DESCRIPTION", "STREAM"})
SERIALISATIONS = frozenset({"TABLEDATA", "BINARY", "BINARY2", "FITS"})


@dataclass
class VoTable:
    """What one TABLE element holds; `stream` are the bytes of BINARY, BINARY2 and FITS."""

    name: str
    nrows: str = ""
    fields: list[VoField] = field(default_factory=list)
    serialisation: str = ""
    encoding: str = ""
    rows: int = 0
    chunks: list[list[Values]] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    stream: bytearray = field(default_factory=bytearray)


@dataclass
class Walk:
    """The handlers, and what they have found so far: tables, and metadata (PARAM, INFO, frames)."""

    limits: ReadLimits
    tables: list[VoTable] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    root: str = ""
    text: list[str] | None = None
    row: list[str] = field(default_factory=list)
    spent: int = 0

    def doctype(self, *_: Any) -> None:
        raise Unreadable("has a DOCTYPE; entities are not read")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self.root = self.root or name
        self.path.append(name)
        if len(self.path) > self.limits.depth:
            raise Unreadable(f"is nested deeper than {self.limits.depth} elements")
        self.text = [] if name in TEXTUAL else self.text
        if name == "TR":
            self.row = []
        elif name == "TABLE":
            self._table(attributes)
        elif self.tables and "TABLE" in self.path:
            self._inside(name, attributes)
        if name in {"PARAM", "INFO"} and "name" in attributes:
            self.meta[attributes["name"]] = attributes.get("value", "")
        elif name in FRAMES:
            told = {k: v for k, v in attributes.items() if k != "ID"}
            self.meta |= {f"{name}.{attributes.get('ID', '')}.{key}": value for key, value in told.items()}

    def _table(self, attributes: dict[str, str]) -> None:
        if len(self.tables) >= self.limits.hdus:
            raise Unreadable(f"holds more than {self.limits.hdus} tables")
        self.tables.append(VoTable(attributes.get("name", ""), attributes.get("nrows", "").strip()))

    def _inside(self, name: str, attributes: dict[str, str]) -> None:
        table = self.tables[-1]
        if name == "FIELD":
            table.fields.append(VoField.of(attributes, self.limits))
            table.cells.append([])
            if len(table.fields) > self.limits.columns:
                raise Unreadable(f"has more than {self.limits.columns} fields")
        elif name == "VALUES" and attributes.get("null") and self.path[-2] == "FIELD":
            table.fields[-1] = replace(table.fields[-1], null=attributes["null"].strip())
        elif name in SERIALISATIONS:
            table.serialisation = name
        elif name == "STREAM":
            if "href" in attributes:
                raise Unreadable("its data lie in another file, which is not read")
            table.encoding = attributes.get("encoding", "none")

    def said(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)
            if self.path[-1] == "STREAM" and len(self.text) > BATCH:
                self._streamed(last=False)

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "TD":
            self.row.append("".join(self.text or ()))
        elif name == "TR":
            self._row()
        elif name == "TABLE" and self.tables:
            self._flush()
        elif name == "STREAM" and self.tables:
            self._streamed(last=True)
        elif name == "DESCRIPTION":
            self._described("".join(self.text or ()).strip())
        self.text = None if name in TEXTUAL else self.text
        self.path.pop()

    def _row(self) -> None:
        table = self.tables[-1] if self.tables else VoTable("")
        if len(self.row) != len(table.fields):
            raise Unreadable(f"row {table.rows + 1} has {len(self.row)} cells for {len(table.fields)} fields")
        for cells, cell in zip(table.cells, self.row, strict=True):
            cells.append(cell)
        table.rows += 1
        if table.rows % BATCH == 0:
            self._flush()

    def _flush(self) -> None:
        """Turns the rows kept as text into values."""
        table = self.tables[-1]
        if not table.cells or not table.cells[0]:
            return
        first = table.rows - len(table.cells[0])
        found = [from_text(f, cells, first) for f, cells in zip(table.fields, table.cells, strict=True)]
        self.spend(sum(cost(values) for values in found))
        table.chunks.append(found)
        table.cells = [[] for _ in table.fields]

    def spend(self, size: int) -> None:
        self.spent += size
        if self.spent > self.limits.whole:
            raise Unreadable(f"needs more than {self.limits.whole} bytes of memory; VOTables are read whole")

    def _streamed(self, *, last: bool) -> None:
        """Base64 in whole groups of four; what is left waits for more."""
        table = self.tables[-1]
        text = "".join("".join(self.text or ()).split())
        whole = len(text) if last else len(text) // 4 * 4
        self.text = [text[whole:]]
        if text[:whole] and table.encoding not in {"base64", "gzip"}:
            raise Unreadable(f"its stream is written as '{table.encoding[:20]}', not in base64")
        try:
            table.stream += binascii.a2b_base64(text[:whole], strict_mode=True)
        except (binascii.Error, ValueError) as error:
            raise Unreadable(f"its stream is no base64: {error}") from error

    def _described(self, text: str) -> None:
        if self.tables and len(self.path) > 1 and self.path[-2] == "FIELD":
            table = self.tables[-1]
            table.fields[-1] = replace(table.fields[-1], description=text)


def walked(pieces: Iterator[bytes], limits: ReadLimits) -> Walk:
    """Everything the document holds. Raises Unreadable."""
    walk = Walk(limits)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.said
    parser.StartDoctypeDeclHandler = walk.doctype
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Unreadable(f"is not well-formed XML: {error}", line=error.lineno) from error
    if walk.root != "VOTABLE":
        raise Unreadable(f"is XML whose root is '{walk.root[:40]}', not a VOTable")
    return walk
