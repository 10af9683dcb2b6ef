"""What a step promised from level N to N+1: named columns keep every bit, the others follow the declared formula."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from adp.comparison.formats.limits import ReadLimits
from adp.comparison.invariant import Invariant
from adp.comparison.matching import columns
from adp.comparison.matching.pairing import in_order
from adp.comparison.model import Document, Field, Getter, Part, Rows, Values
from adp.comparison.result import RuleResult
from adp.comparison.spec import expression
from adp.comparison.spec.terms import WHOLE_RULE, RelationRule, Spec, ValueRule
from adp.comparison.values.judge import Judge
from adp.comparison.values.measures import Measure, Neighbours, Within
from adp.finding import Finding, Reason, Where

STEPS = 1  # ulp of the product's type that a transform may be off, unless the column has a rule
Outcome = tuple[list[Finding], list[RuleResult]]


def compare_relation(
    product: Document, source: Document, rule: RelationRule, spec: Spec, limits: ReadLimits
) -> Outcome:
    """Findings and rules for every invariant and every transform of `rule`, in one pass over both tables."""
    mine, theirs = table_of(product), table_of(source)
    if mine is None or theirs is None:
        side = product if mine is None else source
        message = f"a relation is about columns, and {side.path.name} ({side.format}) has none"
        return [Finding(Reason.MISMATCH, "RELATION", message)], []
    pairing = in_order(mine, theirs)
    findings = [*_lost(mine, theirs, rule), *_wrong(theirs, rule)]
    kept = [n for n in rule.invariant if n in mine.by_name and n in theirs.by_name]
    checks: list[Invariant | Transform] = [Invariant(mine, theirs, name) for name in kept]
    if not findings or all(f.reason is not Reason.MANIFEST_INVALID for f in findings):
        made = {n: text for n, text in rule.transform.items() if n in mine.by_name}
        checks += [Transform(mine, n, text, spec, theirs.rows) for n, text in made.items()]
    width = mine.width + theirs.width
    for start, p_rows, r_rows in pairing.chunks(max(1, 2 * limits.chunk // max(1, width))):
        p_get, r_get = mine.source.read(p_rows), theirs.source.read(r_rows)
        for check in checks:
            check.update(start, p_get, r_get)
    findings += [*pairing.findings, *(f for check in checks for f in check.findings)]
    return findings, [check.rule for check in checks]


def table_of(document: Document) -> Part | None:
    """The first table; or the image extensions of a pixel table written as one image per column."""
    if document.tables:
        return document.tables[0]
    images = {p.name: p for p in document.parts if p.kind == "image" and p.index and p.name}
    if not images or len({p.rows for p in images.values()}) > 1:
        return None
    fields = tuple(replace(p.fields[0], name=name) for name, p in images.items())
    return Part("table", 0, _Planes(images), fields=fields, rows=next(iter(images.values())).rows)


class _Planes:
    """Image extensions read as the columns of one table."""

    def __init__(self, parts: Mapping[str, Part]) -> None:
        self._parts = parts

    def read(self, rows: Rows) -> Getter:
        return lambda name: self._parts[name].source.read(rows)("")


class Transform:
    """One column of the product that a formula gives from columns of the source."""

    def __init__(self, product: Part, name: str, text: str, spec: Spec, rows: int) -> None:
        field = product.by_name[name]
        own = {k: v for k, v in spec.general.columns.get(name, {}).items() if k in WHOLE_RULE}
        self.name, self._node = name, expression.parse(text)
        self._names = expression.names(self._node)
        self._judge = Judge(ValueRule(**own), product, field, field, rows)
        if not own:
            self._judge.numbers.measure = _close(field)
        tolerance = self._judge.rule.label if own else f"{STEPS} ulp"
        self._label = f"= {' '.join(text.split())} within {tolerance}"

    def update(self, start: int, product: Getter, source: Getter) -> None:
        mine = product(self.name)
        columns_read = {name: source(name) for name in self._names}
        made = expression.evaluate(self._node, {n: v.data for n, v in columns_read.items()})
        mask = np.zeros(len(mine.data), dtype=np.bool_)
        for values in columns_read.values():
            mask |= values.mask if values.mask is not None else False
        self._judge.update(start, mine, Values(np.broadcast_to(made, mine.data.shape), mask))

    @property
    def findings(self) -> Iterator[Finding]:
        for found in self._judge.findings:
            yield replace(found, code="RELATION") if found.code in {"VALUE", "STRING"} else found

    @property
    def rule(self) -> RuleResult:
        return replace(next(self._judge.rules), rule=self._label)


def _close(field: Field) -> Measure:
    return Neighbours(STEPS, field.dtype) if field.kind == "float" else Within()


def _lost(product: Part, source: Part, rule: RelationRule) -> Iterator[Finding]:
    """Columns the relation names that are not there."""
    for name in rule.invariant:
        if name not in source.by_name:
            yield _unknown(name, source, "is not a column of the source")
        elif name not in product.by_name:
            yield columns.missing(product, name, "the column is missing")
    for name in rule.transform:
        if name not in product.by_name:
            yield columns.missing(product, name, "the column is missing")


def _wrong(source: Part, rule: RelationRule) -> Iterator[Finding]:
    """Formulas that cannot be read, or that speak of columns the source does not have."""
    numbers = {f.name for f in source.fields if f.kind in {"int", "float"} and not f.cell and not f.ragged}
    for target, text in rule.transform.items():
        try:
            names = expression.names(expression.parse(text))
        except expression.ExpressionError as error:
            message = f"relation.transform.{target}: {error} in '{text[:80]}'"
            yield Finding(Reason.MANIFEST_INVALID, "SPEC_EXPRESSION", message, where=Where(column=target))
            continue
        for name in sorted(names - numbers):
            yield _unknown(name, source, f"in the formula of {target} is not a numeric column of the source")


def _unknown(name: str, source: Part, what: str) -> Finding:
    near = difflib.get_close_matches(name, list(source.by_name), 1)
    hint = f"did you mean '{near[0]}'?" if near else f"its columns: {', '.join(list(source.by_name)[:20])}"
    message = f"relation: '{name}' {what}"
    return Finding(Reason.MANIFEST_INVALID, "SPEC_UNKNOWN_COLUMN", message, where=Where(column=name), hint=hint)
