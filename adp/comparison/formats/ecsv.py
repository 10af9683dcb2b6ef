"""ECSV tables (astropy APE 6, ECSV 1.0): declared types, arrays and objects in cells, masks, columns in pieces."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from adp.comparison.formats import yaml_header
from adp.comparison.formats.ecsv_cells import Kind, kind_of
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.memory import Memory
from adp.comparison.formats.text_lines import Gathered, Lines, batches, checked, rows
from adp.comparison.model import Card, Document, Field, Part, Values

SERIALIZED = "__serialized_columns__"
MASKED = "astropy.table.column.MaskedColumn"
# What a table in memory called its columns: their values, units and masks are told by the columns themselves.
PLAIN = frozenset(
    {
        "astropy.units.quantity.Quantity",
        "astropy.table.column.Column",
        MASKED,
        "astropy.utils.masked.core.MaskedQuantity",
    }
)
DEEPEST = 16


def read(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    """The one table; what astropy says of columns kept in pieces (times, coordinates) as cards. Raises Unreadable."""
    try:
        lines = Lines(descriptor, limits)
        declared, data = _header(lines, limits)
        delimiter = declared.get("delimiter", " ")
        if delimiter not in {" ", ","}:
            raise Unreadable(f"the delimiter {delimiter!r} is neither a blank nor a comma")
        found = rows((line for line in data if line.strip()), delimiter, limits)
        names = checked(next(found, []), limits)
        kinds = _kinds(declared, names, limits)
        gathered = Gathered(len(names), limits)
        for start, cells in batches(found, len(names)):
            for i, kind in enumerate(kinds):
                gathered.add(i, kind.values(cells[i], start))
    finally:
        os.close(descriptor)
    values = {k.field.name: gathered.column(i, k.field.dtype) for i, k in enumerate(kinds)}
    fields = {k.field.name: k.field for k in kinds}
    count = _count(kinds[0].field, values[names[0]])
    meta = yaml_header.mapping(declared.get("meta"))
    told = yaml_header.mapping(meta.get(SERIALIZED))
    _mask(values, fields, told)
    cards = tuple(Card(key, value) for key, value in _told("", told))
    part = Part("table", 0, Memory(values, fields), fields=tuple(fields.values()), rows=count, cards=cards)
    return Document(path, "ecsv", (part,), meta=meta)


def _header(lines: Lines, limits: ReadLimits) -> tuple[Mapping[str, Any], Iterator[str]]:
    """What the YAML declares, and the lines from the names on."""
    header: list[str] = []
    size = 0
    all_lines = iter(lines)
    for line in all_lines:
        if not line.startswith("#"):
            return yaml_header.columns("".join(header[1:]), limits), _after(line, all_lines)
        header.append(line[2:] if line.startswith("# ") else line[1:])
        size += len(line)
        if size > limits.header:
            raise Unreadable(f"its header is longer than {limits.header} bytes")
    return yaml_header.columns("".join(header[1:]), limits), iter(())


def _after(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _kinds(declared: Mapping[str, Any], names: Sequence[str], limits: ReadLimits) -> list[Kind]:
    stated = [k for k in declared["datatype"] if isinstance(k, Mapping)]
    if [str(k.get("name")) for k in stated] != list(names):
        raise Unreadable("the header line and the YAML list 'datatype' name different columns")
    return [kind_of(k, limits) for k in stated]


def _count(field: Field, values: Values) -> int:
    return len(values.data) // max(field.per_row, 1) if values.lengths is None else len(values.lengths)


def _mask(values: dict[str, Values], fields: dict[str, Field], told: Mapping[str, Any]) -> None:
    """Joins a column with the one that astropy keeps its mask in."""
    for about in told.values():
        if not isinstance(about, Mapping) or about.get("__class__") != MASKED:
            continue
        data, mask = (_named(about.get(key)) for key in ("data", "mask"))
        whole = data in values and mask in values and len(values[data].data) == len(values[mask].data)
        if whole and values[mask].data.dtype.kind == "b":
            missing = values.pop(mask).data
            fields.pop(mask)
            own = values[data].mask
            values[data] = values[data]._replace(mask=missing if own is None else own | missing)


def _named(about: Any) -> str:
    return str(about.get("name")) if isinstance(about, Mapping) else ""


def _told(prefix: str, about: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Scalars of what is said of columns in pieces: class, scale, format, frame. Their units stand with the columns."""
    if depth > DEEPEST or str(about.get("__class__")) in PLAIN:
        return
    for key, value in about.items():
        if key == "unit":
            continue
        path = f"{prefix}.{key}" if prefix else str(key)
        if isinstance(value, Mapping):
            yield from _told(path, value, depth + 1)
        elif value is None or isinstance(value, bool | int | float | str):
            yield path, value
        else:
            yield path, repr(value)[:200]
