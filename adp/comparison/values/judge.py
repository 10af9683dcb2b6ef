"""One column or image plane under its rule: schema first (type, unit), then every value, then what there is to say."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from adp.comparison.model import Field, Part, Values
from adp.comparison.result import FAIL, PASS, RuleResult
from adp.comparison.spec.amounts import Amount
from adp.comparison.spec.terms import ValueRule
from adp.comparison.values.flags import Flags
from adp.comparison.values.measures import Measure, Sigmas, Ulps, Within
from adp.comparison.values.numbers import Numbers
from adp.comparison.values.tally import Floats, Tally
from adp.comparison.values.texts import Texts
from adp.comparison.values.units import factor
from adp.comparison.values.watching import Allowance, Aside
from adp.finding import Finding, Reason, Severity, Where

CONVERTED = 2 * np.finfo(np.float64).eps


class Judge:
    """Compares one field of two parts; `update` takes chunks in order, `rules` and `findings` give the outcome, with
    that of the `asides`. An `allowance` that holds excuses values that break the rule."""

    def __init__(self, rule: ValueRule, reference: Part, product: Field, field: Field, rows: int) -> None:
        self.rule, self.part, self.product, self.reference = rule, reference, product, field
        self.scope = reference.scope(field.name)
        self.where = Where(hdu=reference.label, column=field.name or None)
        self._findings: list[Finding] = []
        self.as_text = "string" in {product.kind, field.kind}
        self.flags = self._flags()
        self.factor = self._unit()
        self.compares = self._schema()
        self.width = max(1, field.per_row) * (2 if field.kind == "complex" else 1)
        self.shape = (*field.cell, 2) if field.kind == "complex" else field.cell
        total = rows * self.width
        self.texts = Texts(total)
        extent = reference.shape if reference.kind == "image" else (rows, *self.shape)
        self.numbers = Numbers(total, self._measure(), rule.nan, self.factor, rule.bits, extent)
        self.causes: dict[str, str] = {}  # likely ones, by the code of the finding they explain
        self.asides: list[Aside] = []
        self.allowance: Allowance | None = None
        self.row_numbers: Any = None  # of the reference's row of each pair, where rows are not taken in order
        self._row_of: list[Any] = []

    def update(self, row: int, product: Values, reference: Values, error: Floats | None = None) -> None:
        """One chunk whose first row (element, in an image) is `row`."""
        if self.as_text:
            self.texts.update(row * self.width, product, reference)
        elif reference.lengths is not None or product.lengths is not None:
            self._ragged(row, product, reference)
        else:
            self.numbers.update(row * self.width, product, reference, error)

    def where_of(self, position: int) -> Where:
        if self._row_of:
            pair = int(np.concatenate(self._row_of)[position // self.width])
            return self.part.where(self._row(pair), self.reference.name)
        pair, cell = divmod(position, self.width)
        return self.part.where(self._row(pair), self.reference.name, cell, self.shape)

    def _row(self, pair: int) -> int:
        return pair if self.row_numbers is None else int(self.row_numbers[pair])

    @property
    def is_plain(self) -> bool:
        """Whether each number is held against its partner as it is stored, within a fixed distance, unwatched."""
        numbers, rule = self.numbers, self.rule
        special = replace(rule, abs=None, rel=None, exact=False, nan="equal", units="convert", dtype="widening")
        return (
            self.compares
            and not self.as_text
            and special == ValueRule()
            and rule.nan != "fail"
            and type(numbers.measure) is Within
            and numbers.factor == 1
            and not numbers.watchers
        )

    @property
    def label(self) -> str:
        return f"{self.rule.label}, {self.allowance.label}" if self.allowance else self.rule.label

    @property
    def is_broken(self) -> bool:
        """Whether numbers break their rule and nothing excuses them."""
        return bool(self.numbers.values.violations) and not (self.allowance and self.allowance.holds)

    @property
    def rules(self) -> Iterator[RuleResult]:
        tally = self.texts.values if self.as_text else self.numbers.values
        result = self._result(self.label, tally, numeric=not (self.as_text or self.flags))
        yield result if self.as_text or self.is_broken else replace(result, verdict=PASS)
        states = list(self.numbers.states.values())
        if states or self.reference.kind in {"float", "complex"}:
            worst = max(states, key=lambda t: t.violations, default=Tally(0))
            merged = replace(worst, violations=sum(t.violations for t in states), seen=tally.total)
            yield self._result(f"nan {self.rule.nan}", merged, numeric=False)
        for aside in self.asides:
            yield from aside.rules

    @property
    def findings(self) -> Iterator[Finding]:
        yield from self._findings
        if self.texts.values.violations:
            yield self._difference("STRING", self.texts.values, "strings differ")
        for code, tally in self.numbers.states.items():
            confusion = {f"{r} → {p}": n for (r, p), n in self.numbers.summary.mismatches.items()}
            kind = code.partition("_")[0].replace("MASK", "masked").replace("NAN", "NaN").replace("INF", "infinite")
            yield self._difference(code, tally, f"values are {kind} on one side only", confusion=confusion)
        if self.numbers.variance.violations:
            yield self._difference("VARIANCE", self.numbers.variance, "standard errors are not positive numbers")
        if self.is_broken and self.flags:
            yield self._difference("FLAG", self.numbers.values, self.flags.sentence, bits=self.flags.evidence)
        elif self.is_broken:
            yield self._difference("VALUE", self.numbers.values, f"values break the rule '{self.label}'")
        for aside in self.asides:
            yield from aside.findings

    def problem(self, code: str, message: str, where: Where | None = None, **evidence: Any) -> None:
        """Keeps a finding about this field."""
        found = Finding(Reason.MISMATCH, code, f"{self.scope}: {message}", where=where or self.where, evidence=evidence)
        self._findings.append(found)

    def _result(self, label: str, tally: Tally, *, numeric: bool) -> RuleResult:
        at = tally.worst_at if numeric and tally.worst_at is not None else tally.first
        return RuleResult(
            scope=self.scope,
            rule=label,
            verdict=FAIL if tally.violations else PASS,
            violations=tally.violations,
            fraction=tally.fraction,
            worst=(tally.worst if tally.compared else None) if numeric else None,
            where=self.where if at is None else self.where_of(at),
            bias=self.numbers.summary.bias if numeric else None,
            scatter=self.numbers.summary.scatter if numeric else None,
            would_pass_at=tally.need if numeric and tally.compared and not self.rule.bits else None,
            statistics=self.numbers.summary.to_dict(tally.violations, tally.fraction) if numeric else {},
        )

    def _difference(self, code: str, tally: Tally, what: str, **more: Any) -> Finding:
        first = tally.examples[0]
        at = tally.worst_at if code == "VALUE" and tally.worst_at is not None and not self.rule.bits else tally.first
        unit = f" {self.reference.unit}" if self.reference.unit else ""
        place = place_of(self.where_of(first[0]))
        message = f"{self.scope}: {tally.violations} of {tally.total} {what}; first at {place}: {first[2]} → {first[1]}"
        if code == "VALUE":
            message += f"; worst |p - r| = {tally.worst:.6g}{unit}"
        examples = [{"where": self.where_of(at).to_dict(), "reference": r, "product": p} for at, p, r in tally.examples]
        evidence = {"count": tally.violations, "examples": examples} | more
        if cause := self.causes.get(code):
            evidence["cause"] = cause
            message += f"; likely cause: {cause}"
        return Finding(Reason.MISMATCH, code, message, where=self.where_of(at or 0), evidence=evidence)

    def _unit(self) -> float:
        mine, theirs = self.product.unit, self.reference.unit
        if mine == theirs or self.product.soft or self.reference.soft:
            return 1.0
        known = factor(mine, theirs)
        if known is None or (self.rule.units == "exact"):
            self.problem("UNIT", f"the unit is {mine or 'missing'}, the reference has {theirs or 'none'}")
        elif known != 1 and not self.as_text:
            message = (
                f"{self.scope}: the unit is {mine}, the reference has {theirs}: values are compared times {known:g}"
            )
            self._findings.append(Finding(Reason.MISMATCH, "UNIT", message, Severity.INFO, self.where))
        return 1.0 if known is None or self.as_text else known

    def no_errors(self, message: str) -> None:
        """A sigma rule without errors cannot be judged."""
        self.refuse("SPEC_SIGMA", f"{message}, which the rule '{self.rule.label}' needs")

    def refuse(self, code: str, message: str) -> None:
        """A rule that cannot be applied to this field; said once per code."""
        if not any(f.code == code for f in self._findings):
            found = Finding(Reason.MANIFEST_INVALID, code, f"{self.scope}: {message}", where=self.where)
            self._findings.append(found)

    def _flags(self) -> Flags | None:
        if self.rule.bitmask is None:
            return None
        if {self.product.kind, self.reference.kind} != {"int"}:
            self.refuse("SPEC_TYPE", "the rule 'bitmask' is about integers, and this field holds none")
            return None
        return Flags(self.rule.bitmask)

    def _schema(self) -> bool:
        """Says what is wrong with type and cell shape; whether the values can be compared all the same."""
        mine, theirs = self.product, self.reference
        if not fits_type(mine, theirs, widening=self.rule.dtype == "widening" and not self.rule.bits):
            self.problem("DTYPE", f"the type is {mine.type_name}, the reference has {theirs.type_name}")
        if mine.ragged != theirs.ragged or (mine.cell != theirs.cell and not mine.ragged):
            shapes = (str(f.cell) if not f.ragged else "variable" for f in (mine, theirs))
            self.problem("SHAPE", "each row's value has the shape {}, the reference's {}".format(*shapes))
        if not self.as_text and (mine.kind == "complex") != (theirs.kind == "complex"):
            return False  # two numbers a value against one
        return mine.ragged == theirs.ragged and (mine.ragged or mine.per_row == theirs.per_row)

    def _measure(self) -> Measure:
        rule = self.rule
        if self.flags is not None:
            return self.flags
        if rule.ulp is not None:
            return Ulps(rule.ulp)
        if rule.sigma is not None:
            return Sigmas(rule.sigma.max)
        if rule.abs is None and rule.rel is None:
            return Within(rel=CONVERTED if self.factor != 1 else 0.0)
        return Within(self._amount(rule.abs), rule.rel or 0.0, of_rel=rule.abs is None)

    def _amount(self, amount: Amount | None) -> float:
        """A tolerance in the reference's own unit."""
        if amount is None or not amount.unit:
            return amount.value if amount else 0.0
        known = factor(amount.unit, self.reference.unit)
        if known is None:
            message = f"{self.scope}: the tolerance {amount} does not fit the unit {self.reference.unit or '(none)'}"
            self._findings.append(Finding(Reason.MANIFEST_INVALID, "SPEC_UNIT", message, where=self.where))
            return 0.0
        return amount.value * known

    def _ragged(self, row: int, product: Values, reference: Values) -> None:
        """Variable-length arrays: rows of another length are findings, the others are compared value by value."""
        if product.lengths is None or reference.lengths is None:
            return
        p_of, r_of = (np.repeat(np.arange(len(v)), v) for v in (product.lengths, reference.lengths))
        unequal = product.lengths != reference.lengths
        if unequal.any() and not any(f.code == "SHAPE" for f in self._findings):
            first = int(np.flatnonzero(unequal)[0])
            self.problem(
                "SHAPE",
                f"row {row + first + 1} has {product.lengths[first]} values, the reference {reference.lengths[first]}",
                self.part.where(row + first, self.reference.name),
            )
        chosen = [~unequal[of] for of in (p_of, r_of)]
        start = sum(map(len, self._row_of)) * self.width
        self._row_of.append(row + r_of[chosen[1]])
        self.numbers.update(start, _chosen(product, chosen[0]), _chosen(reference, chosen[1]))


def fits_type(product: Field, reference: Field, *, widening: bool) -> bool:
    """Whether the product's type may stand for the reference's: the same, or a wider one that keeps every value."""
    if product.dtype == reference.dtype or product.kind == reference.kind == "string":
        return True
    if "complex" in {product.kind, reference.kind} and product.kind != reference.kind:
        return False
    soft = product.soft or reference.soft
    numbers = {"int", "float"}
    if soft and {product.kind, reference.kind} <= numbers:
        return True
    if not widening or "bool" in {product.kind, reference.kind} or "string" in {product.kind, reference.kind}:
        return False
    exact = not (reference.dtype.kind in "iu" and reference.dtype.itemsize == 8 and product.dtype.kind in "fc")  # noqa: PLR2004 (float64 holds 53 bits)
    return exact and np.can_cast(reference.dtype, product.dtype, "safe")


def place_of(where: Where) -> str:
    """A place in words."""
    if where.pixel is not None:
        return f"pixel {where.pixel if len(where.pixel) > 1 else where.pixel[0]}"
    return f"row {where.row}"


def _chosen(values: Values, chosen: Any) -> Values:
    return Values(values.data[chosen], None if values.mask is None else values.mask[chosen])
