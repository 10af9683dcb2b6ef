"""Two spectra on different grids under their rules: at samples they share, or the product on the reference's grid."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adp.comparison.matching.closest import CrowdedError, along
from adp.comparison.model import Field, Part, Values
from adp.comparison.result import FAIL, PASS, RuleResult
from adp.comparison.spec.places import SpectrumRule
from adp.comparison.spectra.axis import Grid, axis_field, grid_of
from adp.comparison.spectra.resampling import FEW, Overlap, overlap
from adp.finding import Finding, Reason, Severity, Where

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
MEET = 1e-3  # of the distance between samples: as near as that they are at one wavelength
LARGEST = 1 << 24  # samples of a spectrum


@dataclass(frozen=True)
class Meeting:
    """`rows` of the reference at which there is something to compare, and how the product's samples come to be there:
    `taken` as they are, or by `overlap`, for which steps of -1 make falling ones rise."""

    rows: Numbers
    findings: tuple[Finding, ...]
    rule: RuleResult
    taken: Numbers | None = None
    overlap: Overlap | None = None
    step: int = 1
    new_step: int = 1

    def product(self, values: Values, *, variance: bool) -> Values:
        """The product's column at `rows`."""
        if self.taken is not None:
            return Values(values.data[self.taken], None if values.mask is None else values.mask[self.taken])
        if self.overlap is None:
            return Values(values.data[:0])
        data = values.data.astype(np.float64)[:: self.step]
        made = (self.overlap.variance if variance else self.overlap.mean)(data)[:: self.new_step]
        if values.mask is None:
            return Values(made[self.rows])
        missing = self.overlap.touches(values.mask[:: self.step])[:: self.new_step]
        return Values(made[self.rows], missing[self.rows])


def meeting(product: Part, reference: Part, rule: SpectrumRule, size: int) -> Meeting | None:
    """None when one of both is no spectrum, as far as this rule can tell."""
    if max(product.rows, reference.rows) > LARGEST:
        return None
    grids = [grid_of(part, rule, size) for part in (product, reference)]
    if grids[0] is None or grids[1] is None:
        return None
    theirs = grids[1].values
    mine = grids[0].as_in(grids[1])
    if mine is None:
        return _nothing(reference, rule, "SPECTRAL", f"there is no way from {grids[0].what} to {grids[1].what}")
    said = tuple(_named(reference, grids[0], grids[1]))
    if min(len(mine), len(theirs)) < FEW or not (_is_monotonic(mine) and _is_monotonic(theirs)):
        return _nothing(
            reference, rule, "SPECTRAL", "the samples of a spectrum must rise or fall, two of them at least"
        )
    found = (
        _common(reference, rule, mine, theirs) if rule.grid == "common" else _resampled(reference, rule, mine, theirs)
    )
    return Meeting(
        found.rows, (*said, *found.findings), found.rule, found.taken, found.overlap, found.step, found.new_step
    )


def fields(product: Part, reference: Part, rule: SpectrumRule) -> tuple[list[tuple[Field, Field]], list[str]]:
    """Pairs of columns that can be compared, and the names of those that cannot: of tables all numbers but the axis, or
    what the rule names; of an image its values."""
    if reference.kind == "image":
        return [(product.fields[0], reference.fields[0])], []
    axis = {f.name for part in (product, reference) if (f := axis_field(part, rule)) is not None}
    wanted = {rule.flux, rule.variance} - {""}
    shared = [f for f in reference.fields if f.name in product.by_name and f.name not in axis]
    chosen = [f for f in shared if (f.name in wanted if rule.flux else True)]
    able = [f for f in chosen if _is_able(f, rule) and _is_able(product.by_name[f.name], rule)]
    return [(product.by_name[f.name], f) for f in able], [f.name for f in chosen if f not in able]


def _is_able(field: Field, rule: SpectrumRule) -> bool:
    """Samples that are taken as they are may be anything; what is averaged must be a number, and a measured one."""
    if field.cell or field.ragged:
        return False
    return rule.grid == "common" or field.kind == "float"


def _is_monotonic(values: Floats) -> bool:
    steps = np.diff(values)
    return bool(np.isfinite(values).all() and ((steps > 0).all() or (steps < 0).all()))


def _named(part: Part, mine: Grid, theirs: Grid) -> Iterator[Finding]:
    if mine.what.kind != theirs.what.kind:
        known = mine.medium_known and theirs.medium_known
        how = "its samples are converted" if known else "one of both does not say which medium, nothing is converted"
        message = f"{part.scope()}: the spectral axis is {mine.what}, the reference's {theirs.what}; {how}"
        yield Finding(Reason.MISMATCH, "SPECTRAL", message, Severity.INFO, Where(hdu=part.label))


def _common(part: Part, rule: SpectrumRule, mine: Floats, theirs: Floats) -> Meeting:
    most = MEET * min(float(np.abs(np.diff(mine)).min()), float(np.abs(np.diff(theirs)).min()))
    try:
        found = along(mine, theirs, most)
    except CrowdedError:  # pragma: no cover (samples that rise are never nearer than a thousandth of their distance)
        return _nothing(part, rule, "SPECTRAL", "the samples are too close to each other")
    apart = len(theirs) - len(found.reference)
    if not len(found.product):
        return _nothing(part, rule, "ROW_MISSING", "the product has no sample where the reference has one")
    message = f"{apart} of {len(theirs)} samples of the reference are not in the product, and are not compared"
    findings = (_finding("ROW_MISSING", part, message, Severity.INFO),) if apart else ()
    result = RuleResult(
        part.scope("grid"), "spectrum common", PASS, apart, apart / len(theirs), where=Where(hdu=part.label)
    )
    return Meeting(found.reference, findings, result, taken=found.product)


def _resampled(part: Part, rule: SpectrumRule, mine: Floats, theirs: Floats) -> Meeting:
    step, new_step = (1 if v[-1] > v[0] else -1 for v in (mine, theirs))
    shares = overlap(mine[::step], theirs[::new_step])
    covered = shares.covered[::new_step]
    rows, lost = np.flatnonzero(covered), np.flatnonzero(~covered)
    where = Where(hdu=part.label)
    findings: tuple[Finding, ...] = ()
    if len(lost):
        first = int(lost[0])
        where = part.where(first)
        message = (
            f"{part.scope()}: {len(lost)} of {len(theirs)} samples of the reference lie beyond the product's spectrum"
        )
        hint = 'with [spectrum] grid = "common" only what both have is compared'
        findings = (Finding(Reason.MISMATCH, "ROW_MISSING", message, where=where, hint=hint,
                            evidence={"count": len(lost)}),)  # fmt: skip
    verdict = FAIL if len(lost) else PASS
    result = RuleResult(
        part.scope("grid"), "spectrum resampled", verdict, len(lost), len(lost) / len(theirs), where=where
    )
    return Meeting(rows, findings, result, overlap=shares, step=step, new_step=new_step)


def _nothing(part: Part, rule: SpectrumRule, code: str, message: str) -> Meeting:
    result = RuleResult(part.scope("grid"), f"spectrum {rule.grid}", FAIL, 1, 1.0, where=Where(hdu=part.label))
    empty = np.zeros(0, dtype=np.int64)
    return Meeting(empty, (_finding(code, part, message, Severity.ERROR),), result, taken=empty)


def _finding(code: str, part: Part, message: str, severity: Severity) -> Finding:
    return Finding(Reason.MISMATCH, code, f"{part.scope()}: {message}", severity, Where(hdu=part.label))


def left_out(part: Part, names: Sequence[str]) -> Iterator[Finding]:
    """Columns that cannot be resampled are named: what is not compared must not read as equal."""
    if names:
        message = f"not compared, for they cannot be resampled: {', '.join(names[:20])}"
        yield _finding("SPECTRAL", part, message, Severity.INFO)
