"""Text tables line by line and row by row: bounded lines, quotes as CSV has them, batches of columns of cells."""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from typing import Any

from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.memory import joined
from adp.comparison.model import Values

BATCH = 1 << 14
CELL = 64  # bytes of memory that a cell of text costs besides its characters
Columns = list[list[str]]


class Lines:
    """The lines of a UTF-8 file, from its beginning each time it is iterated; ends as they stand."""

    def __init__(self, descriptor: int, limits: ReadLimits) -> None:
        self._descriptor, self._limits = descriptor, limits
        size = os.fstat(descriptor).st_size
        if size > limits.text:
            raise Unreadable(f"{size} bytes; text tables are read up to {limits.text}")

    def __iter__(self) -> Iterator[str]:
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        most = 16 * self._limits.line
        with io.open(self._descriptor, encoding="utf-8-sig", newline="", closefd=False) as file:  # noqa: UP020 (a descriptor)
            try:
                while line := file.readline(most):
                    if len(line) == most:
                        raise Unreadable(f"has a line of {most} characters or more")
                    yield line
            except UnicodeDecodeError as error:
                raise Unreadable(f"is not UTF-8 text ({error.reason})") from error


def rows(lines: Iterable[str], delimiter: str, limits: ReadLimits, width: int = 0) -> Iterator[list[str]]:
    """Cells of each row; blanks around them do not count where the delimiter is another. Of `width` cells are the rows
    (0: as many as the first), so that a blank at a line's end is told from an empty last cell. Raises Unreadable."""
    csv.field_size_limit(limits.line)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter == " ", strict=True)
    try:
        for row in reader:
            if delimiter == " " and len(row) > width and not row[-1]:
                row.pop()
            width = width or len(row)
            yield row if delimiter == " " else [c.strip() for c in row]
    except csv.Error as error:
        raise Unreadable(f"line {reader.line_num} of the data: {error}") from error


def first_row(line: str, delimiter: str, limits: ReadLimits) -> list[str]:
    """The cells of one line; none when quotes do not fit this delimiter."""
    try:
        return next(rows([line], delimiter, limits), [])
    except Unreadable:
        return []


def batches(found: Iterable[list[str]], width: int) -> Iterator[tuple[int, Columns]]:
    """The number of the first row (from 0), and columns of at most BATCH cells. Every row must have `width` cells."""
    columns: Columns = [[] for _ in range(width)]
    first = number = 0
    for number, row in enumerate(found, 1):
        if len(row) != width:
            raise Unreadable(f"row {number} has {len(row)} cells for {width} columns")
        for cells, cell in zip(columns, row, strict=True):
            cells.append(cell)
        if number - first == BATCH:
            yield first, columns
            first, columns = number, [[] for _ in range(width)]
    if number > first:
        yield first, columns


def checked(names: list[str], limits: ReadLimits) -> list[str]:
    if not names or len(names) > limits.columns:
        raise Unreadable("has no header line" if not names else f"has {len(names)} columns")
    if len(set(names)) < len(names):
        raise Unreadable(f"two columns are called {next(n for n in names if names.count(n) > 1)!r}")
    return names


class Gathered:
    """Columns put together batch by batch, within the memory that a file read whole may take."""

    def __init__(self, width: int, limits: ReadLimits) -> None:
        self._chunks: list[list[Values]] = [[] for _ in range(width)]
        self._limits, self._spent = limits, 0

    def add(self, number: int, values: Values) -> None:
        self._chunks[number].append(values)
        self._spent += cost(values)
        if self._spent > self._limits.whole:
            what = f"needs more than {self._limits.whole} bytes of memory; such a table belongs into FITS or Parquet"
            raise Unreadable(what)

    def column(self, number: int, kind: Any) -> Values:
        return joined(self._chunks[number], kind)


def cost(values: Values) -> int:
    """Bytes of memory: twice while columns are joined, strings with what Python adds."""
    if values.data.dtype.kind == "O":
        return sum(CELL + len(text) for text in values.data.tolist())
    return values.data.nbytes * 2
