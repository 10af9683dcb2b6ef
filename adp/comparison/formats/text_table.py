"""Tables written as text: CSV and blank-separated columns with a header line, and ECSV (astropy APE 6)."""

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from adp.comparison.formats import yaml_header
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.memory import Memory
from adp.comparison.formats.text_columns import LEVELS, column, guess
from adp.comparison.model import Array, Document, Field, Part, Values

DELIMITERS = (",", "\t", ";", "|")
ECSV_TYPES = frozenset(
    [
        "bool",
        "string",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float16",
        "float32",
        "float64",
        "complex64",
        "complex128",
    ]
)
SUBTYPE = re.compile(r"([a-z0-9]+)\[\s*(\d{1,9}(?:\s*,\s*\d{1,9}){0,8})\s*\]")
BATCH = 1 << 16


def read_csv(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    text = _text(descriptor, limits)
    lines = (line for line in io.StringIO(text, newline="") if line.strip() and not line.startswith("#"))
    header = next(lines, "")
    delimiter = next((d for d in DELIMITERS if d in header), " ")
    names, columns = _cells(header, lines, delimiter, limits)
    fields, values = [], {}
    for name, cells in zip(names, columns, strict=True):
        level = LEVELS[0]
        for start in range(0, len(cells), BATCH):
            level = guess(cells[start : start + BATCH], level)
        data, mask = column(cells, level, name)
        fields.append(Field(name, data.dtype, soft=True))
        values[name] = Values(data, mask)
    return _document(path, "csv", fields, values)


def read_ecsv(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    text = _text(descriptor, limits)
    lines = io.StringIO(text, newline="")
    header, first = [], ""
    for line in lines:
        if not line.startswith("#"):
            first = line
            break
        header.append(line[2:] if line.startswith("# ") else line[1:])
    declared = yaml_header.columns("".join(header[1:]), limits)
    delimiter = declared.get("delimiter", " ")
    if delimiter not in {" ", ","}:
        raise Unreadable(f"the delimiter {delimiter!r} is neither a blank nor a comma")
    names, columns = _cells(first, (line for line in lines if line.strip()), delimiter, limits)
    kinds = _types(declared, names)
    fields, values = [], {}
    for name, cells, kind in zip(names, columns, kinds, strict=True):
        field, values[name] = _typed(name, cells, kind)
        fields.append(field)
    meta = declared.get("meta")
    return _document(path, "ecsv", fields, values, meta=yaml_header.mapping(meta))


def _text(descriptor: int, limits: ReadLimits) -> str:
    size = os.fstat(descriptor).st_size
    with os.fdopen(descriptor, "rb") as file:
        if size > limits.text:
            raise Unreadable(f"{size} bytes; text tables are read up to {limits.text}")
        raw = file.read(size)  # not more: read() makes room for what it is asked for
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"is not UTF-8 text (byte {error.start})") from error


def _cells(header: str, lines: Iterable[str], delimiter: str, limits: ReadLimits) -> tuple[list[str], list[list[str]]]:
    """Column names, and each column's cells as text; every row must have as many cells as there are names."""
    rows = _rows([header], delimiter, limits)
    names = next(rows, [])
    if not names or len(names) > limits.columns:
        raise Unreadable("has no header line" if not names else f"has {len(names)} columns")
    if len(set(names)) < len(names):
        raise Unreadable(f"two columns are called {next(n for n in names if names.count(n) > 1)!r}")
    columns: list[list[str]] = [[] for _ in names]
    for number, row in enumerate(_rows(lines, delimiter, limits), 1):
        if len(row) != len(names):
            raise Unreadable(f"row {number} has {len(row)} cells for {len(names)} columns")
        for cells, cell in zip(columns, row, strict=True):
            cells.append(cell)
    return names, columns


def _rows(lines: Iterable[str], delimiter: str, limits: ReadLimits) -> Iterator[list[str]]:
    csv.field_size_limit(limits.line)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter == " ", strict=True)
    try:
        for row in reader:
            cells = row[:-1] if delimiter == " " and row and not row[-1] else row
            yield cells if delimiter == " " else [c.strip() for c in cells]
    except csv.Error as error:
        raise Unreadable(f"line {reader.line_num} of the data: {error}") from error


def _types(declared: Mapping[str, Any], names: Sequence[str]) -> list[Mapping[str, Any]]:
    kinds = [k for k in declared["datatype"] if isinstance(k, Mapping)]
    if [str(k.get("name")) for k in kinds] != list(names):
        raise Unreadable("the header line and the YAML list 'datatype' name different columns")
    for kind in kinds:
        if kind.get("datatype") not in ECSV_TYPES:
            raise Unreadable(f"column {kind['name']} has the unknown type {kind.get('datatype')!r}")
    return kinds


def _typed(name: str, cells: Sequence[str], kind: Mapping[str, Any]) -> tuple[Field, Values]:
    unit, subtype = str(kind.get("unit") or "").strip(), str(kind.get("subtype") or "")
    shaped = SUBTYPE.fullmatch(subtype)
    if shaped and shaped[1] in ECSV_TYPES - {"string"}:
        base, cell = shaped[1], tuple(int(n) for n in shaped[2].split(","))
        data = np.array([_array(c, cell, base) for c in cells], dtype=base).reshape(len(cells), -1)
        return Field(name, np.dtype(base), unit, cell), Values(data.reshape(-1))
    data, mask = column(cells, str(kind["datatype"]), name)
    return Field(name, data.dtype, unit), Values(data, mask)


def _array(cell: str, shape: tuple[int, ...], base: str) -> Array:
    try:
        found = np.array(json.loads(cell), dtype=base)
    except (ValueError, TypeError, RecursionError) as error:
        raise Unreadable(f"'{cell[:40]}' is no JSON array of {base}") from error
    if found.shape != shape:
        raise Unreadable(f"'{cell[:40]}' has the shape {found.shape}, declared is {shape}")
    return found


def _document(
    path: Path, kind: str, fields: Sequence[Field], values: Mapping[str, Values], meta: Mapping[str, Any] | None = None
) -> Document:
    rows = len(values[fields[0].name].data) // max(fields[0].per_row, 1) if fields else 0
    part = Part("table", 0, Memory(values, {f.name: f for f in fields}), fields=tuple(fields), rows=rows)
    return Document(path, kind, (part,), meta=meta or {})
