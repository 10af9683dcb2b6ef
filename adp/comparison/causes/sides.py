"""Both sides of what is to be explained, and bounded samples of them: in order, or as rows were paired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Array, Part, Rows, Values
from adp.comparison.values.judge import Judge

ELEMENTS = 1 << 16  # of one field, from a little before its first difference on
ROWS = 1 << 16
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

    def columns(self, judges: Sequence[Judge]) -> Mapping[str, tuple[Array, Array]]:
        """The first rows of these columns, native, by the reference's names; in order, all that either side has."""
        rows: tuple[Rows, Rows] = slice(0, min(self.product.rows, ROWS)), slice(0, min(self.reference.rows, ROWS))
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
