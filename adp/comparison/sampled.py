"""Spectra under [spectrum]: read whole, brought to shared samples, and judged like any other values."""

from collections.abc import Sequence

from adp.comparison import noise
from adp.comparison.matching import columns
from adp.comparison.model import Getter, Part, Values
from adp.comparison.parts import Context, Judged
from adp.comparison.result import RuleResult
from adp.comparison.spec.places import SpectrumRule
from adp.comparison.spec.terms import Spec
from adp.comparison.spectra.axis import axis_field
from adp.comparison.spectra.judge import Meeting, fields, left_out, meeting
from adp.comparison.values.judge import Judge
from adp.comparison.values.tally import Floats
from adp.finding import Finding, Reason


def compare_spectra(product: Part, reference: Part, rule: SpectrumRule, context: Context) -> Judged | None:
    """None when these are no spectra: then they are compared as what they are."""
    found = meeting(product, reference, rule, context.limits.chunk)
    if found is None:
        return None
    pairs, unable = fields(product, reference, rule)
    findings: list[Finding] = [*found.findings, *left_out(reference, unable)]
    rules = [found.rule]
    p_get, r_get = _getter(product, rule, found, context.names), _reference_getter(reference, found)
    for mine, theirs in pairs:
        judge = Judge(context.spec.values(context.names, theirs.name), reference, mine, theirs, len(found.rows))
        judge.row_numbers = found.rows
        errors = _errors(judge, product, reference, found, context, p_get, r_get)
        context.ask(judge, has_errors=errors is not None)
        if judge.compares and len(found.rows):
            judge.update(0, p_get(mine.name), r_get(theirs.name), errors)
        findings += judge.findings
        rules += judge.rules
    return Judged((*findings, *_lost(product, reference, rule)), tuple(rules))


def _getter(part: Part, rule: SpectrumRule, found: Meeting, names: tuple[str, ...]) -> Getter:
    get = part.source.read(slice(0, part.rows))
    variances = {rule.variance}
    plane = part.kind == "image" and bool(rule.variance) and rule.variance.upper() in {n.upper() for n in names}
    return lambda name: found.product(get(name), variance=plane or (part.kind == "table" and name in variances))


def _reference_getter(part: Part, found: Meeting) -> Getter:
    get = part.source.read(slice(0, part.rows))

    def some(name: str) -> Values:
        values = get(name)
        return Values(values.data[found.rows], None if values.mask is None else values.mask[found.rows])

    return some


def _errors(
    judge: Judge, product: Part, reference: Part, found: Meeting, context: Context, p_get: Getter, r_get: Getter
) -> Floats | None:
    """Standard errors at the shared samples."""
    asked = context.spec.noise(context.names, judge.reference.name)
    if reference.kind == "table":
        named = noise.columns(asked, judge, product, reference)
        return named.read(p_get, r_get, len(found.rows)) if named else None
    planes = noise.planes(asked, judge, context.own_errors, context.errors)
    return planes.read(slice(0, reference.rows), reference.rows)[found.rows] if planes else None


def _lost(product: Part, reference: Part, rule: SpectrumRule) -> list[Finding]:
    """What the rule or the reference names and the product does not have."""
    if reference.kind != "table":
        return []
    axis = axis_field(reference, rule)
    named = [rule.flux, rule.variance] if rule.flux else [f.name for f in reference.fields if f != axis]
    gone = [n for n in named if n in reference.by_name and n not in product.by_name]
    return [columns.missing(reference, name, "the column is missing") for name in gone]


def unsampled(spec: Spec, rules: Sequence[RuleResult]) -> list[Finding]:
    """A [spectrum] that no HDU could be judged by: a rule is never skipped in silence."""
    asked = [s.spectrum for s in (spec.general, *spec.hdus.values()) if s.spectrum is not None]
    if not asked or any(r.rule.startswith("spectrum ") for r in rules):
        return []
    message = "the spec has a [spectrum], and no HDU is one: a table with a spectral axis, or a 1-D image with its WCS"
    hint = "name the column of the axis: [spectrum] axis = ..."
    return [Finding(Reason.MANIFEST_INVALID, "SPEC_UNUSED", message, hint=hint)]
