"""One more pass over a pair of tables: each numeric column's strain along its rows, and what overlays need of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from adp.comparison.formats.limits import ReadLimits
from adp.comparison.matching.pairing import Pairing
from adp.comparison.matching.reading import read
from adp.comparison.model import Array, Field, Getter, Part, Values
from adp.comparison.noise import Columns
from adp.comparison.pictures.patience import Patience
from adp.comparison.pictures.seen import Seen, finite
from adp.comparison.values.numbers import real
from adp.comparison.values.sums import Floats

BINS = 600


@dataclass
class ColumnPass:
    """The rows fall into at most BINS bins in the reference's order; `low` and `high` are the strain's extremes in
    each, NaN where nothing could be compared."""

    part: Part
    product: Field
    reference: Field
    seen: Seen
    count: int
    errors: Columns | None = None
    low: Floats = field(init=False)
    high: Floats = field(init=False)

    def __post_init__(self) -> None:
        bins = min(BINS, max(1, self.count))
        self.low, self.high = np.full(bins, np.nan), np.full(bins, np.nan)

    @property
    def width(self) -> int:
        return max(1, self.reference.per_row) * (2 if self.reference.kind == "complex" else 1)

    @property
    def name(self) -> str:
        return self.reference.name

    def error(self, product: Getter, reference: Getter, size: int) -> Floats | None:
        return self.errors.read(product, reference, size) if self.errors else None

    def update(self, row: int, product: Values, reference: Values, error: Floats | None) -> None:
        """One chunk of pairs; `row` is the number of its first pair."""
        p, r = real(product.data), real(reference.data)
        good_p, good_r = finite(p, _wide(product, p)), finite(r, _wide(reference, r))
        both = np.flatnonzero(good_p & good_r)
        start = row * self.width
        strain = self.seen.take(start, both, p[both], r[both], error[both] if error is not None else None)
        bins = ((start + both) // self.width) * len(self.low) // max(1, self.count)
        np.fmin.at(self.low, bins, strain)
        np.fmax.at(self.high, bins, strain)
        if self.seen.scale.rule.nan != "ignore":
            self.seen.mismatched += int(np.count_nonzero(good_p != good_r))


def passed(
    product: Part,
    reference: Part,
    columns: Sequence[ColumnPass],
    pairing: Pairing,
    limits: ReadLimits,
    patience: Patience,
) -> tuple[ColumnPass, ...]:
    """The numeric columns, filled. Raises TimeoutError when patience ends."""
    size = max(1, limits.chunk // max(1, product.width, reference.width))
    for start, p_get, r_get in read(pairing, product, reference, size) if columns else ():
        patience.check()
        for column in columns:
            r = r_get(column.reference.name)
            column.update(start, p_get(column.product.name), r, column.error(p_get, r_get, len(r.data)))
    return tuple(columns)


def numeric(product: Field, reference: Field) -> bool:
    kinds = {product.kind, reference.kind}
    return "string" not in kinds and not product.ragged and not reference.ragged and product.cell == reference.cell


def _wide(values: Values, data: Array) -> Any:
    mask = values.mask
    return mask if mask is None or len(mask) == len(data) else np.repeat(mask, len(data) // len(mask))
