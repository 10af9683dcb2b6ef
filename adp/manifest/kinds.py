"""What may stand at a key: one small value per kind, which judges, reads, and describes itself as JSON Schema."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from adp.manifest import quantities
from adp.manifest.fault import Fault, Path, nearest, quote

NO_CONTROLS = r"\u0000-\u001f\u007f\u2028-\u202e\u2066-\u2069"  # nor the marks that turn the writing direction
LINE = rf" *[^ {NO_CONTROLS}][^{NO_CONTROLS}]*"
PROSE = rf"[ \t\r\n]*[^ {NO_CONTROLS}](?:[^{NO_CONTROLS}]|[\t\r\n])*"


class Kind(Protocol):
    """`build` is asked only for a value without faults."""

    def faults(self, value: Any, path: Path) -> Iterator[Fault]: ...
    def build(self, value: Any) -> Any: ...
    def json(self) -> dict[str, Any]: ...


def wrong_type(path: Path, value: Any, wanted: str) -> Fault:
    return Fault(path, "TYPE", f"`{path[-1] if path else 'adp.toml'}` must be {wanted}, not {type_name(value)}")


def type_name(value: Any) -> str:
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number with a fraction",
        str: "text",
        list: "a list",
        dict: "a table",
    }
    return names.get(type(value), "a date or time")


def named(path: Path) -> str:
    """The key a path ends in; for an item of a list, the list's."""
    return f"`{next((p for p in reversed(path) if isinstance(p, str)), 'adp.toml')}`"


@dataclass(frozen=True, slots=True)
class Text:
    """`pattern` fits the whole text; `wanted` says in words what it asks for; `canonical` raises ValueError."""

    pattern: str = LINE
    wanted: str = "text on one line without control characters"
    code: str = "PATTERN"
    longest: int = 1000
    hint: str = ""
    canonical: Callable[[str], str] | None = None

    def faults(self, value: Any, path: Path) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield wrong_type(path, value, "text in quotes")
        elif len(value) > self.longest:
            message = f"{named(path)} has {len(value)} characters; at most {self.longest} are allowed"
            yield Fault(path, "LENGTH", message, "shorten it")
        elif re.fullmatch(self.pattern, value) is None:
            yield Fault(path, self.code, f"{named(path)} must be {self.wanted}, not {quote(value)}", self.hint)
        elif self.canonical is not None:
            yield from self._in_earnest(value, path)

    def _in_earnest(self, value: str, path: Path) -> Iterator[Fault]:
        try:
            self.build(value)
        except ValueError as e:
            yield Fault(path, self.code, str(e), self.hint)

    def build(self, value: Any) -> str:
        return self.canonical(value) if self.canonical is not None else str(value)

    def json(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$", "maxLength": self.longest}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed set. `synonyms` (lower case) help the nearest word to be the right one."""

    words: tuple[str, ...]
    synonyms: Mapping[str, str] = field(default_factory=dict)

    def faults(self, value: Any, path: Path) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield wrong_type(path, value, "text in quotes")
        elif value not in self.words:
            near = nearest(value, self.words, self.synonyms)
            asked = f"; did you mean `{near}`?" if near else ""
            message = f"{quote(value)} is no value of {named(path)}{asked}"
            yield Fault(path, "ENUM", message, f"allowed: {', '.join(self.words)}")

    def build(self, value: Any) -> str:
        return str(value)

    def json(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Number:
    """From `least` (or above it) to `most`; `whole` takes no fractions."""

    least: float
    most: float
    whole: bool = False
    above: bool = False

    def faults(self, value: Any, path: Path) -> Iterator[Fault]:
        kinds = int if self.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            fraction = self.whole and isinstance(value, float)
            yield wrong_type(path, value, "a number without a fraction" if fraction else "a number, without quotes")
        elif not self._inside(value):
            yield Fault(path, "RANGE", f"{named(path)} must be {self._range()}")

    def _range(self) -> str:
        if self.least == self.most:
            return f"{self.least:g}"
        if self.above:
            return f"more than {self.least:g} and at most {self.most:g}"
        return f"from {self.least:g} to {self.most:g}"

    def _inside(self, value: float) -> bool:
        return self.least <= value <= self.most and not (self.above and value == self.least)

    def build(self, value: Any) -> float:
        return value if self.whole else float(value)

    def json(self) -> dict[str, Any]:
        low = "exclusiveMinimum" if self.above else "minimum"
        return {"type": "integer" if self.whole else "number", low: self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Flag:
    def faults(self, value: Any, path: Path) -> Iterator[Fault]:
        if not isinstance(value, bool):
            yield wrong_type(path, value, "true or false, without quotes")

    def build(self, value: Any) -> bool:
        return bool(value)

    def json(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """Text of a number and a unit, more than nothing and at most `most`; read into bytes or seconds."""

    units: dict[str, int]
    most: int
    code: str
    example: str
    whole: bool = False

    def faults(self, value: Any, path: Path) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield wrong_type(path, value, f'text with a unit, such as "{self.example}"')
        elif re.fullmatch(quantities.pattern(self.units), value) is None:
            message = f'{named(path)} must be a number and a unit, such as "{self.example}", not {quote(value)}'
            yield Fault(path, self.code, message, f"units: {', '.join(self.units)}")
        elif not (1 if self.whole else 0) < quantities.parse(value, self.units) <= self.most:
            message = f"{named(path)} must be more than nothing and at most {quantities.show(self.most, self.units)}"
            yield Fault(path, "RANGE", message)

    def build(self, value: Any) -> float:
        found = quantities.parse(value, self.units)
        return math.ceil(found) if self.whole else found

    def json(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{quantities.pattern(self.units)})$"}


@dataclass(frozen=True, slots=True)
class Free:
    """A table whose keys somebody else judges: plain finite values, text, lists and tables of them."""

    def faults(self, value: Any, path: Path) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield wrong_type(path, value, "a table")
            return
        yield from _plain(value, path)

    def build(self, value: Any) -> dict[str, Any]:
        return dict(value)

    def json(self) -> dict[str, Any]:
        return {"type": "object"}


def _plain(value: Any, path: Path) -> Iterator[Fault]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _plain(inner, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _plain(inner, (*path, i))
    elif not isinstance(value, (str, bool, int, float)):
        yield wrong_type(path, value, "text, a number, or true or false")
    elif not isinstance(value, (str, bool)) and not abs(value) <= float(1 << 63):
        yield Fault(path, "RANGE", f"{named(path)} must be a finite number")
