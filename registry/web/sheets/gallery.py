"""The pictures of a comparison as a page shows them: those that were handed in, each with its words and its table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adp.comparison.picture import Picture
from adp.comparison.words.text import visible

MOST = 12
LONGEST_NOTE = 400


@dataclass(frozen=True, slots=True)
class Shown:
    """`address` serves the re-encoded PNG; `width` and `height` reserve its place, so that nothing moves."""

    address: str
    title: str
    alt: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    width: int
    height: int


def gallery(comparison: Mapping[str, Any], addresses: Mapping[str, str]) -> tuple[Shown, ...]:
    """`addresses`: by artefact name, those the reader may have."""
    return tuple(_shown(comparison, addresses))


def notes(comparison: Mapping[str, Any]) -> tuple[str, ...]:
    """What could not be drawn."""
    found = comparison.get("notes")
    return tuple(visible(n)[:LONGEST_NOTE] for n in found[:MOST]) if isinstance(found, list) else ()


def _shown(comparison: Mapping[str, Any], addresses: Mapping[str, str]) -> Iterator[Shown]:
    found = comparison.get("pictures")
    for raw in found[:MOST] if isinstance(found, list) else ():
        try:
            picture = Picture.from_dict(raw)
        except (KeyError, TypeError, ValueError):
            continue  # a node wrote something else: there is nothing to show
        if picture.file in addresses and min(picture.size) > 0:
            rows = tuple(tuple(visible(cell) for cell in row) for row in picture.rows)
            heads = tuple(visible(head) for head in picture.heads)
            words = (visible(picture.title), visible(picture.alt))
            yield Shown(addresses[picture.file], *words, heads, rows, *picture.size)
