"""The pictures of one pair of tables: rows paired as they were judged, then columns, curves, positions and samples."""

from collections.abc import Iterator, Sequence

from adp.comparison import noise
from adp.comparison.clocked import with_clocks
from adp.comparison.derived import with_derived
from adp.comparison.formats.limits import ReadLimits
from adp.comparison.matching import choice, columns, hdus
from adp.comparison.matching.pairing import Pairing
from adp.comparison.matching.sky import sky_of
from adp.comparison.model import Field, Part
from adp.comparison.pictures import curves, samples, separation, spreads, strips, table_pass
from adp.comparison.pictures.patience import Patience
from adp.comparison.pictures.scale import Scale
from adp.comparison.pictures.seen import Seen
from adp.comparison.pictures.sketch import Sketch
from adp.comparison.pictures.table_pass import ColumnPass
from adp.comparison.spec.places import SkyMatch
from adp.comparison.spec.terms import Spec
from adp.comparison.values.judge import Judge
from adp.comparison.values.units import factor
from adp.comparison.world.place import world_of

BROKEN, PASSING = 4, 2  # columns of one table that have pictures of their own: those that break a rule, others
NEGLIGIBLE = 0.01  # of the allowed: row by row that is a line at zero
ROWS = 8  # fewer are seen in the table of what differs


def sketched(
    product: Part, reference: Part, spec: Spec, limits: ReadLimits, patience: Patience
) -> Iterator[Sketch | None]:
    names = hdus.names(reference)
    rule = spec.table(names)
    product, reference, _ = with_clocks(product, reference, spec.clocks(names, reference.by_name))
    product, reference, _ = with_derived(product, reference, spec.derived(names), spec.own_derived(names))
    pairs, _ = columns.paired(product, reference, rule.extra, limits)
    crowds = [(p, r) for p, r in pairs if rule.match == "distribution" or spec.distribution(names, r.name)]
    yield from samples.sketched(product, reference, [pair for pair in crowds if table_pass.numeric(*pair)], limits)
    if rule.match == "distribution":
        return
    size = max(1, limits.chunk // max(1, product.width, reference.width))
    pairing = choice.paired(product, reference, rule, size)
    if isinstance(rule.match, SkyMatch):
        yield _positions(product, reference, rule.match, pairing, size)
    held = {r.name for _, r in pairs if r.name in pairing.held and not spec.has_own_rule(names, r.name)}
    single = [pair for pair in pairs if pair not in crowds and pair[1].name not in held and table_pass.numeric(*pair)]
    chosen = [_column((product, reference), p, r, spec, pairing) for p, r in single]
    found = table_pass.passed(product, reference, chosen, pairing, limits, patience)
    yield from _columns(product, found, spec, pairing, limits)


def _columns(
    product: Part, found: Sequence[ColumnPass], spec: Spec, pairing: Pairing, limits: ReadLimits
) -> Iterator[Sketch | None]:
    moved = sorted((c for c in found if c.seen.worst or c.seen.mismatched), key=lambda c: c.seen.rank)
    if not moved:
        return
    reference = moved[0].part
    yield strips.columns(reference.scope(), found)
    asked = spec.spectrum(hdus.names(reference))
    axis = curves.axis_of(reference, asked.axis if asked else "")
    overlaid = curves.of_table(product, moved, axis, pairing, limits) if axis is not None else []
    yield from overlaid
    broken = [c for c in moved if c.seen.is_broken]
    for column in broken[:BROKEN] or moved[:PASSING]:
        scope = reference.scope(column.name)
        seen = column.seen.is_broken or abs(column.seen.worst) > NEGLIGIBLE
        if seen and column.count >= ROWS and all(s.scope != scope for s in overlaid):
            yield strips.rows(column, _place(column, pairing))
        yield spreads.differences(scope, column.seen)
        yield spreads.pulls(scope, column.seen)


def _column(parts: tuple[Part, Part], product: Field, reference: Field, spec: Spec, pairing: Pairing) -> ColumnPass:
    names = hdus.names(parts[1])
    judge = Judge(spec.values(names, reference.name), parts[1], product, reference, pairing.count)
    errors = noise.columns(spec.noise(names, reference.name), judge, *parts)
    seen = Seen(Scale.of(judge.rule, product, reference), pairing.count * judge.width)
    return ColumnPass(parts[1], product, reference, seen, pairing.count, errors)


def _place(column: ColumnPass, pairing: Pairing) -> str:
    if column.seen.worst_at is None:
        return ""
    pair = column.seen.worst_at // column.width
    row = int(pairing.reference[pair]) if pairing.reference is not None else pair
    world = world_of(column.part, (row,))
    return f"row {row + 1}, {world}" if world else f"row {row + 1}"


def _positions(product: Part, reference: Part, rule: SkyMatch, pairing: Pairing, size: int) -> Sketch | None:
    if pairing.product is None or pairing.reference is None or not pairing.count:
        return None
    mine, theirs = sky_of(product, rule, size), sky_of(reference, rule, size)
    p, r = pairing.product, pairing.reference
    radius = rule.max.value * (factor(rule.max.unit, "deg") or 1.0) * separation.MAS
    pairs = (mine.ra[p], mine.dec[p]), (theirs.ra[r], theirs.dec[r])
    return separation.sketch(reference.scope(), *pairs, radius)
