"""Documents and values as bytes, from a reader in a process of its own to the comparer: JSON and arrays, no pickle."""

import json
import os
import select
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from adp.comparison.formats.limits import Unreadable
from adp.comparison.formats.strings import fixed
from adp.comparison.model import Array, Card, Document, Field, Part, Problem, Source, Values

HEAD = struct.Struct(">QQ")
MOST = 1 << 28  # bytes of one description: file names, columns, cards
Message = tuple[dict[str, Any], bytes]


def send(descriptor: int, head: Mapping[str, Any], *arrays: Array) -> None:
    """One message. Raises BrokenPipeError when nobody listens."""
    text = json.dumps(head).encode()
    bodies = [np.ascontiguousarray(a).view(np.uint8).data for a in arrays if a.nbytes]
    pieces: list[Any] = [HEAD.pack(len(text), sum(len(b) for b in bodies)), text, *bodies]
    for piece in pieces:
        view = memoryview(piece)
        while view:
            view = view[os.write(descriptor, view) :]


def receive(descriptor: int, seconds: float | None = None) -> Message | None:
    """The next message; None when the other side is gone, or silent for longer than `seconds`."""
    start = _exactly(descriptor, HEAD.size, seconds)
    if start is None:
        return None
    sizes = HEAD.unpack(start)
    if sizes[0] > MOST:
        return None
    head, body = (_exactly(descriptor, size, seconds) for size in sizes)
    return None if head is None or body is None else (json.loads(head), body)


def _exactly(descriptor: int, size: int, seconds: float | None) -> bytes | None:
    found = bytearray(size)
    view = memoryview(found)
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    while view:
        if not waiting.poll(None if seconds is None else seconds * 1000):
            return None
        got = os.readv(descriptor, [view])
        if not got:
            return None
        view = view[got:]
    return bytes(found)


def described(document: Document) -> dict[str, Any]:
    """Everything of a document but its values."""
    return {
        "format": document.format,
        "meta": document.meta,
        "problems": [list(p) for p in document.problems],
        "parts": [_part(p) for p in document.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "kind": part.kind,
        "index": part.index,
        "name": part.name,
        "version": part.version,
        "rows": part.rows,
        "shape": part.shape,
        "fields": [asdict(f) | {"dtype": f.dtype.str} for f in part.fields],
        "cards": [(c.key, _packed(c.value)) for c in part.cards],
    }


def document(path: Path, raw: Mapping[str, Any], sources: Sequence[Source]) -> Document:
    """The document that `described` told of, with these sources of its parts' values."""
    parts = tuple(
        Part(
            **{key: each[key] for key in ("kind", "index", "name", "version", "rows")},
            source=source,
            shape=tuple(each["shape"]),
            fields=tuple(_field(f) for f in each["fields"]),
            cards=tuple(Card(key, _unpacked(value)) for key, value in each["cards"]),
        )
        for each, source in zip(raw["parts"], sources, strict=True)
    )
    return Document(path, raw["format"], parts, tuple(Problem(*p) for p in raw["problems"]), raw["meta"])


def _field(raw: Mapping[str, Any]) -> Field:
    return Field(**{**raw, "dtype": np.dtype(raw["dtype"]), "cell": tuple(raw["cell"])})


def _packed(value: Any) -> Any:
    return {"complex": [value.real, value.imag]} if isinstance(value, complex) else value


def _unpacked(value: Any) -> Any:
    return complex(*value["complex"]) if isinstance(value, dict) else value


def send_values(descriptor: int, values: Values) -> None:
    data = fixed(values.data)
    arrays = [a for a in (data, values.mask, values.lengths) if a is not None]
    head = {
        "dtype": data.dtype.str,
        "count": len(data),
        "mask": values.mask is not None,
        "lengths": None if values.lengths is None else len(values.lengths),
    }
    send(descriptor, head, *arrays)


def values(head: Mapping[str, Any], body: bytes) -> Values:
    """What `send_values` sent. Raises Unreadable when the sizes do not add up."""
    dtype, count = np.dtype(head["dtype"]), int(head["count"])
    at = count * dtype.itemsize
    masked, rows = count if head["mask"] else 0, head["lengths"]
    if dtype.hasobject or len(body) != at + masked + 8 * (rows or 0):
        raise Unreadable("its reader sent values of another size")
    data = np.frombuffer(body, dtype, count)
    mask = np.frombuffer(body, np.bool_, count, at) if head["mask"] else None
    lengths = None if rows is None else np.frombuffer(body, np.int64, rows, at + masked)
    return Values(data, mask, lengths)
