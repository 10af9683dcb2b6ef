"""What every format is read into: a document of parts, each an image or a table of fields, read in chunks."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from adp.comparison.summing import Sum
from adp.finding import Where

Array = npt.NDArray[Any]
Rows = slice | npt.NDArray[np.int64]
KINDS = {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex"}


class Values(NamedTuple):
    """One field of one chunk, flat. `data` may be big-endian and strided; `mask` marks missing values; `lengths` is
    set for a variable-length array column: how many of the values belong to each row."""

    data: Array
    mask: npt.NDArray[np.bool_] | None = None
    lengths: npt.NDArray[np.int64] | None = None


Getter = Callable[[str], Values]


class Span(NamedTuple):
    """Where the values of one field lie in a file as plain numbers: row i begins at byte `at + i * step` and holds
    `per_row` numbers of type `raw`, to which `zero` is added. `side` says whose file it is. Who reads all rows tells
    `sum` what was read, from its first byte on."""

    descriptor: int
    at: int
    raw: str
    step: int
    per_row: int = 1
    zero: float = 0.0
    side: str = ""
    sum: Sum | None = None


class Source(Protocol):
    """Rows of one part. `rows` is a slice within the part or an array of row numbers."""

    def read(self, rows: Rows) -> Getter: ...


def span_of(source: Source, name: str) -> Span | None:
    """The stored numbers of a field, where they can be read without this source; such a source has a method `span`."""
    find = getattr(source, "span", None)
    found = find(name) if find else None
    return found if isinstance(found, Span) else None


@dataclass(frozen=True, slots=True)
class Field:
    """A column, or the plane of an image (name ""). `dtype` is the decoded one in native order; `cell` the shape of
    one row's value; `soft` when the type was guessed from text; `usual` how many values of eight bytes an element
    holds on average where it may hold many (ragged columns, strings); `ucd` and `description` what the format says it
    means."""

    name: str
    dtype: np.dtype[Any]
    unit: str = ""
    cell: tuple[int, ...] = ()
    soft: bool = False
    ragged: bool = False
    usual: int = 1
    ucd: str = ""
    description: str = ""

    @property
    def per_row(self) -> int:
        return math.prod(self.cell)

    @property
    def kind(self) -> str:
        return KINDS.get(self.dtype.kind, "string")

    @property
    def type_name(self) -> str:
        return "string" if self.kind == "string" else self.dtype.name


class Card(NamedTuple):
    """A header card: `value` is bool, int, float, complex, str or None (undefined)."""

    key: str
    value: Any


class Problem(NamedTuple):
    """Something wrong with a file by itself, that still lets the rest of it be compared."""

    code: str
    message: str
    hdu: str | None = None


@dataclass(frozen=True)
class Part:
    """One HDU, or the table of a text file. An image's rows are its elements, flat in C order of `shape`."""

    kind: str  # image | table | empty
    index: int
    source: Source
    name: str | None = None  # None in formats that have no HDUs
    version: int = 1
    fields: tuple[Field, ...] = ()
    rows: int = 0
    shape: tuple[int, ...] = ()
    cards: tuple[Card, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {f.name: f for f in self.fields}

    @property
    def label(self) -> str | None:
        """How people name this HDU: SCI, SCI,2 or #3."""
        if self.name is None:
            return None
        if not self.name:
            return f"#{self.index}"
        return self.name if self.version == 1 else f"{self.name},{self.version}"

    @property
    def width(self) -> int:
        """Values in one row, on average: what the number of rows in a chunk is chosen by."""
        return sum(max(1, f.per_row * f.usual) for f in self.fields)

    def scope(self, column: str = "") -> str:
        return ".".join(p for p in (self.label or "", column) if p) or "table"

    def where(self, row: int, column: str = "", cell: int | None = None, shape: Sequence[int] = ()) -> Where:
        """The place of element `row` of an image, or of `row` (and its cell) in a column; all counted from 0."""
        if self.kind == "image":
            index = tuple(int(i) for i in np.unravel_index(row, self.shape))
            return Where(hdu=self.label, pixel=tuple(i + 1 for i in reversed(index)), index=index)
        inner = tuple(int(i) for i in np.unravel_index(cell, tuple(shape))) if cell is not None and shape else ()
        return Where(hdu=self.label, column=column or None, row=row + 1, index=(row, *inner))


class NoRows:
    """The source of a part without data."""

    def read(self, rows: Rows) -> Getter:
        raise KeyError("this HDU holds no data")


@dataclass(frozen=True)
class Document:
    path: Path
    format: str
    parts: tuple[Part, ...]
    problems: tuple[Problem, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    close: Callable[[], None] = lambda: None
    late: Callable[[], Sequence[Problem]] = tuple  # what is known of the file when its values have been read

    @property
    def tables(self) -> tuple[Part, ...]:
        return tuple(p for p in self.parts if p.kind == "table")
