"""What is wrong at one path of a document, before it is known on which line that path stands."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Any

Path = tuple[str | int, ...]
LONGEST_QUOTE = 60
MOST_KNOWN = 100  # words compared with a misspelt one
MOST_LISTED = 20  # words shown in a hint


@dataclass(frozen=True, slots=True)
class Fault:
    """`at_key`: the place is the key (or the table's header), else the value."""

    path: Path
    code: str
    message: str
    hint: str = ""
    at_key: bool = False


def quote(value: str) -> str:
    """A stranger's text inside our sentence: one line, of bearable length."""
    if not value:
        return "empty text"
    shown = value if len(value) <= LONGEST_QUOTE else value[:LONGEST_QUOTE] + "…"
    return f"`{''.join(c if c.isprintable() else '�' for c in shown)}`"


def table_name(path: Path) -> str:
    """("data", 0) is [[data]], ("product",) is [product], () the manifest itself."""
    words = ".".join(part for part in path if isinstance(part, str))
    if not words:
        return "adp.toml"
    return f"[[{words}]]" if isinstance(path[-1], int) else f"[{words}]"


def nearest(word: str, known: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str | None:
    """The known word that was most likely meant; None when nothing is near."""
    if synonyms and word.lower() in synonyms:
        return synonyms[word.lower()]
    by_lower = {k.lower(): k for k in islice(known, MOST_KNOWN)}
    close = get_close_matches(word[:LONGEST_QUOTE].lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def listed(words: Collection[str]) -> str:
    """For a hint: all of a few, some of many."""
    shown = ", ".join(w[:LONGEST_QUOTE] for w in islice(words, MOST_LISTED))
    return f"{shown}, …" if len(words) > MOST_LISTED else shown


def tables(document: Mapping[str, Any], name: str) -> list[tuple[int, Mapping[str, Any]]]:
    """The tables of [[name]] with their index, whatever else a stranger may have put there left out."""
    found = document.get(name)
    return [(i, t) for i, t in enumerate(found) if isinstance(t, dict)] if isinstance(found, list) else []


def texts(value: Any) -> list[tuple[int, str]]:
    return [(i, t) for i, t in enumerate(value) if isinstance(t, str)] if isinstance(value, list) else []
