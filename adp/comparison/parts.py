"""One HDU or table against its counterpart: shape and columns first, then all values in one pass over both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adp.comparison import ahead, noise
from adp.comparison.causes import Sides, explain_image, explain_shapes, explain_table
from adp.comparison.clocked import with_clocks
from adp.comparison.derived import with_derived
from adp.comparison.formats.limits import ReadLimits
from adp.comparison.kernels import lanes
from adp.comparison.matching import choice, columns
from adp.comparison.matching.pairing import Pairing
from adp.comparison.matching.reading import read
from adp.comparison.model import Part
from adp.comparison.progress import Meter
from adp.comparison.result import RuleResult
from adp.comparison.spec.statistical import DistributionRule
from adp.comparison.spec.terms import Spec
from adp.comparison.statistics import crowds
from adp.comparison.statistics.asked import ask, unanswered
from adp.comparison.statistics.covariance import covariance_of
from adp.comparison.values.judge import Judge
from adp.finding import Finding


@dataclass(frozen=True, slots=True)
class Judged:
    findings: tuple[Finding, ...] = ()
    rules: tuple[RuleResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """`names` are what the spec may call this HDU; `errors` the reference's other HDUs by name, and `own_errors` the
    product's, for rules in standard errors."""

    spec: Spec
    limits: ReadLimits
    names: tuple[str, ...] = ()
    errors: Mapping[str, Part] = field(default_factory=dict)
    meter: Meter = field(default_factory=Meter)
    own_errors: Mapping[str, Part] = field(default_factory=dict)

    def is_held(self, pairing: Pairing, column: str) -> bool:
        """Whether the match of rows has judged this column, and no rule of its own is to do so again."""
        return column in pairing.held and not self.spec.has_own_rule(self.names, column)

    def ask(self, judge: Judge, *, has_errors: bool) -> None:
        """Hangs the statistics that the spec asks for on the judge of one field."""
        about = self.names, judge.reference.name
        rule, asked = self.spec.statistics(*about), self.spec.asked(*about)
        covariance = covariance_of(judge, rule, asked, self.own_errors, self.errors)
        ask(judge, rule, asked, has_errors=has_errors, covariance=covariance)


def compare_images(product: Part, reference: Part, context: Context) -> Judged:
    judge = Judge(context.spec.values(context.names), reference, product.fields[0], reference.fields[0], reference.rows)
    if product.shape != reference.shape:
        judge.problem("SHAPE", f"the shape is {_axes(product.shape)}, the reference has {_axes(reference.shape)}")
        return Judged((*judge.findings, *explain_shapes(product, reference)), tuple(judge.rules))
    errors = noise.planes(context.spec.noise(context.names), judge, context.own_errors, context.errors)
    context.ask(judge, has_errors=errors is not None)
    done = errors is None and lanes.judged([judge], product, reference, reference.rows, context.limits, context.meter)
    for rows, p, r in () if done else ahead.chunks(product, reference, context.limits.chunk):
        judge.update(rows.start, p, r, errors.read(rows, len(r.data)) if errors else None)
        context.meter.advance(p.data.nbytes + r.data.nbytes)
    causes = explain_image(judge, product, reference)
    return Judged((*judge.findings, *causes), tuple(judge.rules))


def compare_tables(product: Part, reference: Part, context: Context) -> Judged:
    rule = context.spec.table(context.names)
    derived = context.spec.derived(context.names), context.spec.own_derived(context.names)
    clocks = context.spec.clocks(context.names, reference.by_name)
    product, reference, findings = with_clocks(product, reference, clocks)
    product, reference, underived = with_derived(product, reference, *derived)
    findings += underived
    pairs, unpaired = columns.paired(product, reference, rule.extra, context.limits)
    findings += unpaired
    size = max(1, context.limits.chunk // max(1, product.width, reference.width))
    pairing = Pairing(0) if rule.match == "distribution" else choice.paired(product, reference, rule, size)
    findings += crowds.rows_agree(product, reference, rule.extra) if rule.match == "distribution" else []
    judges = [Judge(context.spec.values(context.names, r.name), reference, p, r, pairing.count) for p, r in pairs]
    held = [j for j in judges if context.is_held(pairing, j.reference.name)]
    findings += [f for j in held for f in j.findings]  # what the schema says; the values have been judged by the match
    rest = [j for j in judges if j not in held]
    judges, by_crowd = _parted(rest, product, reference, context, whole=rule.match == "distribution")
    for judge in judges:
        judge.row_numbers = pairing.reference
    found, rules = crowds.judged(by_crowd, product, reference, context.limits)
    _fill(judges, product, reference, pairing, context)
    causes = explain_table(judges, Sides(product, reference, pairing.rows))
    found += [f for j in judges for f in j.findings]
    rules = [*pairing.rules, *rules, *(rule for j in judges for rule in j.rules)]
    return Judged((*findings, *pairing.findings, *found, *causes), tuple(rules))


def _parted(
    judges: Sequence[Judge], product: Part, reference: Part, context: Context, *, whole: bool
) -> tuple[list[Judge], list[crowds.Crowd]]:
    """Columns judged value by value, and those judged by their distribution; `whole`: all of them."""
    single, many = [], []
    for judge in judges:
        rule = context.spec.distribution(context.names, judge.reference.name)
        if rule is None and not whole:
            single.append(judge)
        else:
            many.append(crowds.crowd_of(judge, rule or DistributionRule(), product, reference))
    return single, many


def _fill(judges: Sequence[Judge], product: Part, reference: Part, pairing: Pairing, context: Context) -> None:
    """All columns chunk by chunk; those that compiled kernels can take, by these."""
    noises = [noise.columns(context.spec.noise(context.names, j.reference.name), j, product, reference) for j in judges]
    todo = [(j, errors) for j, errors in zip(judges, noises, strict=True) if j.compares]
    for judge, errors in todo:
        context.ask(judge, has_errors=errors is not None)
    unanswered([judge for judge, _ in todo], context.spec.asked(context.names))
    if pairing.product is None and pairing.reference is None:
        plain = [j for j, errors in todo if errors is None]
        done = lanes.judged(plain, product, reference, pairing.count, context.limits, context.meter)
        todo = [(j, errors) for j, errors in todo if j not in done]
    size = max(1, context.limits.chunk // max(1, product.width, reference.width))
    for start, p_get, r_get in read(pairing, product, reference, size) if todo else ():
        for judge, errors_of in todo:
            p, r = p_get(judge.product.name), r_get(judge.reference.name)
            judge.update(start, p, r, errors_of.read(p_get, r_get, len(r.data)) if errors_of else None)
            context.meter.advance(p.data.nbytes + r.data.nbytes)


def _axes(shape: tuple[int, ...]) -> str:
    return " x ".join(str(n) for n in reversed(shape)) or "empty"
