"""Whether the product's variances and standard errors are such: positive, or NaN where nothing was measured."""

from collections.abc import Iterator

import numpy as np

from adp.comparison.formats.limits import ReadLimits
from adp.comparison.model import Document, Field, Part
from adp.comparison.result import FAIL, PASS, RuleResult
from adp.comparison.spec.terms import Scope, Spec
from adp.comparison.values.tally import Tally
from adp.finding import Finding, Reason, Where

PLANES = frozenset({"STAT", "VAR", "VARIANCE", "ERR", "ERROR"})  # EXTNAMEs by custom
COLUMN = "VARIANCE"
CLASS = "HDUCLAS2", "ERROR"  # ESO's Data Interface Control Document, as MUSE, X-shooter and others write it


def variances(product: Document, spec: Spec, limits: ReadLimits) -> tuple[list[Finding], list[RuleResult]]:
    """A finding and a rule for every HDU and column of the product that holds variances or errors: by the spec, by its
    name, or by HDUCLAS2."""
    named = named_errors(spec)
    found = [(p, f) for p in product.parts for f in p.fields if _is_variance(p, f, named)]
    judged = [_positive(part, field, limits) for part, field in found]
    if not judged:
        message = "the spec asks for positive variances, and the product has no HDU or column that holds any"
        return [Finding(Reason.MANIFEST_INVALID, "SPEC_UNUSED", message)], []
    return [f for finding, _ in judged for f in finding], [rule for _, rule in judged]


def named_errors(spec: Spec) -> frozenset[str]:
    """Names of HDUs and columns, in capitals, that any section calls variances or errors."""
    return frozenset(name.upper() for scope in (spec.general, *spec.hdus.values()) for name in _names(scope))


def _names(scope: Scope) -> Iterator[str]:
    derived = scope.derived.values()
    for keys in (scope.data, *scope.columns.values(), *(d.keys for d in derived)):
        if "sigma" in keys:
            yield keys["sigma"].variance or keys["sigma"].error
    for keys in (scope.statistics, *scope.column_statistics.values(), *(d.statistics for d in derived)):
        yield from (keys[k] for k in ("variance", "error") if k in keys)


def _is_variance(part: Part, field: Field, named: frozenset[str]) -> bool:
    if field.kind not in {"int", "float"}:
        return False
    if part.kind == "image":
        classes = {str(card.value) for card in part.cards if card.key == CLASS[0]}
        return (part.name or "") in named | PLANES or CLASS[1] in classes
    return field.name.upper() in named | {COLUMN}


def _positive(part: Part, field: Field, limits: ReadLimits) -> tuple[list[Finding], RuleResult]:
    per_row = max(1, field.per_row)
    size = max(1, limits.chunk // max(1, part.width))
    tally = Tally(part.rows * per_row)
    for start in range(0, part.rows, size):
        values = part.source.read(slice(start, min(start + size, part.rows)))(field.name)
        bad = ~(values.data > 0) & ~np.isnan(values.data) | (values.data == np.inf)
        bad = bad & ~values.mask if values.mask is not None else bad
        at = np.flatnonzero(bad)
        tally.seen += len(values.data)
        tally.bad(start * per_row, at, values.data[at], values.data[at])
    where = Where(hdu=part.label, column=field.name or None)
    if tally.first is not None:
        where = part.where(tally.first // per_row, field.name, tally.first % per_row, field.cell)
    verdict = FAIL if tally.violations else PASS
    rule = RuleResult(
        part.scope(field.name), "variance positive", verdict, tally.violations, tally.fraction, where=where
    )
    return ([_finding(part, field, tally, where)] if tally.violations else []), rule


def _finding(part: Part, field: Field, tally: Tally, where: Where) -> Finding:
    place = f"pixel {where.pixel}" if where.pixel else f"row {where.row}"
    first = tally.examples[0][1]
    message = (
        f"{part.scope(field.name)}: {tally.violations} of {tally.total} variances or errors of the product are not"
        f" positive; first at {place}: {first}"
    )
    return Finding(Reason.OUTPUT_INVALID, "VARIANCE", message, where=where, evidence={"count": tally.violations})
