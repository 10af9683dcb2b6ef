"""Both sides of what is to be explained, and bounded samples of them: in order, or as rows were paired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Array, Part, Rows, Values
from adp.comparison.values.judge import Judge

ELEMENTS = 1 << 14  # of one field, from a little before its first difference on
ROWS = 1 << 14
SCATTERED = 1 << 12  # rows in any order, each of which may lie in another corner of the file
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Sides:
    """`pairs`: the row numbers of each pair (product, reference); None: row i belongs to row i."""

    product: Part
    reference: Part
    pairs: tuple[Numbers, Numbers] | None = None

    def field(self, judge: Judge, position: int) -> tuple[Values, Values]:
        """The field's values around an element."""
        first = max(0, position // judge.width - 1)
        p_rows, r_rows = self._rows(first, max(1, ELEMENTS // judge.width))
        return self.product.source.read(p_rows)(judge.product.name), self.reference.source.read(r_rows)(
            judge.reference.name
        )

    def start(self, judges: Sequence[Judge]) -> int:
        """The row from which on columns are looked at: in a long table, a little before the first difference."""
        tallies = [j.texts.values if j.as_text else j.numbers.values for j in judges]
        first = min(
            (t.first // j.width for t, j in zip(tallies, judges, strict=True) if t.first is not None), default=0
        )
        return max(0, first - 2) if max(self.product.rows, self.reference.rows) > ROWS else 0

    def columns(self, judges: Sequence[Judge], start: int = 0) -> Mapping[str, tuple[Array, Array]]:
        """Rows of these columns, native, by the reference's names; in order, all that either side has."""
        sizes = (min(part.rows, start + ROWS) for part in (self.product, self.reference))
        rows: tuple[Rows, ...] = tuple(slice(start, stop) for stop in sizes)
        if self.pairs is not None:
            rows = self._rows(0, SCATTERED)
        p, r = (part.source.read(n) for part, n in zip((self.product, self.reference), rows, strict=True))
        return {j.reference.name: (_native(p(j.product.name)), _native(r(j.reference.name))) for j in judges}

    def _rows(self, first: int, count: int) -> tuple[Rows, Rows]:
        if self.pairs is not None:
            some = slice(first, first + min(count, SCATTERED))
            return self.pairs[0][some], self.pairs[1][some]
        rows = slice(first, min(first + count, self.product.rows, self.reference.rows))
        return rows, rows


def _native(values: Values) -> Array:
    return values.data.astype(values.data.dtype.newbyteorder("="))
