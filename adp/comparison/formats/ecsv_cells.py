"""Cells of ECSV columns by datatype and subtype: scalars, arrays of fixed or any shape, objects as JSON."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.text_columns import column
from adp.comparison.model import Array, Field, Values

NUMBERS = frozenset(
    f"{kind}{bits}" for kind, sizes in {"int": (8, 16, 32, 64), "uint": (8, 16, 32, 64), "float": (16, 32, 64),
                                        "complex": (64, 128)}.items() for bits in sizes
)  # fmt: skip
SCALARS = NUMBERS | {"bool", "string"}
WIDE = frozenset({"float128", "complex256"})  # their meaning depends on the machine
SUBTYPE = re.compile(r"([a-z0-9]+)\[\s*((?:\d{1,9}|null)(?:\s*,\s*(?:\d{1,9}|null)){0,8})\s*\]")


@dataclass(frozen=True)
class Kind:
    """`base`: type of one element; `shape`: of a cell, None where it may vary; `is_json`: cells are objects."""

    field: Field
    base: str
    shape: tuple[int | None, ...] = ()
    is_json: bool = False

    def values(self, cells: Sequence[str], first: int) -> Values:
        """Values of these cells, the first of which stands in row `first` (from 0). Raises Unreadable."""
        if self.is_json:
            return Values(_objects([_same(c) for c in cells]))
        if not self.shape:
            return Values(*column(cells, self.base, self.field.name, first))
        found = [self._array(cell, first + i + 1) for i, cell in enumerate(cells)]
        data = np.concatenate([d for d, _ in found])
        mask = np.concatenate([m for _, m in found])
        lengths = np.array([len(d) for d, _ in found], np.int64) if self.field.ragged else None
        return Values(data, mask if mask.any() else None, lengths)

    def _array(self, cell: str, row: int) -> tuple[Array, Array]:
        """The elements of a cell, flat, and which of them are missing; an empty cell is missing as a whole."""
        if not cell:
            count = 1 if self.field.ragged else self.field.per_row
            return self._made([None] * count), np.ones(count, np.bool_)
        try:
            parsed = np.array(json.loads(cell), object)
            data = self._made(parsed.reshape(-1).tolist())
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise Unreadable(
                f"column {self.field.name}, row {row}: '{cell[:40]}' is no array of {self.base}"
            ) from error
        fits = len(parsed.shape) == len(self.shape) and all(
            n is None or n == m for n, m in zip(self.shape, parsed.shape, strict=True)
        )
        if not fits and not (self.field.ragged and parsed.size == 0):
            stated = tuple("any" if n is None else n for n in self.shape)
            raise Unreadable(f"column {self.field.name}, row {row}: the shape is {parsed.shape}, declared is {stated}")
        return data, np.array([v is None for v in parsed.reshape(-1)], np.bool_)

    def _made(self, elements: Sequence[Any]) -> Array:
        if self.base == "string":
            return _objects([e if isinstance(e, str) else "" if e is None else json.dumps(e) for e in elements])
        if any(isinstance(e, list | dict | str | bool) and not self._may(e) for e in elements):
            raise ValueError("an element of another type")
        whole = [0 if e is None else complex(e) if self.base.startswith("complex") else e for e in elements]
        return np.array(whole, self.base) if whole else np.zeros(0, self.base)

    def _may(self, element: Any) -> bool:
        """Complex numbers are written as text; truth values only where they are meant."""
        return (isinstance(element, str) and self.base.startswith("complex")) or (
            isinstance(element, bool) and self.base == "bool"
        )


def kind_of(stated: Mapping[str, Any], limits: ReadLimits) -> Kind:
    """The kind of a column as the header states it. Raises Unreadable for types that ECSV does not know."""
    name, base, subtype = str(stated.get("name")), str(stated.get("datatype")), str(stated.get("subtype") or "")
    more: dict[str, Any] = {"unit": str(stated.get("unit") or "").strip()}
    more["description"] = str(stated.get("description") or "")
    if base in WIDE or subtype.partition("[")[0] in WIDE:
        raise Unreadable(f"column {name} has the type {base} {subtype}, which is not read", code="UNSUPPORTED")
    if base not in SCALARS:
        raise Unreadable(f"column {name} has the unknown type {base[:40]!r}")
    if not subtype:
        return Kind(Field(name, _dtype(base), **more), base)
    if subtype == "json":
        return Kind(Field(name, np.dtype(np.str_), **more), base, is_json=True)
    return _array_kind(name, base, subtype, more, limits)


def _array_kind(name: str, base: str, subtype: str, more: Mapping[str, Any], limits: ReadLimits) -> Kind:
    found = SUBTYPE.fullmatch(subtype)
    if not found or found[1] not in SCALARS:
        return Kind(Field(name, _dtype(base), **more), base)  # a subtype we do not know leaves plain text
    shape = tuple(None if n.strip() == "null" else int(n) for n in found[2].split(","))
    if math.prod(n or 1 for n in shape) > limits.ragged:
        raise Unreadable(f"column {name} declares the shape {subtype}")
    if None not in shape:
        return Kind(Field(name, _dtype(found[1]), cell=tuple(n or 0 for n in shape), **more), found[1], shape)
    if found[1] == "string":
        return Kind(Field(name, np.dtype(np.str_), **more), base, is_json=True)
    return Kind(Field(name, _dtype(found[1]), ragged=True, usual=16, **more), found[1], shape)


def _dtype(base: str) -> np.dtype[Any]:
    return np.dtype(np.str_ if base == "string" else base)


def _objects(texts: Sequence[str]) -> Array:
    found = np.empty(len(texts), object)
    found[:] = texts
    return found


def _same(cell: str) -> str:
    """JSON in one way of writing it; text that is none stays."""
    try:
        return json.dumps(json.loads(cell), sort_keys=True, ensure_ascii=False)
    except (ValueError, RecursionError):
        return cell
