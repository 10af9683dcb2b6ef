"""FIELD elements of a VOTable (recommendation 1.5, sections 2 and 6): their types, and cells of text as values."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.model import Array, Field, Values

TYPES = {
    "boolean": "b1", "bit": "b1", "unsignedByte": "u1", "short": "i2", "int": "i4", "long": "i8", "char": "S1",
    "unicodeChar": "U1", "float": "f4", "double": "f8", "floatComplex": "c8", "doubleComplex": "c16",
}  # fmt: skip
SIZES = re.compile(r"(?:\d{1,9}x){0,8}(?:\d{1,9}|\d{0,9}\*)")
TRUTH = {"t": True, "true": True, "1": True, "f": False, "false": False, "0": False}
NULLS = frozenset({"", "?", "\0"})
INTEGER = re.compile(r"[+-]?\d{1,40}|0[xX][0-9a-fA-F]{1,16}")
WORDS = {"inf": "inf", "+inf": "inf", "-inf": "-inf", "nan": "nan"}


@dataclass(frozen=True)
class VoField:
    """`sizes`: the fixed lengths of arraysize, slowest first; `varies`: its last one may be any. For text the length of
    a string is not among them. `width`: characters of a string of fixed length, 0 where it varies."""

    name: str
    datatype: str
    sizes: tuple[int, ...] = ()
    varies: bool = False
    width: int = 0
    null: str | None = None
    unit: str = ""
    ucd: str = ""
    description: str = ""

    @classmethod
    def of(cls, attributes: Mapping[str, str], limits: ReadLimits) -> "VoField":
        """Raises Unreadable for types and sizes that the standard does not know."""
        name, kind = attributes.get("name") or attributes.get("ID", ""), attributes.get("datatype", "char")
        stated = attributes.get("arraysize", "").strip()
        if kind not in TYPES or not (stated == "" or SIZES.fullmatch(stated)):
            raise Unreadable(f"field {name or '?'} has the type '{kind[:20]}' and the arraysize '{stated[:20]}'")
        numbers = [s for s in stated.split("x") if s]
        varies = bool(numbers) and numbers[-1].endswith("*")
        fixed = [int(n) for n in (numbers[:-1] if varies else numbers)]
        if math.prod(fixed) * np.dtype(TYPES[kind]).itemsize > limits.text:
            raise Unreadable(f"field {name} declares {math.prod(fixed)} elements in each row")
        width = 0
        if kind in {"char", "unicodeChar"}:
            width = fixed.pop(0) if fixed else 0 if varies else 1
            varies = varies and len(numbers) > 1
        sizes = tuple(reversed(fixed)) if fixed != [1] or varies else ()
        told = {key: attributes.get(key, "").strip() for key in ("unit", "ucd")}
        return cls(name, kind, sizes, varies, width, **told)

    @property
    def is_text(self) -> bool:
        return self.datatype in {"char", "unicodeChar"}

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.str_) if self.is_text else np.dtype(TYPES[self.datatype])

    @property
    def field(self) -> Field:
        """A list of strings of any number is read as one text."""
        cell = () if self.varies else self.sizes
        ragged = self.varies and not self.is_text
        found = Field(self.name, self.dtype, self.unit, cell, ragged=ragged, usual=16 if ragged else 1)
        return replace(found, ucd=self.ucd, description=self.description)

    @property
    def count(self) -> int:
        return math.prod(self.sizes)


def from_text(field: VoField, cells: Sequence[str], first: int) -> Values:
    """The values of TABLEDATA cells, the first of which stands in row `first` (from 0). Raises Unreadable."""
    if field.is_text:
        return Values(_strings(field, cells))
    convert = CONVERTERS[field.dtype.kind]
    found: list[Any] = []
    missing: list[bool] = []
    lengths = []
    for number, text in enumerate(cells):
        before = len(found)
        try:
            convert(field, text, found, missing)
        except (ValueError, OverflowError) as error:
            shown = text.strip()[:40]
            row = first + number + 1
            raise Unreadable(f"column {field.name}, row {row}: '{shown}' is no {field.datatype}") from error
        lengths.append(len(found) - before)
        if not field.varies and lengths[-1] != field.count:
            row = first + number + 1
            raise Unreadable(f"column {field.name}, row {row}: {lengths[-1]} values, declared are {field.count}")
    return made(field, found, missing, lengths)


def made(field: VoField, found: list[Any], missing: list[bool], lengths: list[int]) -> Values:
    try:
        data = np.array(found, field.dtype) if found else np.zeros(0, field.dtype)
    except OverflowError as error:
        raise Unreadable(f"column {field.name} holds numbers that are no {field.datatype}") from error
    mask = np.array(missing, np.bool_) if any(missing) else None
    return Values(data, mask, np.array(lengths, np.int64) if field.varies else None)


def _strings(field: VoField, cells: Sequence[str]) -> Array:
    if not field.sizes and not field.varies:
        whole = np.empty(len(cells), object)
        whole[:] = [c.rstrip("\0") for c in cells]
        return whole
    lists = [[c[i : i + field.width].rstrip("\0 ") for i in range(0, len(c), max(field.width, 1))] for c in cells]
    if field.varies:
        whole = np.empty(len(cells), object)
        whole[:] = [json.dumps(texts) for texts in lists]
        return whole
    padded = [(texts + [""] * field.count)[: field.count] for texts in lists]
    return np.array([t for texts in padded for t in texts], object)


def _empty(field: VoField) -> int:
    """How many missing values an empty cell stands for."""
    return 0 if field.varies else field.count


def _integers(field: VoField, text: str, found: list[Any], missing: list[bool]) -> None:
    items = text.split()
    for item in items:
        if not INTEGER.fullmatch(item):
            raise ValueError(item)
        found.append(int(item, 0 if item[:2] in {"0x", "0X"} else 10))
        missing.append(item == field.null)
    if not items:
        found += [0] * _empty(field)
        missing += [True] * _empty(field)


def _floats(field: VoField, text: str, found: list[Any], missing: list[bool]) -> None:
    """A missing float is NaN, in every serialisation: the standard has no other way to say it in BINARY."""
    items = text.split()
    for item in items:
        if "_" in item:
            raise ValueError(item)
        found.append(math.nan if item == field.null else float(WORDS.get(item.lower(), item)))
    found += [math.nan] * (0 if items else _empty(field))


def _complexes(field: VoField, text: str, found: list[Any], missing: list[bool]) -> None:
    parts: list[Any] = []
    _floats(field, text, parts, [])
    if not text.split():
        found += parts
        return
    if len(parts) % 2:
        raise ValueError(text)
    found += [complex(a, b) for a, b in zip(parts[::2], parts[1::2], strict=True)]


def _truths(field: VoField, text: str, found: list[Any], missing: list[bool]) -> None:
    bare = text.strip()
    items = list("".join(bare.split())) if field.datatype == "bit" else bare.split()
    for item in items or [""] * _empty(field):
        missing.append(item in NULLS)
        found.append(False if item in NULLS else _truth(item))


def _truth(item: str) -> bool:
    if item.lower() not in TRUTH:
        raise ValueError(item)
    return TRUTH[item.lower()]


CONVERTERS: dict[str, Callable[[VoField, str, list[Any], list[bool]], None]] = {
    "i": _integers, "u": _integers, "f": _floats, "c": _complexes, "b": _truths,
}  # fmt: skip
