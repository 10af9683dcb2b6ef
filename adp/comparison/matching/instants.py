"""Rows matched by when they are, as of light curves: one-to-one within a time, whatever order they stand in."""

import numpy as np

from adp.comparison.matching.closest import CrowdedError, Matched, along
from adp.comparison.matching.pairing import Floats, Pairing, alone, merged, numbers, too_many, unkeyed
from adp.comparison.model import Part
from adp.comparison.result import FAIL, PASS, RuleResult
from adp.comparison.spec.places import TimeMatch
from adp.comparison.values.units import factor
from adp.finding import Finding, Reason, Severity, Where

DAY = 86_400.0


def by_time(product: Part, reference: Part, rule: TimeMatch, size: int) -> Pairing:
    """One-to-one within `rule.max` of the column `rule.time`, in its own unit or else in days. Rows without a time are
    taken in order where both sides have as many."""
    sides: list[Floats] = []
    problem = too_many(product, reference, "in time")
    for part in (product, reference):
        problem = problem or _problem(part, rule)
        sides.append(np.zeros(0) if problem else _days(part, rule, size))
    if problem is not None:
        return Pairing(0, findings=(problem,))
    most = rule.max.value * (factor(rule.max.unit, "d") or 0.0)
    try:
        found = along(sides[0], sides[1], most)
    except CrowdedError:
        message = f"{reference.scope()}: within {rule.max} there are so many rows that none can be told from another"
        finding = Finding(Reason.MISMATCH, "ROW_DUPLICATE", message, where=Where(hdu=reference.label, column=rule.time))
        return Pairing(0, findings=(finding,))
    return _pairing(product, reference, rule, sides, found)


def _problem(part: Part, rule: TimeMatch) -> Finding | None:
    field = part.by_name.get(rule.time)
    where = Where(hdu=part.label, column=rule.time)
    if field is None:
        message = f"{part.scope(rule.time)}: the column that rows are matched by is missing"
        return Finding(Reason.MISMATCH, "COLUMN_MISSING", message, where=where)
    if field.kind not in {"int", "float"} or field.cell or field.ragged:
        message = (
            f"{part.scope(rule.time)}: rows are matched by numbers that are times, this column is {field.type_name}"
        )
        return Finding(Reason.MISMATCH, "DTYPE", message, where=where)
    return None


def _days(part: Part, rule: TimeMatch, size: int) -> Floats:
    return numbers(part, rule.time, size) * (factor(part.by_name[rule.time].unit, "d") or 1.0)


def _pairing(product: Part, reference: Part, rule: TimeMatch, sides: list[Floats], found: Matched) -> Pairing:
    bare = [np.flatnonzero(~np.isfinite(side)) for side in sides]
    p_rows, r_rows = merged((found.product, found.reference), unkeyed(bare[0], bare[1]))
    left = [np.setdiff1d(np.arange(part.rows), rows) for part, rows in ((product, p_rows), (reference, r_rows))]
    double = np.intersect1d(left[0], found.near)
    key, within = (rule.time,), f"within {rule.max}"
    findings = [
        alone("ROW_DUPLICATE", product, key, double, f"lie {within} of a row that has a closer partner"),
        alone("ROW_MISSING", reference, key, left[1], f"of the reference have no partner {within}"),
        alone("ROW_EXTRA", product, key, np.setdiff1d(left[0], double), f"have no partner {within}"),
    ]
    kept = [f for f in findings if f is not None]
    rules = (_result(reference, rule, found, failed=bool(kept)),)
    if found.ambiguous:
        message = (
            f"{reference.scope()}: {found.ambiguous} pairs had another candidate {within}; the closer one was taken"
        )
        where = Where(hdu=reference.label, column=rule.time)
        kept.append(Finding(Reason.MISMATCH, "ROW_DUPLICATE", message, Severity.INFO, where))
    return Pairing(len(p_rows), p_rows, r_rows, tuple(kept), rules, frozenset(key))


def _result(part: Part, rule: TimeMatch, found: Matched, *, failed: bool) -> RuleResult:
    """How far apart paired times are, in the rule's unit."""
    label, verdict = f"match within {rule.max}", FAIL if failed else PASS
    where = Where(hdu=part.label, column=rule.time)
    if not len(found.product):
        return RuleResult(part.scope("time"), label, verdict, where=where)
    size = factor("d", rule.max.unit) or 1.0
    worst = int(np.argmax(found.apart))
    row = int(found.reference[worst])
    far = float(found.apart[worst]) * size
    p50, p95 = np.quantile(found.apart, (0.5, 0.95)) * DAY
    statistics = {"pairs": len(found.product), "apart_s": {"p50": float(p50), "p95": float(p95),
                                                           "max": float(found.apart[worst]) * DAY}}  # fmt: skip
    where = Where(hdu=part.label, column=rule.time, row=row + 1, index=(row,))
    return RuleResult(part.scope("time"), label, verdict, worst=far, where=where, statistics=statistics,
                      would_pass_at=None if failed else far)  # fmt: skip
