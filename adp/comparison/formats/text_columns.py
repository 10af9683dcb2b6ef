"""Columns of decimal text turned into typed arrays: by declared type (ECSV) or by what every cell allows (CSV)."""

from collections.abc import Sequence

import numpy as np

from adp.comparison.formats.limits import Unreadable
from adp.comparison.model import Array

TRUTH = {"True": True, "False": False, "true": True, "false": False, "1": True, "0": False}
INTEGERS = ("int64", "uint64")
LEVELS = (*INTEGERS, "float64", "string")


def guess(cells: Sequence[str], start: str = LEVELS[0]) -> str:
    """The narrowest of LEVELS, from `start` on, that holds every cell; empty cells fit all."""
    filled = [c for c in cells if c]
    for level in LEVELS[LEVELS.index(start) :]:
        if level == "string" or _fits(filled, level):
            return level
    return "string"


def _fits(cells: Sequence[str], level: str) -> bool:
    if any("_" in c or c != c.strip() for c in cells):  # Python's own parsers are more generous than any format
        return False
    try:
        convert(cells, level)
    except (ValueError, OverflowError):
        return False
    return not (level in INTEGERS and any(len(c) > 1 and c.lstrip("+-")[:1] == "0" and c.lstrip("+-0") for c in cells))


def convert(cells: Sequence[str], level: str) -> Array:
    """Raises ValueError or OverflowError when a cell does not fit the type."""
    if level == "string":
        found = np.empty(len(cells), object)  # a width for all would cost the longest for each
        found[:] = cells
        return found
    if level == "bool":
        return np.array([TRUTH[c] if c in TRUTH else _refuse(c) for c in cells], dtype=np.bool_)
    if level.startswith(("int", "uint")):
        return np.array([int(c) for c in cells], dtype=level)
    if level.startswith("complex"):
        return np.array([complex(c) for c in cells], dtype=level)
    return np.array([float(c) for c in cells], dtype=level)


def _refuse(cell: str) -> bool:
    raise ValueError(f"'{cell[:40]}' is neither True nor False")


def is_number(cell: str) -> bool:
    """Whether a cell of the first line can only be data."""
    return bool(cell) and _fits([cell], "float64")


def column(cells: Sequence[str], level: str, name: str, first: int = 0) -> tuple[Array, Array | None]:
    """Values and mask of cells, the first of which stands in row `first` (from 0); an empty cell is a missing value.
    Raises Unreadable naming the first bad row."""
    mask = np.fromiter((not c for c in cells), dtype=np.bool_, count=len(cells))
    filler = {"string": "", "bool": "False"}.get(level, "0")
    filled = [c or filler for c in cells]
    try:
        return convert(filled, level), mask if mask.any() else None
    except (ValueError, OverflowError) as error:
        row = next((i for i, c in enumerate(filled) if not _one(c, level)), 0)
        raise Unreadable(f"column {name}, row {first + row + 1}: '{filled[row][:40]}' is no {level}") from error


def _one(cell: str, level: str) -> bool:
    try:
        convert([cell], level)
    except (ValueError, OverflowError):
        return False
    return True
