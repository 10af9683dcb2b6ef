"""VOTables as documents: all serialisations by our own hand, each table a part."""

import os
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from adp.comparison.formats import fits
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.memory import Memory, joined
from adp.comparison.formats.text_lines import cost
from adp.comparison.formats.unpacking import anonymous
from adp.comparison.formats.votable_binary import columns
from adp.comparison.formats.votable_fields import VoField
from adp.comparison.formats.votable_walk import VoTable, Walk, walked
from adp.comparison.model import Document, Part, Problem, Values

PIECE = 1 << 20


def read(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    """Raises Unreadable. References to other files are refused, and so are entities."""
    try:
        size = os.fstat(descriptor).st_size
        if size > limits.text:
            raise Unreadable(f"{size} bytes; VOTables are read up to {limits.text}")
        walk = walked(_pieces(descriptor), limits)
    finally:
        os.close(descriptor)
    if not walk.tables:
        raise Unreadable("the VOTable holds no table")
    closing = ExitStack()
    parts: list[Part] = []
    for table in walk.tables:
        if table.serialisation == "FITS":
            inner = _fits(path, table, limits)
            closing.callback(inner.close)
            parts.append(_first(inner, len(parts)))
        else:
            parts.append(_part(len(parts), table, walk))
    problems = [p for table, part in zip(walk.tables, parts, strict=True) for p in _counted(table, part)]
    return Document(path, "votable", tuple(parts), tuple(problems), walk.meta, closing.close)


def _counted(table: VoTable, part: Part) -> Iterator[Problem]:
    if table.nrows and table.nrows != str(part.rows):
        yield Problem("FORMAT", f"nrows says {table.nrows[:20]}, the table has {part.rows} rows")


def _pieces(descriptor: int) -> Iterator[bytes]:
    offset = 0
    while piece := os.pread(descriptor, PIECE, offset):
        offset += len(piece)
        yield piece


def _part(index: int, table: VoTable, walk: Walk) -> Part:
    names = [f.name for f in table.fields]
    if len(set(names)) < len(names):
        raise Unreadable(f"two fields are called {next(n for n in names if names.count(n) > 1)!r}")
    chunks = table.chunks
    if table.serialisation in {"BINARY", "BINARY2"}:
        raw = _unpacked(table, walk.limits)
        flags = table.serialisation == "BINARY2"
        chunks = [columns(table.fields, raw, flags=flags, limits=walk.limits)] if raw else []
        walk.spend(sum(cost(values) for chunk in chunks for values in chunk))
    whole = [_column([chunk[i] for chunk in chunks], f) for i, f in enumerate(table.fields)]
    fields = {f.name: f.field for f in table.fields}
    rows = _rows(whole[0], table.fields[0].field.per_row) if whole else 0
    source = Memory(dict(zip(names, whole, strict=True)), fields)
    return Part("table", index, source, fields=tuple(fields.values()), rows=rows)


def _rows(values: Values, per_row: int) -> int:
    return len(values.data) // max(per_row, 1) if values.lengths is None else len(values.lengths)


def _column(chunks: list[Values], field: VoField) -> Values:
    found = joined(chunks, field.dtype)
    return found._replace(lengths=np.zeros(0, np.int64)) if not chunks and field.field.ragged else found


def _unpacked(table: VoTable, limits: ReadLimits) -> bytes | bytearray:
    """The bytes of a stream, which may be packed by gzip before it is written in base64."""
    if table.encoding != "gzip":
        return table.stream
    unpacker = zlib.decompressobj(31)
    most = min(limits.packed, PIECE + limits.unpack_ratio * len(table.stream))
    try:
        raw = unpacker.decompress(table.stream, most)
    except zlib.error as error:
        raise Unreadable(f"its packed stream is broken: {error}") from error
    if not unpacker.eof:
        raise Unreadable(f"its packed stream ends early, or unpacks to more than {most} bytes")
    return raw


def _fits(path: Path, table: VoTable, limits: ReadLimits) -> Document:
    """The FITS file inside a VOTable."""
    raw = _unpacked(table, limits)
    return fits.read(path, anonymous(iter([bytes(raw)])), limits)


def _first(document: Document, index: int) -> Part:
    """The table of an embedded FITS file; its HDU's name does not count here."""
    found = next(iter(document.tables), None)
    if found is None:
        document.close()
        raise Unreadable("the FITS file inside it holds no table")
    return Part("table", index, found.source, fields=found.fields, rows=found.rows)
