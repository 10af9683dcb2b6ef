"""One picture of a comparison: what it shows in words and numbers; the bytes travel beside, never inside, the JSON."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

NAMED = 64  # characters of a name at most
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\Z")
LONGEST = 2000  # characters of a text; a sandbox wrote it near a stranger's file
MOST_ROWS, MOST_CELLS = 40, 8


@dataclass(frozen=True, slots=True)
class Picture:
    """`name` names its file, too; `alt` states the numbers for who does not see it, and `heads` with `rows` are the
    data behind it as a small table. `png` is 8-bit PNG, `svg` only drawn for a local report; both "" without bytes."""

    name: str
    title: str
    alt: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    size: tuple[int, int] = (0, 0)
    png: bytes = b""
    svg: bytes = b""

    @property
    def file(self) -> str:
        return f"{self.name}.png"

    def to_dict(self) -> dict[str, Any]:
        """Without the bytes."""
        words = {"name": self.name, "file": self.file, "title": self.title, "alt": self.alt}
        return words | {
            "heads": list(self.heads),
            "rows": [list(row) for row in self.rows],
            "width": self.size[0],
            "height": self.size[1],
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError when `raw` describes no picture."""
        if not isinstance(raw["name"], str) or not NAME.match(raw["name"]):
            raise ValueError("a picture's name is not one that may name a file")
        size = (int(raw["width"]), int(raw["height"]))
        rows = tuple(tuple(_text(c) for c in row[:MOST_CELLS]) for row in raw["rows"][:MOST_ROWS])
        heads = tuple(_text(h) for h in raw["heads"][:MOST_CELLS])
        return cls(raw["name"], _text(raw["title"]), _text(raw["alt"]), heads, rows, size)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a picture is described in text")
    return value[:LONGEST]
