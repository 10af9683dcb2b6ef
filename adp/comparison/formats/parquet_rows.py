"""Rows of a Parquet file in the order they stand: one stream of batches, begun anew only when somebody goes back."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from adp.comparison.formats.flat import WINDOW
from adp.comparison.formats.limits import ReadLimits
from adp.comparison.formats.parquet_columns import Column, values
from adp.comparison.model import Getter, Rows

BATCH = 1 << 16


class Stream:
    """The source of a Parquet table."""

    def __init__(self, file: Any, columns: Mapping[str, Column], limits: ReadLimits) -> None:
        self._file, self._columns, self._limits = file, columns, limits
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
        self._starts = [0, *itertools.accumulate(sizes)]
        width = sum(max(1, c.field.per_row * c.field.usual) for c in columns.values())
        self._batch = max(1, min(BATCH, limits.chunk // max(width, 1)))
        self._batches: Iterator[Any] = iter(())
        self._at = -1
        self._rest: Any = None

    def read(self, rows: Rows) -> Getter:
        table = self._range(rows.start, rows.stop) if isinstance(rows, slice) else self._picked(rows)
        return lambda name: values(self._columns[name], self._array(table, self._columns[name]), self._limits)

    def _array(self, table: Any, column: Column) -> Any:
        array = table.column(column.path[0])
        array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
        for name in column.path[1:]:
            array = array.flatten()[array.type.get_field_index(name)]
        return array

    def _picked(self, rows: Any) -> Any:
        import pyarrow as pa  # noqa: PLC0415 (few files need it)

        order = np.argsort(rows, kind="stable")
        wanted, pieces, at = rows[order], [], 0
        while at < len(wanted):
            low = int(wanted[at])
            end = int(np.searchsorted(wanted, low + WINDOW))
            pieces.append(self._range(low, int(wanted[end - 1]) + 1).take(pa.array(wanted[at:end] - low)))
            at = end
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return pa.concat_tables(pieces).take(pa.array(back)) if pieces else self._range(0, 0)

    def _range(self, start: int, stop: int) -> Any:
        import pyarrow as pa  # noqa: PLC0415 (few files need it)

        if start != self._at:
            self._begin(start)
        found, missing = [], stop - start
        while missing > 0:
            batch = self._next()
            found.append(batch.slice(0, missing))
            self._rest = batch.slice(len(found[-1])) if len(found[-1]) < len(batch) else None
            missing -= len(found[-1])
        self._at = stop
        return pa.Table.from_batches(found, self._file.schema_arrow)

    def _begin(self, row: int) -> None:
        """Makes `row` the next one: from the row group that holds it, past the rows before."""
        group = max(int(np.searchsorted(self._starts, row, "right")) - 1, 0)
        groups = range(min(group, len(self._starts) - 1), len(self._starts) - 1)
        self._batches = self._file.iter_batches(self._batch, row_groups=list(groups), use_threads=False)
        self._rest, before = None, row - self._starts[group] if groups else 0
        while before > 0:
            batch = self._next()
            self._rest = batch.slice(min(before, len(batch))) if before < len(batch) else None
            before -= len(batch)

    def _next(self) -> Any:
        if self._rest is not None and len(self._rest):
            return self._rest
        while True:
            batch = next(self._batches, None)
            if batch is None:
                raise EOFError("the row groups end before the declared number of rows")
            if len(batch):
                return batch
