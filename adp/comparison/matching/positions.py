"""Rows matched by where they are on the sky: which is missing, more or double, and how positions differ as a whole."""

import numpy as np

from adp.comparison.matching.closest import CrowdedError, Matched
from adp.comparison.matching.drift import MAS, Offset, moved, offsets, statistics
from adp.comparison.matching.pairing import Numbers, Pairing, alone, merged, too_many, unkeyed
from adp.comparison.matching.sky import NoPositionsError, Sky, sky_of
from adp.comparison.matching.sphere import match
from adp.comparison.model import Part
from adp.comparison.result import FAIL, PASS, RuleResult
from adp.comparison.spec.places import SkyMatch
from adp.comparison.values.units import factor
from adp.finding import Finding, Reason, Severity, Where


def by_position(product: Part, reference: Part, rule: SkyMatch, size: int) -> Pairing:
    """One-to-one within `rule.max`, order free. Rows without a position are taken in order where both sides have as
    many. Columns of positions are judged by this, not by value."""
    crowd = too_many(product, reference, "on the sky")
    if crowd is not None:
        return Pairing(0, findings=(crowd,))
    radius = rule.max.value * (factor(rule.max.unit, "deg") or 1.0)
    try:
        mine, theirs = sky_of(product, rule, size), sky_of(reference, rule, size)
        found = match(mine.ra, mine.dec, theirs.ra, theirs.dec, radius)
    except NoPositionsError as error:
        return Pairing(0, findings=(error.finding,))
    except CrowdedError:
        return Pairing(0, findings=(_crowded(reference, rule),))
    offset, found = moved(mine, theirs, found, radius)
    drift = _drift(reference, rule, offset, found) if offset else None
    return _pairing(product, reference, rule, (mine, theirs), found, drift)


def _pairing(
    product: Part, reference: Part, rule: SkyMatch, sides: tuple[Sky, Sky], found: Matched, drift: Finding | None
) -> Pairing:
    columns = (rule.ra, rule.dec)
    bare = [np.flatnonzero(~side.known) for side in sides]
    p_rows, r_rows = merged((found.product, found.reference), unkeyed(*bare))
    left = [_left(part.rows, rows) for part, rows in ((product, p_rows), (reference, r_rows))]
    double = np.intersect1d(left[0], found.near)
    within = f"within {rule.max}"
    findings = [
        drift,
        alone("ROW_DUPLICATE", product, columns, double, f"lie {within} of a row that has a closer partner"),
        alone("ROW_MISSING", reference, columns, left[1], f"of the reference have no partner {within}"),
        alone("ROW_EXTRA", product, columns, np.setdiff1d(left[0], double), f"have no partner {within}"),
        _ambiguous(reference, rule, found),
    ]
    kept = tuple(f for f in findings if f is not None)
    rules = (_separation(reference, rule, sides, found, failed=any(f.is_error for f in kept)),)
    return Pairing(len(p_rows), p_rows, r_rows, kept, rules, frozenset(columns))


def _left(count: int, rows: Numbers) -> Numbers:
    free = np.ones(count, dtype=np.bool_)
    free[rows] = False
    return np.flatnonzero(free)


def _crowded(part: Part, rule: SkyMatch) -> Finding:
    message = (
        f"{part.scope()}: within {rule.max} of each other there are so many rows that none can be told from another"
    )
    hint = "a smaller max, or a key, tells rows apart"
    return Finding(Reason.MISMATCH, "ROW_DUPLICATE", message, where=Where(hdu=part.label), hint=hint)


def _ambiguous(part: Part, rule: SkyMatch, found: Matched) -> Finding | None:
    if not found.ambiguous:
        return None
    message = (
        f"{part.scope()}: {found.ambiguous} pairs had another candidate within {rule.max}; the closer one was taken"
    )
    where = Where(hdu=part.label)
    return Finding(Reason.MISMATCH, "ROW_DUPLICATE", message, Severity.INFO, where,
                   evidence={"count": found.ambiguous})  # fmt: skip


def _drift(part: Part, rule: SkyMatch, offset: Offset, found: Matched) -> Finding:
    east, north = (v * MAS for v in offset)
    how = f"moved by {east:+.4g} mas in RA cos Dec and {north:+.4g} mas in Dec"
    message = (
        f"{part.scope()}: the positions are the reference's {how}, more than {rule.max}; rows are matched without it"
    )
    evidence = {"east_mas": east, "north_mas": north, "matched": len(found.product)}
    return Finding(Reason.MISMATCH, "POSITION", message, where=Where(hdu=part.label, column=rule.ra), evidence=evidence)


def _separation(part: Part, rule: SkyMatch, sides: tuple[Sky, Sky], found: Matched, *, failed: bool) -> RuleResult:
    """How the paired positions differ: largest, quantiles, offset and rotation; the rule's number in its unit."""
    label = f"match within {rule.max}"
    where = Where(hdu=part.label)
    verdict = FAIL if failed else PASS
    if not len(found.product):
        return RuleResult(part.scope("position"), label, verdict, where=where)
    size = factor("deg", rule.max.unit) or 1.0
    worst = int(np.argmax(found.apart))
    row = int(found.reference[worst])
    where = Where(hdu=part.label, column=rule.ra, row=row + 1, index=(row,))
    east, north = offsets(*sides, found)
    middle = np.median(found.apart) * size
    return RuleResult(
        part.scope("position"), label, verdict, worst=float(found.apart[worst]) * size, where=where,
        bias=float(np.hypot(east.mean(), north.mean())) * size, scatter=float(middle),
        would_pass_at=None if failed else float(found.apart[worst]) * size,
        statistics=statistics(sides[1], found, east, north),
    )  # fmt: skip
