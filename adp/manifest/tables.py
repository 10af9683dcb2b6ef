"""Kinds made of kinds: lists, tables with known keys, tables with free keys."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from adp.manifest.fault import Fault, Path, nearest, quote, table_name
from adp.manifest.kinds import Kind, Text, named, wrong_type


@dataclass(frozen=True, slots=True)
class Key:
    """`attribute`: what the model calls it, where that differs. `default`: as it would be written."""

    name: str
    kind: Kind
    doc: str
    required: bool = False
    default: Any = None
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """Where `key` stands (with the value `when`, if that is not None) `other` must stand too."""

    key: str
    other: str
    code: str
    message: str
    when: Any = None

    def holds(self, table: dict[str, Any]) -> bool:
        asked = self.key in table and (self.when is None or table[self.key] is self.when)
        return not asked or self.other in table

    def json(self) -> dict[str, Any]:
        asked: dict[str, Any] = {"required": [self.key]}
        if self.when is not None:
            asked["properties"] = {self.key: {"const": self.when}}
        return {"if": asked, "then": {"required": [self.other]}}


@dataclass(frozen=True, slots=True)
class Apart:
    """Where `key` stands `other` may not."""

    key: str
    other: str
    code: str
    message: str

    def holds(self, table: dict[str, Any]) -> bool:
        return self.key not in table or self.other not in table

    def json(self) -> dict[str, Any]:
        return {"not": {"required": [self.key, self.other]}}


@dataclass(frozen=True, slots=True)
class Choose:
    """Exactly one of these keys."""

    keys: tuple[str, ...]
    code: str

    def faults(self, table: dict[str, Any], path: Path) -> Iterator[Fault]:
        there = [k for k in table if k in self.keys]
        wanted = ", ".join(f"`{k}`" for k in self.keys)
        if not there:
            message = f"{table_name(path)} has none of {wanted}; it needs exactly one"
            yield Fault(path, self.code, message, at_key=True)
        elif len(there) > 1:
            message = (
                f"{table_name(path)} has {' and '.join(f'`{k}`' for k in there)}; exactly one of {wanted} may stand"
            )
            yield Fault((*path, there[-1]), self.code, message, "remove the others", at_key=True)

    def json(self) -> dict[str, Any]:
        return {"oneOf": [{"required": [k]} for k in self.keys]}


@dataclass(frozen=True, slots=True)
class Table:
    """A table with known keys, built by `make(**values)`. `fewest` keys at least."""

    keys: tuple[Key, ...]
    make: Callable[..., Any]
    needs: tuple[Need | Apart, ...] = ()
    choose: tuple[Choose, ...] = ()
    fewest: int = 0

    @property
    def by_name(self) -> dict[str, Key]:
        return {k.name: k for k in self.keys}

    def faults(self, value: Any, path: Path) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield wrong_type(path, value, "a table")
            return
        known = self.by_name
        meant: set[str | None] = set()
        for name, inner in value.items():
            if name in known:
                yield from known[name].kind.faults(inner, (*path, name))
            else:
                near = nearest(name, known)
                meant.add(near)
                yield _unknown(name, path, known, near)
        yield from self._missing(value, path, meant)
        yield from (Fault((*path, n.key), n.code, n.message) for n in self.needs if not n.holds(value))
        for choose in self.choose:
            yield from choose.faults(value, path)

    def _missing(self, table: dict[str, Any], path: Path, meant: set[str | None]) -> Iterator[Fault]:
        """A key that was misspelt is one fault, not two."""
        for key in self.keys:
            if key.required and key.name not in table and key.name not in meant:
                message = f"key `{key.name}` is missing in {table_name(path)}"
                yield Fault(path, "KEY_MISSING", message, f"{key.name}: {key.doc}", at_key=True)
        if len(table) < self.fewest:
            yield Fault(path, "LENGTH", f"{table_name(path)} says nothing", at_key=True)

    def build(self, value: Any) -> Any:
        known = self.by_name
        return self.make(**{known[n].attribute or n: known[n].kind.build(v) for n, v in value.items()})

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "type": "object",
            "properties": {k.name: _described(k) for k in self.keys},
            "required": [k.name for k in self.keys if k.required],
            "additionalProperties": False,
        }
        if self.fewest:
            found["minProperties"] = self.fewest
        rules = [c.json() for c in self.choose] + [n.json() for n in self.needs]
        return found | ({"allOf": rules} if rules else {})


def _described(key: Key) -> dict[str, Any]:
    default = {} if key.default is None else {"default": key.default}
    return key.kind.json() | {"description": key.doc} | default


def _unknown(name: str, path: Path, known: dict[str, Key], near: str | None) -> Fault:
    asked = f"; did you mean `{near}`?" if near else ""
    hint = f"{table_name(path)} knows: {', '.join(known)}"
    return Fault((*path, name), "KEY_UNKNOWN", f"key {quote(name)} is unknown{asked}", hint, at_key=True)


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one kind, read into a tuple."""

    item: Kind
    fewest: int = 0
    most: int = 100

    def faults(self, value: Any, path: Path) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield wrong_type(path, value, "a list")
            return
        if not self.fewest <= len(value) <= self.most:
            wanted = f"at least {self.fewest} must" if len(value) < self.fewest else f"at most {self.most} may"
            yield Fault(path, "LENGTH", f"{named(path)} has {len(value)} items; {wanted} stand there")
        for i, inner in enumerate(value[: self.most]):
            yield from self.item.faults(inner, (*path, i))

    def build(self, value: Any) -> tuple[Any, ...]:
        return tuple(self.item.build(v) for v in value)

    def json(self) -> dict[str, Any]:
        return {"type": "array", "items": self.item.json(), "minItems": self.fewest, "maxItems": self.most}


@dataclass(frozen=True, slots=True)
class MapOf:
    """A table whose keys the author names."""

    item: Text
    names: str
    most: int = 50

    def faults(self, value: Any, path: Path) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield wrong_type(path, value, "a table")
            return
        if len(value) > self.most:
            yield Fault(path, "LENGTH", f"{named(path)} has {len(value)} keys; at most {self.most} may stand there")
        for name, inner in list(value.items())[: self.most]:
            if re.fullmatch(self.names, name) is None:
                yield Fault((*path, name), "PATTERN", f"{quote(name)} cannot be a key of {named(path)}", at_key=True)
            yield from self.item.faults(inner, (*path, name))

    def build(self, value: Any) -> dict[str, str]:
        return {k: self.item.build(v) for k, v in value.items()}

    def json(self) -> dict[str, Any]:
        names = {"pattern": f"^(?:{self.names})$"}
        return {
            "type": "object",
            "propertyNames": names,
            "additionalProperties": self.item.json(),
            "maxProperties": self.most,
        }
