"""The tree of an ASDF file: plain values with their tags, walked into arrays, tables and scalars by path."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.yaml_header import PARSER, Plain, loaded

NODES = 200_000  # of one tree, counted as often as an alias names them
WRITERS = frozenset({"asdf_library", "history.extensions"})  # who wrote it with what, as a FITS file's structure
SILENT = frozenset(
    {"core/asdf", "core/integer", "core/complex", "unit/unit", "core/ndarray", "unit/quantity", "time/time"}
)


class Tagged(NamedTuple):
    """A value with its tag: "core/ndarray" and not its version."""

    tag: str
    value: Any


class Leaf(NamedTuple):
    """Something at a path: a scalar, an array (the mapping or list that tells of it) or a table of columns."""

    path: str
    kind: str  # scalar | array | table
    value: Any
    unit: str = ""


class _Tagging(PARSER):  # type: ignore[misc]  # one of two classes
    """Values as YAML has them; a tag is kept as a name and does nothing."""


def _tagged(loader: Any, suffix: str, node: Any) -> Any:
    make = {"mapping": loader.construct_mapping, "sequence": loader.construct_sequence}.get(node.id)
    return Tagged(short(suffix), make(node, deep=True) if make else loader.construct_scalar(node))


_Tagging.add_multi_constructor("tag:", _tagged)
_Tagging.add_multi_constructor("!", _tagged)
for kind in ("null", "bool", "int", "float", "binary", "timestamp", "str", "seq", "map", "omap", "set", "pairs"):
    name = f"tag:yaml.org,2002:{kind}"
    _Tagging.add_constructor(name, Plain.yaml_constructors[name])


def short(tag: str) -> str:
    """stsci.edu:asdf/core/ndarray-1.1.0 as core/ndarray: the version is the writer's affair."""
    inner = tag.partition(":")[2] or tag
    for prefix in ("asdf/", "astropy/"):
        inner = inner.removeprefix(prefix)
    return inner.rpartition("-")[0] if inner.rpartition("-")[2][:1].isdigit() else inner


def leaves(text: str, limits: ReadLimits) -> Iterator[Leaf]:
    """Everything the tree holds, in its own order. Raises Unreadable for trees that are too large or no mapping."""
    tree = loaded(text, limits, _Tagging)
    root = tree.value if isinstance(tree, Tagged) else tree
    if not isinstance(root, Mapping):
        raise Unreadable("its tree is no mapping")
    walk = _Walk(limits)
    yield from walk.inside("", root)


class _Walk:
    def __init__(self, limits: ReadLimits) -> None:
        self._limits, self._left = limits, NODES

    def inside(self, path: str, node: Mapping[Any, Any] | list[Any]) -> Iterator[Leaf]:
        pairs = node.items() if isinstance(node, Mapping) else enumerate(node)
        for key, value in pairs:
            inner = f"{path}.{key}" if path else str(key)
            if inner not in WRITERS:
                yield from self.at(inner, value)

    def at(self, path: str, node: Any, unit: str = "") -> Iterator[Leaf]:
        self._left -= 1
        if self._left < 0 or path.count(".") > self._limits.depth:
            raise Unreadable(f"its tree has more than {NODES} nodes, or goes round in circles")
        if isinstance(node, Tagged):
            yield from self._tagged(path, node, unit)
        elif isinstance(node, list) and all(_is_plain(v) for v in node):
            self._left -= len(node)
            yield from (Leaf(path, "scalar", scalar(v)) for v in node or [None])
        elif isinstance(node, Mapping | list):
            yield from self.inside(path, node)
        else:
            yield Leaf(path, "scalar", scalar(node), unit)

    def _tagged(self, path: str, node: Tagged, unit: str) -> Iterator[Leaf]:
        tag, value = node
        if tag == "core/ndarray":
            yield Leaf(path, "array", value, unit)
        elif tag == "unit/quantity" and isinstance(value, Mapping) and "value" in value:
            yield from self.at(path, value["value"], text_of(value.get("unit")))
            yield Leaf(f"{path}.unit", "scalar", text_of(value.get("unit")))
        elif tag in {"table/table", "core/table"} and isinstance(value, Mapping) and columns_of(value):
            yield Leaf(path, "table", columns_of(value))
            yield from self.at(f"{path}.meta", value.get("meta") or {})
        elif tag == "core/complex":
            yield Leaf(path, "scalar", _complex(value))
        elif tag == "core/integer":
            yield Leaf(path, "scalar", f"{value!r}"[:200])
        else:
            if tag not in SILENT:
                yield Leaf(f"{path}.!tag", "scalar", tag)
            yield from self.at(path, value)


def columns_of(table: Mapping[Any, Any]) -> list[tuple[str, Any, str, str]]:
    """Name, array, unit and description of each column; none when a column is more than an array."""
    columns = table.get("columns")
    names = table.get("colnames") or []
    found = []
    for number, column in enumerate(columns if isinstance(columns, list) else ()):
        inner = column.value if isinstance(column, Tagged) else None
        if not isinstance(inner, Mapping):
            return []
        data = inner.get("data", inner.get("value"))
        if not isinstance(data, Tagged) or data.tag != "core/ndarray":
            return []
        called = inner.get("name") or (names[number] if number < len(names) else f"col{number + 1}")
        found.append((str(called), data.value, text_of(inner.get("unit")), str(inner.get("description") or "")))
    return found


def text_of(value: Any) -> str:
    bare = value.value if isinstance(value, Tagged) else value
    return "" if bare is None else str(bare).strip()


def _is_plain(value: Any) -> bool:
    return not isinstance(value, Tagged | Mapping | list)


def scalar(value: Any) -> Any:
    """A value as a card has it: bool, int, float, str or None."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bytes | set | tuple):
        return repr(value)[:200]
    if isinstance(value, int) and abs(value) > 1 << 64:
        return hex(value)[:200]
    return value


def _complex(value: Any) -> Any:
    try:
        found = complex(str(value).replace(" ", "").replace("i", "j"))
    except ValueError:
        return str(value)
    return found if math.isfinite(found.real) and math.isfinite(found.imag) else str(found)
