"""Columns whose rows have no identity: both sides as samples, held against each other by their distributions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from adp.comparison.formats.limits import ReadLimits
from adp.comparison.model import Part, Values
from adp.comparison.result import FAIL, PASS, RuleResult
from adp.comparison.spec.statistical import DistributionRule
from adp.comparison.statistics.two_samples import Outcome, anderson_darling, categories, kolmogorov_smirnov
from adp.comparison.values.judge import Judge
from adp.comparison.values.numbers import real, states, wide
from adp.comparison.values.summary import STATE_NAMES
from adp.comparison.values.tally import Floats
from adp.comparison.values.texts import as_text
from adp.finding import Finding, Reason

LARGEST = 1 << 20  # values of one side that are held; of more, one out of each equal stretch of rows
KINDS = 1 << 16  # different strings of one side that are counted
SEED = 20261122
TESTS = {"ks": kolmogorov_smirnov, "anderson": anderson_darling}
SYMBOLS = {"ks": "D", "anderson": "A²"}
Ints = npt.NDArray[np.int64]


@dataclass
class Side:
    """What one side's column holds: finite values, how many of the other kinds, and counts of strings."""

    total: int
    finite: list[Floats] = field(default_factory=list)
    states: Ints = field(default_factory=lambda: np.zeros(len(STATE_NAMES), dtype=np.int64))
    strings: Counter[str] = field(default_factory=Counter)
    _chosen: Ints | None = None

    def __post_init__(self) -> None:
        if self.total > LARGEST:
            at = np.random.default_rng(SEED).random(LARGEST)
            self._chosen = ((np.arange(LARGEST) + at) * (self.total / LARGEST)).astype(np.int64)

    def numbers(self, start: int, values: Values, scale: float) -> None:
        data = real(values.data)
        mask = wide(values.mask, len(values.data), len(data))
        at = self._within(start, len(data))
        data, mask = (data[at], mask[at] if mask is not None else None) if at is not None else (data, mask)
        kinds = states(data, mask)
        self.states += np.bincount(kinds, minlength=len(STATE_NAMES)) if kinds is not None else self._all(len(data))
        good = data if kinds is None else data[kinds == 0]
        self.finite.append(good.astype(np.float64) * scale)

    def texts(self, values: Values) -> None:
        if len(self.strings) <= KINDS:
            self.strings.update(as_text(values).tolist())

    def _within(self, start: int, size: int) -> Ints | None:
        if self._chosen is None:
            return None
        low, high = np.searchsorted(self._chosen, [start, start + size])
        return self._chosen[low:high] - start

    @staticmethod
    def _all(size: int) -> Ints:
        return np.array([size, 0, 0, 0, 0], dtype=np.int64)


@dataclass
class Crowd:
    """One column; `judge` tells what is wrong with its type and unit, and is fed no values."""

    judge: Judge
    rule: DistributionRule
    product: Side
    reference: Side

    @property
    def label(self) -> str:
        test = "counts" if self.judge.as_text else self.rule.test
        return f"{test} p {self.rule.p:g}"

    def read(self, product: Part, reference: Part, size: int) -> None:
        """All rows of both sides, by chunks."""
        judge = self.judge
        mine = self.product, product, judge.product, judge.factor
        theirs = self.reference, reference, judge.reference, 1.0
        for side, part, column, scale in (mine, theirs):
            for start in range(0, part.rows, size):
                values = part.source.read(slice(start, min(start + size, part.rows)))(column.name)
                if self.judge.as_text:
                    side.texts(values)
                else:
                    side.numbers(start * self.judge.width, values, scale)

    def outcomes(self) -> Iterator[tuple[str, Outcome]]:
        """What was tested, and how it came out."""
        both = self.product, self.reference
        if self.judge.as_text:
            kinds = sorted({*self.product.strings, *self.reference.strings})
            yield "strings", categories(*(np.array([side.strings[k] for k in kinds]) for side in both))
            return
        p, r = (np.concatenate([np.zeros(0), *side.finite]) for side in both)
        if len(p) and len(r):
            yield "values", TESTS[self.rule.test](p, r)
        counts = [side.states.copy() for side in both]
        if self.judge.rule.nan == "ignore":
            counts[0][1] = counts[1][1] = 0
        if any(c[1:].any() for c in counts) or not (len(p) and len(r)):
            yield "kinds", categories(*counts)


def judged(
    crowds: Sequence[Crowd], product: Part, reference: Part, limits: ReadLimits
) -> tuple[list[Finding], list[RuleResult]]:
    """Findings and rules of columns judged by their distribution."""
    findings: list[Finding] = []
    rules: list[RuleResult] = []
    size = max(1, limits.chunk // max(1, product.width, reference.width))
    for crowd in crowds:
        findings += crowd.judge.findings
        if not crowd.judge.compares:
            continue
        crowd.read(product, reference, size)
        if max(len(s.strings) for s in (crowd.product, crowd.reference)) > KINDS:
            crowd.judge.refuse("SPEC_TYPE", f"more than {KINDS} different strings have no distribution to compare")
            findings += [f for f in crowd.judge.findings if f.code == "SPEC_TYPE"]
            continue
        found, rule = _verdict(crowd)
        findings += found
        rules.append(rule)
    return findings, rules


def crowd_of(judge: Judge, rule: DistributionRule, product: Part, reference: Part) -> Crowd:
    return Crowd(judge, rule, *(Side(part.rows * judge.width) for part in (product, reference)))


def rows_agree(product: Part, reference: Part, extra: str) -> Iterator[Finding]:
    """As many rows on both sides, unless `extra` is "ignore"."""
    more = product.rows - reference.rows
    if more and extra == "fail":
        code, verb = ("ROW_EXTRA", "more") if more > 0 else ("ROW_MISSING", "fewer")
        message = f"{reference.scope()}: {product.rows} rows, {abs(more)} {verb} than the reference"
        hint = 'where samples may differ in size, say so in the spec: [table] extra = "ignore"'
        yield Finding(Reason.MISMATCH, code, message, where=reference.where(reference.rows), hint=hint)


def _verdict(crowd: Crowd) -> tuple[list[Finding], RuleResult]:
    judge, outcomes = crowd.judge, list(crowd.outcomes())
    findings = [_finding(crowd, what, o) for what, o in outcomes if o.p < crowd.rule.p]
    if judge.rule.nan == "fail" and crowd.product.states[1] + crowd.reference.states[1]:
        findings.append(Finding(Reason.MISMATCH, "NAN_MISMATCH", f"{judge.scope}: there are NaN", where=judge.where))
    worst = min((o for _, o in outcomes), key=lambda o: o.p)
    verdict = FAIL if findings else PASS
    return findings, RuleResult(
        judge.scope, crowd.label, verdict, len(findings), 0.0, worst.statistic, judge.where, would_pass_at=worst.p
    )


def _finding(crowd: Crowd, what: str, outcome: Outcome) -> Finding:
    judge, rule = crowd.judge, crowd.rule
    unit = f" {judge.reference.unit}" if judge.reference.unit else ""
    evidence = {"statistic": outcome.statistic, "p": outcome.p, "rows": [crowd.product.total, crowd.reference.total]}
    if what == "values":
        share = f"{100 * outcome.shares[0]:.3g} % of the product and {100 * outcome.shares[1]:.3g} % of the reference"
        said = f"{rule.test} {SYMBOLS[rule.test]} = {outcome.statistic:.3g}; up to {outcome.at:.6g}{unit} lie {share}"
        evidence |= {"at": outcome.at, "medians": [_median(s) for s in (crowd.product, crowd.reference)]}
    elif what == "kinds":
        counts = [dict(zip(STATE_NAMES, s.states.tolist(), strict=True)) for s in (crowd.product, crowd.reference)]
        said = "the shares of NaN, infinite or masked values are not the same"
        evidence |= {"product": counts[0], "reference": counts[1]}
    else:
        said = "the counts of its strings are not the same"
    message = f"{judge.scope}: both are not of one distribution: {said}; by chance in {outcome.p:.3g} of all cases"
    return Finding(Reason.MISMATCH, "DISTRIBUTION", message, where=judge.where, evidence=evidence)


def _median(side: Side) -> float:
    return float(np.median(np.concatenate(side.finite)))
