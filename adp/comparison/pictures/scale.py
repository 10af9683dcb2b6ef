"""What the rule of one field allows, value by value: differences in the reference's unit and in units of the rule."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from adp.comparison.model import Array, Field
from adp.comparison.spec.terms import ValueRule
from adp.comparison.values.sums import Floats
from adp.comparison.values.units import factor
from adp.comparison.words.text import unit_words


@dataclass(frozen=True, slots=True)
class Scale:
    """`limit` of the rule is 1 in what `strain` gives; without a tolerance (`is_exact`) strain is the plain
    difference. `unit` is the reference's; `convert` brings the product to it."""

    rule: ValueRule
    unit: str = ""
    convert: float = 1.0
    abs: float = 0.0
    bits: bool = False
    ignore: int = 0

    @classmethod
    def of(cls, rule: ValueRule, product: Field, reference: Field) -> Self:
        known = factor(product.unit, reference.unit) if product.unit and reference.unit else 1.0
        amount = rule.abs.value if rule.abs else 0.0
        if rule.abs and rule.abs.unit:
            amount *= factor(rule.abs.unit, reference.unit) or 0.0
        ignored = rule.bitmask.ignore if rule.bitmask is not None else 0
        return cls(rule, reference.unit, known or 1.0, amount, rule.bitmask is not None, ignored)

    @property
    def is_exact(self) -> bool:
        """No number says how far is allowed: any difference is too much."""
        rule = self.rule
        return self.bits or rule.bits or not (self.abs or rule.rel or rule.ulp or rule.sigma)

    @property
    def band(self) -> float | None:
        """The allowed |difference| where it is the same for all values, in the reference's unit."""
        rule = self.rule
        is_one = not (self.is_exact or rule.rel or rule.ulp or rule.sigma)
        return self.abs if is_one else None

    @property
    def word(self) -> str:
        """What `strain` is measured in, for an axis."""
        if self.bits:
            return "bits that differ"
        unit = f" / {unit_words(self.unit)}" if self.unit else ""
        return f"difference{unit}" if self.is_exact else "difference / allowed"

    def difference(self, product: Array, reference: Array) -> Floats:
        """product - reference of finite values, in float64; for bit masks how many bits differ."""
        if self.bits and product.dtype.kind in "iu" and reference.dtype.kind in "iu":
            wide = product.astype(np.uint64, casting="unsafe") ^ reference.astype(np.uint64, casting="unsafe")
            bits: Floats = np.bitwise_count(wide & np.uint64(~self.ignore & (1 << 64) - 1)).astype(np.float64)
            return bits
        with np.errstate(over="ignore", invalid="ignore"):
            scaled: Floats = product.astype(np.float64)
            if self.convert != 1:
                scaled *= self.convert
            scaled -= reference
        return scaled

    def strain(self, difference: Floats, reference: Array, error: Floats | None = None) -> Floats:
        """Signed; infinite where nothing is allowed and something is there."""
        if self.is_exact:
            return difference
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            allowed = self.allowed(reference, error)
            strain = np.asarray(difference / allowed)
        strain[difference == 0] = 0.0
        return strain

    def allowed(self, reference: Array, error: Floats | None = None) -> Floats:
        """In the reference's unit; NaN where the standard error is missing; one number where it is the same for all."""
        rule = self.rule
        if not (rule.ulp or rule.sigma or rule.rel):
            return np.asarray(self.abs)
        size: Any = np.abs(reference.astype(np.float64))
        if rule.ulp is not None:
            step = np.spacing(np.abs(reference)) if reference.dtype.kind == "f" else np.ones(len(reference))
            return np.asarray(rule.ulp * step, dtype=np.float64)
        if rule.sigma is not None:
            return rule.sigma.max * (error if error is not None else np.full(len(size), np.nan))
        return np.asarray(self.abs + rule.rel * size)
