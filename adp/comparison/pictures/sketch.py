"""A picture before it is drawn: its words and numbers are known, the drawing itself waits until it is its turn."""

import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from adp.comparison.picture import Picture
from adp.comparison.pictures import ink
from adp.comparison.pictures.seen import Seen
from adp.comparison.words.numbers import NBSP, TIMES, number, short
from adp.comparison.words.text import unit_words, visible

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Sketch:
    """`rank`: what is worse is drawn first; `turn`: the order of the kinds within one field."""

    scope: str
    kind: str
    turn: int
    rank: tuple[int, float]
    title: str
    alt: str
    draw: Callable[[], Any]
    heads: tuple[str, ...] = ("what", "value")
    rows: Rows = ()

    def picture(self, number: int, *, svg: bool) -> Picture:
        """Draws it. Whatever matplotlib raises comes through."""
        with ink.drawing(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)  # a name in a script the font lacks
            warnings.simplefilter("ignore", RuntimeWarning)  # values beyond what an axis can show
            figure = self.draw()
            data, size = ink.png(figure)
            vector = ink.svg(figure) if svg else b""
        slug = re.sub(r"[^a-z0-9]+", "-", self.scope.lower()).strip("-")[:32].strip("-")
        name = "-".join(p for p in (f"{number:02d}", slug, self.kind) if p)
        rows = tuple(tuple(visible(c) for c in row) for row in self.rows)
        return Picture(name, visible(self.title), visible(self.alt), self.heads, rows, size, data, vector)


def counted(seen: Seen, what: str) -> str:
    """`312 of 65 536 pixels are beyond what is allowed (0.48 %)`."""
    total = seen.compared + seen.mismatched
    one = seen.beyond == 1
    verb = f"differ{'s' if one else ''}" if seen.scale.is_exact else f"{'is' if one else 'are'} beyond what is allowed"
    if not seen.beyond:
        return f"None of {number(total)} {what} {'differs' if seen.scale.is_exact else 'is beyond what is allowed'}"
    return f"{number(seen.beyond)} of {number(total)} {what} {verb} ({short(100 * seen.beyond / max(total, 1))}\u00a0%)"


def worst(seen: Seen) -> str:
    """The worst difference in words, with its unit and what it is of the allowed."""
    said = with_unit(signed(seen.worst_difference), "" if seen.scale.bits else seen.scale.unit)
    return said if seen.scale.is_exact else f"{said}, {short(abs(seen.worst))} of the allowed"


def facts(seen: Seen, what: str, place: str) -> Rows:
    rows = [
        (f"{what} compared", number(seen.compared)),
        ("differ" if seen.scale.is_exact else "beyond the allowed", number(seen.beyond)),
        ("a number on one side only", number(seen.mismatched)),
        ("rule", seen.scale.rule.label),
        ("worst difference", worst(seen) if seen.worst_at is not None else "none"),
        ("at", place or "none"),
    ]
    return tuple(rows)


def with_unit(value: str, unit: str) -> str:
    """`+13 × 10⁻²⁰ erg s⁻¹`: a unit that begins with a factor needs its times."""
    words = unit_words(unit)
    times = f"{TIMES}{NBSP}" if words[:1].isdigit() else ""
    return f"{value}{NBSP}{times}{words}" if words else value


def signed(value: float) -> str:
    return f"+{short(value)}" if value > 0 else short(value)


def joined(parts: Sequence[str]) -> str:
    """Sentences, each with its full stop."""
    return " ".join(f"{p.rstrip('.')}." for p in parts if p)
