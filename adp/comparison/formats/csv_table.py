"""CSV and its kin: any delimiter, blanks, names in the first line, in a comment, or numbered as SExtractor does."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from adp.comparison.formats.limits import ReadLimits
from adp.comparison.formats.memory import Memory
from adp.comparison.formats.text_columns import LEVELS, column, guess, is_number
from adp.comparison.formats.text_lines import BATCH, Gathered, Lines, batches, checked, first_row, rows
from adp.comparison.model import Document, Field, Part, Values

DELIMITERS = (",", "\t", ";", "|", " ")
NUMBERED = re.compile(r"#\s*(\d{1,5})\s+(\S+)(?:.*\[([^\]]*)\])?.*")


def read(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    """The one table. Types are guessed from all its cells, hence the fields are soft. Raises Unreadable."""
    try:
        lines = Lines(descriptor, limits)
        comments, first = _beginning(lines)
        delimiter = max(DELIMITERS, key=lambda d: len(first_row(first, d, limits)))
        cells = first_row(first, delimiter, limits)
        names, units = _names(cells, comments, delimiter, limits)
        skip = 0 if all(is_number(c) for c in cells) else 1
        levels = [LEVELS[0]] * len(names)
        for _, found in batches(_rows(lines, (delimiter, skip, len(names)), limits), len(names)):
            levels = [guess(each, level) for each, level in zip(found, levels, strict=True)]
        gathered = Gathered(len(names), limits)
        for start, found in batches(_rows(lines, (delimiter, skip, len(names)), limits), len(names)):
            for i, each in enumerate(found):
                gathered.add(i, Values(*column(each, levels[i], names[i], start)))
    finally:
        os.close(descriptor)
    values = {n: gathered.column(i, _dtype(levels[i])) for i, n in enumerate(names)}
    fields = {n: Field(n, _dtype(levels[i]), units[i], soft=True) for i, n in enumerate(names)}
    part = Part("table", 0, Memory(values, fields), fields=tuple(fields.values()), rows=len(values[names[0]].data))
    return Document(path, "csv", (part,))


def _dtype(level: str) -> np.dtype[np.generic]:
    return np.dtype(np.str_ if level == "string" else level)


def _is_data(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _rows(lines: Lines, how: tuple[str, int, int], limits: ReadLimits) -> Iterator[list[str]]:
    delimiter, skip, width = how
    data = (line for line in lines if _is_data(line))
    for _ in range(skip):
        next(data, None)
    return rows(data, delimiter, limits, width)


def _beginning(lines: Lines) -> tuple[list[str], str]:
    """Comments before the first line that is none, and that line."""
    comments: list[str] = []
    for line in lines:
        if _is_data(line):
            return comments, line
        comments = [*comments[-BATCH:], line] if line.strip() else comments
    return comments, ""


def _names(
    cells: Sequence[str], comments: Sequence[str], delimiter: str, limits: ReadLimits
) -> tuple[list[str], list[str]]:
    """Names and units. A first line of nothing but numbers is data: then a comment may hold the names."""
    none = [""] * len(cells)
    if not cells or not all(is_number(c) for c in cells):
        return checked(list(cells), limits), none
    numbered = [m for m in map(NUMBERED.fullmatch, (c.rstrip() for c in comments)) if m]
    if [int(m[1]) for m in numbered] == list(range(1, len(cells) + 1)):
        return checked([m[2] for m in numbered], limits), [(m[3] or "").strip() for m in numbered]
    last = comments[-1].lstrip("#").strip() if comments else ""
    words = first_row(last, delimiter, limits)
    if len(words) == len(cells) and len(set(words)) == len(words):
        return words, none
    return [f"col{i}" for i in range(1, len(cells) + 1)], none
