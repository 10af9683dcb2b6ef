"""Strings held against strings (and against whatever else, as text): trailing blanks are free, all else counts."""

from dataclasses import dataclass, field

import numpy as np

from adp.comparison.model import Array, Values
from adp.comparison.values.tally import EXAMPLES, Tally


@dataclass
class Texts:
    """Counts unequal strings. A missing value equals a missing value and the empty string only."""

    total: int
    values: Tally = field(init=False)

    def __post_init__(self) -> None:
        self.values = Tally(self.total)

    def update(self, start: int, product: Values, reference: Values) -> None:
        self.values.seen += len(reference.data)
        if product.data.dtype == reference.data.dtype and product.mask is None and reference.mask is None:
            suspects = np.flatnonzero(product.data != reference.data)
        else:
            suspects = np.arange(len(reference.data))
        p, r = (as_text(v, suspects) for v in (product, reference))
        differ = np.flatnonzero(p != r)
        few = differ[:EXAMPLES]
        self.values.bad(start, suspects[differ], p[few], r[few])


def as_text(values: Values, at: Array | slice = slice(None)) -> Array:
    """The elements at `at` as str without trailing blanks; "" where masked."""
    data = values.data[at]
    if data.dtype.kind == "S":
        text = np.char.decode(data, "latin-1")
    elif data.dtype.kind == "U":
        text = data
    else:
        text = np.array([str(v) for v in data.tolist()], dtype=np.str_) if len(data) else np.zeros(0, dtype="U1")
    stripped = np.char.rstrip(text)
    return stripped if values.mask is None else np.where(values.mask[at], "", stripped)
