"""Places of a version that can be spoken about: is there such a place, and what stands there?"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from adp.report import Report
from registry import queries as registry
from registry import sources
from reviews.models import Place, Round

EXCERPT = 500


@dataclass(frozen=True, slots=True)
class Anchor:
    """`path`: a file, the code of a finding, the name of a comparison, or SCIENCE. Lines, paragraphs from 1."""

    place: str
    path: str
    line: int | None = None


SCIENCE = "science case"


def excerpt(round_: Round, anchor: Anchor) -> str:
    """Raises ValidationError when the version has no such place."""
    find = FINDERS.get(anchor.place)
    found = find(round_, anchor) if find else None
    if found is None:
        raise ValidationError({"place": f"This version has no such place: {anchor.place} {anchor.path}."})
    return found[:EXCERPT]


def _line(round_: Round, anchor: Anchor) -> str | None:
    lines = text_of(round_, anchor.path)
    if lines is None or anchor.line is None or not 1 <= anchor.line <= len(lines):
        return None
    return lines[anchor.line - 1]


def _file(round_: Round, anchor: Anchor) -> str | None:
    return "" if anchor.path in sources.files(round_.version) else None


def _finding(round_: Round, anchor: Anchor) -> str | None:
    found = [f for f in _report(round_).findings if f.code == anchor.path]
    return found[0].message if found else None


def _comparison(round_: Round, anchor: Anchor) -> str | None:
    found = [c for c in _report(round_).comparisons if c.get("name") == anchor.path]
    return str(found[0].get("verdict", "")) if found else None


def _paragraph(round_: Round, anchor: Anchor) -> str | None:
    found = paragraphs(round_.version.science_case)
    if anchor.path != SCIENCE or anchor.line is None or not 1 <= anchor.line <= len(found):
        return None
    return found[anchor.line - 1]


FINDERS: dict[str, Callable[[Round, Anchor], str | None]] = {
    Place.LINE: _line,
    Place.FILE: _file,
    Place.FINDING: _finding,
    Place.COMPARISON: _comparison,
    Place.PARAGRAPH: _paragraph,
}


def text_of(round_: Round, path: str) -> list[str] | None:
    """Lines of a file of the repository at the reviewed commit; None: no such text."""
    file = sources.files(round_.version).get(path)
    text = sources.text(file) if file else None
    return None if text is None else text.splitlines()


def paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def _report(round_: Round) -> Report:
    validation = registry.latest_validation(round_.version)
    if validation is None:
        raise ValidationError({"place": "There is no report of this version."})
    return Report.from_dict(validation.report)


def nearest(line: int, words: str, lines: list[str]) -> int | None:
    """Where a line stands in a later text of its file: the nearest one with the same words, or nowhere."""
    same = [n for n, text in enumerate(lines, 1) if text[:EXCERPT].strip() == words.strip()]
    return min(same, key=lambda n: abs(n - line), default=None)
