"""Two coordinate descriptions under a rule: how far pixels move, whether names of frames hold, what likely happened."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from adp.comparison.model import Part
from adp.comparison.result import FAIL, PASS, RuleResult
from adp.comparison.spec.places import WcsRule
from adp.comparison.world.limits import Measured, in_words, measured
from adp.comparison.world.offsets import Offsets, offsets
from adp.comparison.world.place import in_words as place_in_words
from adp.comparison.world.solution import Axis, Solution
from adp.comparison.world.translation import Pairing, paired, scale
from adp.finding import Finding, Reason, Severity, Where

UNIFORM = 0.01  # of an offset, or of a pixel: how much it may vary and still be one shift


@dataclass(frozen=True)
class Verdict:
    findings: tuple[Finding, ...]
    rules: tuple[RuleResult, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """Something both headers name differently, and that is converted where it can be."""

    code: str
    product: str
    reference: str
    what: str

    def __str__(self) -> str:
        return f"the {self.what} is {self.product or 'not written'}, the reference has {self.reference or 'none'}"


def judged(product: Solution, reference: Solution, part: Part, rule: WcsRule) -> Verdict:
    """`part` is the reference's. Raises Unsolvable where a description breaks only when it is asked."""
    pairing = paired(product.axes, reference.axes)
    if pairing is None:
        message = f"the axes are {_axes(product.axes)}, the reference has {_axes(reference.axes)}"
        failed = RuleResult("", "wcs axes", FAIL, 1, 1.0, where=Where(hdu=part.label))
        return Verdict((_finding("WCS", part, message),), (failed,))
    names = list(_names(product, reference))
    observer = list(_observers(product, reference, part))
    sizes = tuple(reversed(part.shape))
    found = offsets(product, reference, pairing, sizes)
    plain = offsets(product, reference, pairing, sizes, convert=False) if names else None
    if found is None:
        findings = [_finding(n.code, part, f"{n}: there is no way from one to the other") for n in names]
        failed = RuleResult("", "wcs convertible", FAIL, 1, 1.0, where=Where(hdu=part.label))
        return Verdict((*findings, *observer) or (_finding("WCS", part, "the units do not convert"),), (failed,))
    limits = list(measured(rule.max, found))
    rules = tuple(_result(limit, found, reference, part) for limit in limits)
    moved = list(_moved(limits, found, product, reference, part, pairing))
    named = list(_named(names, plain, rule, part, moved=bool(moved)))
    if moved and any(f.is_error for f in named) and rule.frame != "exact":
        moved = []  # the name explains it
    return Verdict((*moved, *named, *observer), rules)


def _axes(axes: tuple[Axis, ...]) -> str:
    return ", ".join(a.name or "linear" for a in axes) or "none"


def _names(product: Solution, reference: Solution) -> Iterator[Name]:
    if product.frame != reference.frame:
        yield Name("FRAME", str(product.frame or ""), str(reference.frame or ""), "frame")
    p, r = product.spectral, reference.spectral
    if p is not None and r is not None and (p.kind, p.rest) != (r.kind, r.rest):
        yield Name("SPECTRAL", str(p), str(r), "spectral type")
    if scale(product) != scale(reference):
        yield Name("TIME_SCALE", scale(product), scale(reference), "time scale")


def _observers(product: Solution, reference: Solution, part: Part) -> Iterator[Finding]:
    """SPECSYS: from one rest frame to another there is no way without the observer's velocity."""
    p, r = product.spectral, reference.spectral
    if p is None or r is None or p.observer == r.observer:
        return
    message = f"SPECSYS is {p.observer or 'not written'}, the reference has {r.observer or 'none'}"
    hint = "values are not converted between rest frames: the headers do not say the observer's velocity"
    severity = Severity.ERROR if r.observer else Severity.WARNING
    yield replace(_finding("SPECTRAL", part, message), severity=severity, hint=hint)


def _named(names: list[Name], plain: Offsets | None, rule: WcsRule, part: Part, *, moved: bool) -> Iterator[Finding]:
    """Other names for the frame: information where places are the same, the defect itself where numbers are."""
    same_numbers = plain is not None and not any(m.bad.any() for m in measured(rule.max, plain))
    for name in names:
        if moved and same_numbers:
            yield _finding(name.code, part, f"{name}, but the numbers are the same: the places are not")
        elif rule.frame == "exact":
            yield _finding(name.code, part, f"{name}")
        else:
            how = "differ also after conversion" if moved else "are the same after conversion"
            yield replace(_finding(name.code, part, f"{name}; places {how}"), severity=Severity.INFO)


def _result(limit: Measured, found: Offsets, reference: Solution, part: Part) -> RuleResult:
    bad, at = int((limit.bad | found.one_sided).sum()), limit.worst_at
    where = Where(hdu=part.label) if at is None else _where(found, at, reference, part)
    return RuleResult("", limit.label, FAIL if bad else PASS, bad, bad / len(found.points), limit.worst, where,
                      would_pass_at=None if found.one_sided.any() else limit.worst)  # fmt: skip


def _moved(
    limits: list[Measured], found: Offsets, product: Solution, reference: Solution, part: Part, pairing: Pairing
) -> Iterator[Finding]:
    if found.one_sided.any():
        at, count = int(np.argmax(found.one_sided)), int(found.one_sided.sum())
        message = f"{count} of {len(found.points)} tried pixels have a place in one of both headers only"
        yield replace(_finding("WCS", part, message), where=_where(found, at, reference, part))
    broken = [limit for limit in limits if limit.bad.any() and limit.worst_at is not None]
    if not broken:
        return
    at = broken[0].worst_at or 0
    where = _where(found, at, reference, part)
    cause = _cause(found, product, reference, part, pairing)
    message = (
        f"pixels are up to {in_words(found, at)} away from where the reference puts them, worst at {_pixel(where)}"
    )
    rules = " and ".join(limit.label for limit in broken)
    evidence = {"tried": len(found.points), "beyond": int(broken[0].bad.sum()), "would_pass_at": broken[0].worst,
                "unit": broken[0].unit} | ({"cause": cause} if cause else {})  # fmt: skip
    message += f" (rule: {rules})" + (f"; likely cause: {cause}" if cause else "")
    yield replace(_finding("WCS", part, message), where=where, evidence=evidence)


def _where(found: Offsets, at: int, reference: Solution, part: Part) -> Where:
    pixel = tuple(int(v) for v in found.points[at][: len(part.shape)])
    world = place_in_words(reference, found.points[at][: len(reference.axes)])
    return Where(hdu=part.label, pixel=pixel, index=tuple(v - 1 for v in reversed(pixel)), world=world)


def _pixel(where: Where) -> str:
    pixel = where.pixel or ()
    return f"pixel {pixel if len(pixel) != 1 else pixel[0]}" + (f", {where.world}" if where.world else "")


def _cause(found: Offsets, product: Solution, reference: Solution, part: Part, pairing: Pairing) -> str:
    """One shift for all pixels, or exchanged axes; "" when the pattern tells nothing."""
    finite = np.isfinite(found.moved).all(axis=1)
    if not finite.any():
        return ""
    middle = np.median(found.moved[finite], axis=0)
    size = float(np.abs(middle).max())
    if np.abs(found.moved[finite] - middle).max() <= UNIFORM * min(1.0, size):
        steps = ", ".join(f"{v + 0.0:.4g}" for v in np.where(np.abs(middle) < UNIFORM * size, 0.0, middle))
        return f"every pixel moves by the same ({steps}) pixels: CRPIX or CRVAL"
    swapped = np.array(found.points)
    if swapped.shape[1] < 2 or len(product.axes) != len(reference.axes):  # noqa: PLR2004 (axes to exchange)
        return ""
    swapped[:, [0, 1]] = swapped[:, [1, 0]]
    mine, theirs = product.world(swapped), reference.world(found.points)
    order = [i for i, _ in pairing]
    alike = np.allclose(mine[:, order], theirs, rtol=1e-9, atol=0.0, equal_nan=True)
    return "the first two pixel axes are exchanged" if alike else ""


def _finding(code: str, part: Part, message: str) -> Finding:
    return Finding(Reason.MISMATCH, code, f"{part.scope()}: {message}", where=Where(hdu=part.label))
