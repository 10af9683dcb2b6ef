"""The values of one field on both sides, as a pattern is looked for in them: raw, and finite in double precision."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from adp.comparison.model import Array, Field
from adp.comparison.values.numbers import real
from adp.comparison.values.sums import Floats

NOISE = 4  # roundings of the coarser type that a formula may be off by
FAR = 1e3  # roundings that a factor or an offset must be larger than, to be one


@dataclass(frozen=True)
class Pairs:
    """`raw_product` and `raw_reference` are of one length and may hold NaN; `factor` brings the product's unit to the
    reference's; `missing` marks what is masked on either side."""

    raw_product: Array
    raw_reference: Array
    field: Field
    own: Field
    factor: float = 1.0
    missing: Array | None = None

    @cached_property
    def both(self) -> Array:
        p, r = real(self.raw_product), real(self.raw_reference)
        finite = np.isfinite(p) & np.isfinite(r)
        return finite if self.missing is None else finite & ~self.missing

    @cached_property
    def p(self) -> Floats:
        return real(self.raw_product)[self.both].astype(np.float64) * self.factor

    @cached_property
    def r(self) -> Floats:
        return real(self.raw_reference)[self.both].astype(np.float64)

    @cached_property
    def different(self) -> int:
        """How many different values of the reference the product does not have. Integers are held as integers: two
        of 63 bits may be the same double."""
        p, r = real(self.raw_product)[self.both], real(self.raw_reference)[self.both]
        whole = self.factor == 1 and {p.dtype.kind, r.dtype.kind} <= {"i", "u"} and p.dtype.kind == r.dtype.kind
        return len(np.unique(r[p != r] if whole else self.r[self.p != self.r]))

    @property
    def epsilon(self) -> float:
        """The rounding of the coarser type."""
        kinds = [v.dtype for v in (self.raw_product, self.raw_reference) if v.dtype.kind in "fc"]
        return float(max((np.finfo(k).eps for k in kinds), default=np.finfo(np.float64).eps))

    def follows(self, made: Floats, inner: float = 0.0) -> bool:
        """Whether the product is `made`, but for rounding: that of the values, and of sizes up to `inner` on the way.
        Not where rounding hides what `made` says: values that hardly vary, or a reference that is as near."""
        if not np.isfinite(made).all() or self._near(self.r, inner):
            return False
        size = max(float(np.abs(made).max()), inner)
        return self._near(made, inner) and float(np.ptp(made)) > FAR * NOISE * self.epsilon * size

    def _near(self, made: Floats, inner: float) -> bool:
        size = np.maximum(np.maximum(np.abs(self.p), np.abs(made)), inner)
        return bool((np.abs(self.p - made) <= NOISE * self.epsilon * size).all())
