"""The free part of a finding, sorted into what a page can show: pairs, one table, one log excerpt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adp.comparison.words.numbers import number, size
from adp.comparison.words.text import log, place, visible

UNTOLD = ("rows", "examples", "caption", "repeat")  # shown as a table, or once for the whole page
LOGS = ("log", "log_excerpt", "excerpt", "output", "stderr", "stdout")
MANY_CHARACTERS = 4000
TWINS = {"after": "before", "product": "reference"}


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    cells: tuple[Cell, ...]

    @property
    def bad(self) -> bool:
        return any(c.bad for c in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    heads: tuple[str, ...]
    rows: tuple[Line, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    facts: tuple[tuple[str, str], ...] = ()
    table: Table | None = None
    log: str = ""


def sort(raw: Any) -> Evidence:
    """`rows` (mappings, before and after side by side) become the table, a log stays a log, the rest are pairs."""
    if not isinstance(raw, Mapping):
        return Evidence()
    logs = [log(raw[k])[-MANY_CHARACTERS:] for k in LOGS if raw.get(k)]
    rest = {k: v for k, v in raw.items() if k not in {*LOGS, *UNTOLD}}
    facts = tuple((visible(k).replace("_", " "), _said(k, v)) for k, v in rest.items() if v not in (None, "", [], {}))
    return Evidence(
        facts, _table(raw.get("rows") or raw.get("examples"), visible(raw.get("caption", ""))), "\n".join(logs)
    )


def _table(rows: Any, caption: str) -> Table | None:
    """A cell that differs from its twin (`after` from `before`, `product` from `reference`) is the bad one."""
    if not isinstance(rows, list) or not rows or not all(isinstance(r, Mapping) for r in rows):
        return None
    heads = tuple(dict.fromkeys(k for row in rows for k in row))
    return Table(tuple(visible(h) for h in heads), tuple(Line(_cells(row, heads)) for row in rows), caption)


def _cells(row: Mapping[str, Any], heads: Sequence[str]) -> tuple[Cell, ...]:
    cells = []
    for head in heads:
        twin = TWINS.get(head) or head.replace(" after", " before")
        changed = twin != head and twin in row and _one(row[twin]) != _one(row.get(head))
        cells.append(Cell(place(row[head]) if head == "where" else _one(row.get(head)), changed))
    return tuple(cells)


def _said(name: str, value: Any) -> str:
    if name.endswith("bytes") and isinstance(value, int):
        return size(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{visible(k)}: {_one(v)}" for k, v in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_one(v) for v in value)
    return _one(value)


def _one(value: Any) -> str:
    return visible(number(value))[:MANY_CHARACTERS]
