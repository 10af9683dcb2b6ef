"""Line and column of every key and value of a TOML text, by tree-sitter."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import tree_sitter_toml
from tree_sitter import Language, Node, Parser, Tree

from adp.manifest.fault import Path

DEEPEST = 64  # of the syntax tree; an inline table costs two
TOML = Language(tree_sitter_toml.language())


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """1-based; columns in characters."""

    line: int = 1
    column: int = 1


class Point(NamedTuple):
    """As tree-sitter counts: from 0, columns in bytes."""

    row: int
    column: int


@dataclass(slots=True)
class Positions:
    """Where keys and values stand. Asked for a path that is not in the text it answers with the nearest one above."""

    lines: list[bytes]
    keys: dict[Path, Point] = field(default_factory=dict)
    values: dict[Path, Point] = field(default_factory=dict)

    def key(self, path: Path) -> Place:
        while path:
            if path in self.keys:
                return self._place(self.keys[path])
            path = path[:-1]
        return Place()

    def value(self, path: Path) -> Place:
        return self._place(self.values[path]) if path in self.values else self.key(path)

    def _place(self, point: Point) -> Place:
        """Counted only when it is asked for: a line may hold a hundred thousand values."""
        before = self.lines[point.row][: point.column]
        return Place(point.row + 1, len(before.decode("utf-8", "replace")) + 1)


def parse(text: bytes) -> Tree:
    return Parser(TOML).parse(text)


def too_deep(tree: Tree) -> Node | None:
    """The first node below DEEPEST; walks without recursion."""
    cursor, depth = tree.walk(), 0
    while True:
        if cursor.goto_first_child():
            depth += 1
            if depth > DEEPEST:
                return cursor.node
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return None
            depth -= 1


def place_at(text: bytes, offset: int) -> Place:
    """The place of a byte offset; of the last byte's end when it lies behind the text."""
    before = text[:offset]
    line_start = before.rfind(b"\n") + 1
    return Place(before.count(b"\n") + 1, len(before[line_start:].decode("utf-8", "replace")) + 1)


def read(text: bytes, tree: Tree) -> Positions:
    """The positions of all of a text that tomllib could read and that is not too deep."""
    return _Walk(text).document(tree.root_node)


class _Walk:
    def __init__(self, text: bytes) -> None:
        self.found = Positions(text.split(b"\n"))
        self.arrays: dict[Path, int] = {}  # [[name]] tables so far

    def document(self, root: Node) -> Positions:
        for node in root.named_children:
            if node.type == "pair":
                self.pair(node, ())
            elif node.type in {"table", "table_array_element"}:
                self.table(node)
        return self.found

    def table(self, node: Node) -> None:
        names = _names(node.named_children[0]) if node.named_children else []
        if not names:
            return
        path: Path = ()
        for key in names[:-1]:
            path = self.entered((*path, _word(key)))
            self.found.keys.setdefault(path, _point(node))
        path = (*path, _word(names[-1]))
        if node.type == "table_array_element":
            self.arrays[path] = self.arrays.get(path, -1) + 1
            self.found.keys.setdefault(path, _point(node))
            path = self.entered(path)
        self.found.keys[path] = _point(node)
        for child in node.named_children[1:]:
            if child.type == "pair":
                self.pair(child, path)

    def entered(self, path: Path) -> Path:
        """[a.b] after [[a]] is in the last of the array's tables."""
        return (*path, self.arrays[path]) if path in self.arrays else path

    def pair(self, node: Node, path: Path) -> None:
        parts = [c for c in node.named_children if c.type != "comment"]
        if len(parts) < 2:  # noqa: PLR2004 - a key and a value
            return
        for key in _names(parts[0]):
            path = (*path, _word(key))
            self.found.keys.setdefault(path, _point(key))
        self.value(parts[1], path)

    def value(self, node: Node, path: Path) -> None:
        self.found.values[path] = _point(node)
        children = [c for c in node.named_children if c.type != "comment"]
        if node.type == "inline_table":
            for child in children:
                self.pair(child, path)
        elif node.type == "array":
            for i, child in enumerate(children):
                self.value(child, (*path, i))


def _point(node: Node) -> Point:
    return Point(*node.start_point)


def _names(key: Node) -> list[Node]:
    return list(_parts(key))


def _parts(key: Node) -> Iterator[Node]:
    if key.type != "dotted_key":
        yield key
        return
    for child in key.named_children:
        yield from _parts(child)


def _word(key: Node) -> str:
    raw = (key.text or b"").decode("utf-8", "replace")
    if key.type != "quoted_key":
        return raw
    try:
        return next(iter(tomllib.loads(f"{raw} = 0")))
    except tomllib.TOMLDecodeError:
        return raw
