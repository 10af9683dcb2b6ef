"""One file of the repository as a reviewer reads it: lines with colours, what is new, and what was said where."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.token import Keyword, String
from pygments.util import ClassNotFound

from adp.comparison.words.text import visible
from registry import sources
from reviews import anchors
from reviews.difference import Difference
from reviews.models import Round
from reviews.talk import Talk

LINES = 5_000
COLOURED = 200_000  # characters; more is shown plain


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    markup: SafeString
    is_new: bool
    talks: tuple[Talk, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in the list at the left. `what`: added or changed since the version reviewed before."""

    path: str
    size: int
    what: str
    open_talks: int


@dataclass(frozen=True, slots=True)
class Sheet:
    path: str
    rows: tuple[Row, ...]
    why: str = ""
    elsewhere: tuple[Talk, ...] = ()  # said about this file, or about a line that is no longer there
    at: int | None = None  # the line a comment is being written on


def entries(round_: Round, difference: Difference | None, talks: Iterable[Talk]) -> list[Entry]:
    """Changed files first. [] when the source was not handed in."""
    try:
        found = sources.files(round_.version)
    except sources.NoSourceError:
        return []
    what = {f.path: f.what for f in difference.files} if difference else {}
    talked = [t.path for t in talks if t.is_open and t.place in {"line", "file"}]
    listed = [Entry(path, f.size, what.get(path, ""), talked.count(path)) for path, f in found.items()]
    return sorted(listed, key=lambda e: (not e.what, e.path))


def read(
    round_: Round, path: str, talks: Iterable[Talk], difference: Difference | None, at: int | None = None
) -> Sheet | None:
    """None: the version has no such file. Raises sources.NoSourceError."""
    file = sources.files(round_.version).get(path)
    if file is None:
        return None
    here = [t for t in talks if t.path == path and t.place in {"line", "file"}]
    text = sources.text(file)
    if text is None:
        return Sheet(path, (), f"{file.get_kind_display()}, {file.size} bytes: not shown", tuple(here), at)
    lines = text.splitlines()
    placed = {t.id: _stands(t, lines, round_) for t in here}
    new = _new(difference, path)
    rows = tuple(
        Row(n, markup, n in new, tuple(t for t in here if placed[t.id] == n))
        for n, markup in enumerate(_coloured(path, text, lines), 1)
    )
    elsewhere = tuple(t for t in here if placed[t.id] is None)
    why = f"the first {LINES} lines of {len(lines)}" if len(lines) > LINES else ""
    return Sheet(path, rows, why, elsewhere, at)


def _stands(talk: Talk, lines: list[str], round_: Round) -> int | None:
    if talk.place != "line" or talk.line is None:
        return None
    return talk.line if talk.round == round_.number else anchors.nearest(talk.line, talk.excerpt, lines)


def _new(difference: Difference | None, path: str) -> set[int]:
    for file in difference.files if difference else ():
        if file.path == path and file.what != "added":
            return {line.after for line in file.lines if line.kind == "added" and line.after is not None}
    return set()


def _coloured(path: str, text: str, lines: list[str]) -> Iterator[SafeString]:
    """Every line by itself; keywords and strings marked, all else as it is. Nothing of the text becomes markup."""
    if len(text) > COLOURED:
        return (format_html("{}", visible(line)) for line in lines[:LINES])
    tokens = _lexer(path).get_tokens("\n".join(lines))
    return islice(_rows(tokens), min(len(lines), LINES))


def _lexer(path: str) -> Lexer:
    try:
        return get_lexer_for_filename(path, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False, ensurenl=False)


def _rows(tokens: Iterable[tuple[Any, str]]) -> Iterator[SafeString]:
    row: list[SafeString] = []
    for kind, value in tokens:
        first, *more = value.split("\n")
        row.append(_piece(kind, first))
        for part in more:
            yield format_html_join("", "{}", ((piece,) for piece in row))
            row = [_piece(kind, part)]
    yield format_html_join("", "{}", ((piece,) for piece in row))


def _piece(kind: Any, part: str) -> SafeString:
    """Escaped, in a span where it has a colour."""
    name = "k" if kind in Keyword else "s" if kind in String else ""
    return format_html('<span class="{}">{}</span>', name, visible(part)) if name and part else _plain(part)


def _plain(part: str) -> SafeString:
    return format_html("{}", visible(part))
