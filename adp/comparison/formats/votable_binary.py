"""The BINARY and BINARY2 serialisations of a VOTable (recommendation 1.5, section 5): bytes as columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.votable_fields import TYPES, VoField, from_text
from adp.comparison.model import Array, Values

Raw = bytes | bytearray
COUNT = 4  # bytes that say how many elements follow


def columns(fields: Sequence[VoField], raw: Raw, *, flags: bool, limits: ReadLimits) -> list[Values]:
    """Every column of the rows in `raw`; `flags`: each row begins with a bit for every missing cell (BINARY2).
    Raises Unreadable where the bytes end inside a row."""
    marks = -(-len(fields) // 8) if flags else 0
    widths = [_width(f) for f in fields]
    if all(w is not None for w in widths):
        return _even(fields, [w or 0 for w in widths], marks, raw)
    return _uneven(fields, widths, marks, raw)


def _width(field: VoField) -> int | None:
    """Bytes of a cell; None where each says its own number."""
    if field.varies or (field.is_text and not field.width):
        return None
    if field.datatype == "bit":
        return -(-field.count // 8)
    return field.count * (
        field.width * (2 if field.datatype == "unicodeChar" else 1) if field.is_text else _item(field)
    )


def _item(field: VoField) -> int:
    return {"char": 1, "unicodeChar": 2, "boolean": 1}.get(field.datatype) or np.dtype(TYPES[field.datatype]).itemsize


def _even(fields: Sequence[VoField], widths: Sequence[int], marks: int, raw: Raw) -> list[Values]:
    row = marks + sum(widths)
    if row == 0 or len(raw) % row:
        raise Unreadable(f"{len(raw)} bytes are no whole number of rows of {row}")
    block = np.frombuffer(raw, np.uint8).reshape(-1, row)
    absent = np.unpackbits(block[:, :marks], axis=1, count=len(fields)).astype(np.bool_) if marks else None
    found, at = [], marks
    for number, (field, width) in enumerate(zip(fields, widths, strict=True)):
        cells = np.ascontiguousarray(block[:, at : at + width])
        found.append(_decoded(field, cells, None if absent is None else absent[:, number]))
        at += width
    return found


def _uneven(fields: Sequence[VoField], widths: Sequence[int | None], marks: int, raw: Raw) -> list[Values]:
    """Row by row, for every cell may have a length of its own."""
    cells: list[list[Raw]] = [[] for _ in fields]
    absent: list[Raw] = []
    at = 0
    while at < len(raw):
        absent.append(raw[at : at + marks])
        at += marks
        for column, field, width in zip(cells, fields, widths, strict=True):
            size = width
            if size is None:
                size, at = int.from_bytes(raw[at : at + COUNT], "big") * _unit(field), at + COUNT
                size = -(-size // 8) if field.datatype == "bit" else size
            if at + size > len(raw):
                raise Unreadable(f"row {len(absent)} ends inside column {field.name}")
            column.append(raw[at : at + size])
            at += size
    missing = np.unpackbits(
        np.frombuffer(b"".join(absent), np.uint8).reshape(len(absent), marks), axis=1, count=len(fields)
    ).astype(np.bool_) if marks else None  # fmt: skip
    return [
        _listed(field, column, width, None if missing is None else missing[:, i])
        for i, (field, column, width) in enumerate(zip(fields, cells, widths, strict=True))
    ]


def _unit(field: VoField) -> int:
    """What a stated count counts, in bytes (bits for bits): elements, or strings of a fixed width."""
    return max(field.width, 1) * _item(field) if field.is_text else 1 if field.datatype == "bit" else _item(field)


def _listed(field: VoField, cells: Sequence[Raw], width: int | None, missing: Array | None) -> Values:
    if field.is_text:
        return _texts(field, cells)
    if width is not None:
        block = np.frombuffer(b"".join(cells), np.uint8).reshape(len(cells), width)
        return _decoded(field, block, missing)
    flat = np.frombuffer(b"".join(cells), np.uint8)
    lengths = np.array([len(c) for c in cells], np.int64)
    if field.datatype == "bit":  # no cell says how many of its last bits count
        return Values(np.unpackbits(flat).astype(np.bool_), None, lengths * 8)
    values = _numbers(field, flat)
    return Values(values.data, values.mask, lengths // _item(field))


def _decoded(field: VoField, cells: Array, missing: Array | None) -> Values:
    """Cells of one width, as rows of bytes."""
    if field.is_text:
        return _texts(field, [row.tobytes() for row in cells])
    if field.datatype == "bit":
        bits = np.unpackbits(cells, axis=1, count=field.count).reshape(-1)
        found = Values(bits.astype(np.bool_))
    else:
        found = _numbers(field, cells.reshape(-1))
    if missing is None or not missing.any():
        return found
    whole = np.repeat(missing, field.count)
    if found.data.dtype.kind in "fc":  # a missing float is NaN, here as elsewhere
        return Values(np.where(whole, found.data.dtype.type(np.nan), found.data))
    return Values(found.data, whole if found.mask is None else found.mask | whole)


def _numbers(field: VoField, flat: Array) -> Values:
    if field.datatype == "boolean":
        null = np.isin(flat, np.frombuffer(b"\0? ", np.uint8))
        truth = np.isin(flat, np.frombuffer(b"Tt1", np.uint8))
        if not (null | truth | np.isin(flat, np.frombuffer(b"Ff0", np.uint8))).all():
            raise Unreadable(f"column {field.name} holds bytes that are no truth values")
        return Values(truth, null if null.any() else None)
    data = flat.view(np.dtype(TYPES[field.datatype]).newbyteorder(">"))
    null = _null(field)
    return Values(data, None if null is None else data == null)


def _null(field: VoField) -> Any:
    if field.null is None or field.dtype.kind not in "iu":
        return None
    return from_text(field, [" ".join([field.null] * max(field.count, 1))], 0).data[0]


def _texts(field: VoField, cells: Sequence[Raw]) -> Values:
    code = "utf-16-be" if field.datatype == "unicodeChar" else "utf-8"
    texts = [
        c.decode(code, "replace").partition("\0")[0] if not field.sizes else c.decode(code, "replace") for c in cells
    ]
    return from_text(field, texts, 0)
