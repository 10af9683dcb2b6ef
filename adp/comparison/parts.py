"""One HDU or table against its counterpart: shape and columns first, then all values in one pass over both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from adp.comparison.causes import TABLE_ROWS, Cause, of_images, of_rows, of_values
from adp.comparison.formats.limits import ReadLimits
from adp.comparison.matching import columns
from adp.comparison.matching.rows import Pairing, by_key, in_order
from adp.comparison.model import Getter, Part, Rows, Values
from adp.comparison.progress import Meter
from adp.comparison.result import RuleResult
from adp.comparison.spec.terms import Sigma, Spec
from adp.comparison.values.judge import Judge
from adp.comparison.values.numbers import real
from adp.comparison.values.tally import Floats
from adp.finding import Finding, Reason, Where


@dataclass(frozen=True, slots=True)
class Judged:
    findings: tuple[Finding, ...] = ()
    rules: tuple[RuleResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """`names` are what the spec may call this HDU; `errors` the reference's other HDUs by name, for sigma rules."""

    spec: Spec
    limits: ReadLimits
    names: tuple[str, ...] = ()
    errors: Mapping[str, Part] = field(default_factory=dict)
    meter: Meter = field(default_factory=Meter)


def compare_images(product: Part, reference: Part, context: Context) -> Judged:
    judge = Judge(context.spec.values(context.names), reference, product.fields[0], reference.fields[0], reference.rows)
    if product.shape != reference.shape:
        judge.problem("SHAPE", f"the shape is {_axes(product.shape)}, the reference has {_axes(reference.shape)}")
        return Judged((*judge.findings, *_told(of_images(product, reference), reference)), tuple(judge.rules))
    plane = _error_plane(judge, context)
    for start in range(0, reference.rows, context.limits.chunk):
        rows = slice(start, min(start + context.limits.chunk, reference.rows))
        p, r = (part.source.read(rows)("") for part in (product, reference))
        judge.update(
            start, p, r, _errors(judge.rule.sigma, plane.source.read(rows)(""), len(r.data)) if plane else None
        )
        context.meter.advance(p.data.nbytes + r.data.nbytes)
    if not judge.numbers.values.violations:
        return Judged(tuple(judge.findings), tuple(judge.rules))
    causes = [*of_images(product, reference), *_explain(judge, product, reference, context.limits)]
    return Judged((*judge.findings, *_told(causes, reference)), tuple(judge.rules))


def compare_tables(product: Part, reference: Part, context: Context) -> Judged:
    rule = context.spec.table(context.names)
    pairs, findings = columns.paired(product, reference, rule.extra, context.limits)
    key = rule.key
    absent = [k for k in key if k not in product.by_name or k not in reference.by_name]
    findings += [columns.missing(reference, k, "the key column is not on both sides") for k in absent]
    width = sum(max(1, f.per_row) for f in reference.fields)
    size = max(1, context.limits.chunk // max(1, width))
    pairing = by_key(product, reference, key, size) if key and not absent else in_order(product, reference)
    judges = [Judge(context.spec.values(context.names, r.name), reference, p, r, pairing.count) for p, r in pairs]
    _fill([j for j in judges if j.compares], product, reference, pairing.chunks(size), context)
    causes = [] if key else _row_causes(judges, product, reference, pairing)
    if not causes and not key:
        causes = [c for j in judges for c in _explain(j, product, reference, context.limits)]
    found = [f for j in judges for f in j.findings]
    rules = tuple(rule for j in judges for rule in j.rules)
    return Judged((*findings, *pairing.findings, *found, *_told(causes, reference)), rules)


def _fill(
    judges: Sequence[Judge], product: Part, reference: Part, chunks: Iterable[tuple[int, Rows, Rows]], context: Context
) -> None:
    for start, p_rows, r_rows in chunks:
        p_get, r_get = product.source.read(p_rows), reference.source.read(r_rows)
        for judge in judges:
            p, r = p_get(judge.product.name), r_get(judge.reference.name)
            judge.update(start, p, r, _column_errors(judge, reference, r_get, len(r.data)))
            context.meter.advance(p.data.nbytes + r.data.nbytes)


def _error_plane(judge: Judge, context: Context) -> Part | None:
    """The reference's HDU with variances or errors, for a sigma rule."""
    sigma = judge.rule.sigma
    if sigma is None:
        return None
    found = context.errors.get((sigma.variance or sigma.error).upper())
    if found is None or found.kind != "image" or found.rows != judge.part.rows:
        judge.no_errors(f"the reference has no HDU {sigma.variance or sigma.error} of the same shape")
        return None
    return found


def _column_errors(judge: Judge, part: Part, get: Getter, size: int) -> Floats | None:
    sigma = judge.rule.sigma
    if sigma is None:
        return None
    name = sigma.variance or sigma.error
    if name not in part.by_name or part.by_name[name].per_row != judge.reference.per_row:
        judge.no_errors(f"the reference has no column {name} of the same shape")
        return None
    return _errors(sigma, get(name), size)


def _errors(sigma: Sigma | None, values: Values, size: int) -> Floats:
    """Standard errors; NaN where they are missing."""
    found = values.data.astype(np.float64)
    if values.mask is not None:
        found[values.mask] = np.nan
    with np.errstate(invalid="ignore"):
        found = np.sqrt(found) if sigma is not None and sigma.variance else found
    return found if len(found) == size else np.full(size, np.nan)


def _axes(shape: tuple[int, ...]) -> str:
    return " x ".join(str(n) for n in reversed(shape)) or "empty"


def _told(causes: Iterable[Cause], part: Part) -> list[Finding]:
    """Causes that have a code of their own, each once."""
    seen = {c.code: c for c in causes if c.code}
    where = Where(hdu=part.label)
    return [Finding(Reason.MISMATCH, c.code, f"{part.scope()}: {c.sentence}", where=where) for c in seen.values()]


def _explain(judge: Judge, product: Part, reference: Part, limits: ReadLimits) -> list[Cause]:
    """The cause of one field's differences, from a chunk around the first of them; also kept as its evidence."""
    first = judge.numbers.values.first
    if first is None or judge.reference.ragged:
        return []
    row = max(0, first // judge.width - 1)
    rows = slice(row, min(row + max(1, limits.chunk // judge.width), product.rows, reference.rows))
    p, r = product.source.read(rows)(judge.product.name), reference.source.read(rows)(judge.reference.name)
    cause = of_values(real(p.data), real(r.data))
    judge.cause = cause.sentence if cause else ""
    return [cause] if cause else []


def _row_causes(judges: Sequence[Judge], product: Part, reference: Part, pairing: Pairing) -> list[Cause]:
    """Rows lost, doubled or reordered: what all differing numeric columns say together."""
    bad = [j for j in judges if j.compares and j.numbers.values.violations and j.width == 1 and not j.reference.ragged]
    if not bad:
        return []
    rows = [slice(0, min(part.rows, TABLE_ROWS)) for part in (product, reference)]
    p_get, r_get = product.source.read(rows[0]), reference.source.read(rows[1])
    cause = of_rows([(p_get(j.product.name).data, r_get(j.reference.name).data) for j in bad])
    for judge in bad if cause else ():
        judge.cause = cause.sentence if cause else ""
    return [cause] if cause else []
