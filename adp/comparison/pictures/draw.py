"""All pictures of one comparison: reads both files once more, worst first, bounded in number, memory and patience."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from adp.comparison import noise
from adp.comparison.clocked import with_clocks
from adp.comparison.formats.limits import LIMITS, ReadLimits, Unreadable
from adp.comparison.formats.opening import open_document
from adp.comparison.matching import choice, columns, hdus
from adp.comparison.matching.pairing import Pairing
from adp.comparison.model import Document, Field, Part
from adp.comparison.picture import Picture
from adp.comparison.pictures import curves, image_pass, maps, spreads, strips, table_pass
from adp.comparison.pictures.scale import Scale
from adp.comparison.pictures.seen import Seen
from adp.comparison.pictures.sketch import Sketch
from adp.comparison.spec.terms import EXACT, Spec
from adp.comparison.values.judge import Judge
from adp.comparison.world.place import world_of

MOST = 12
OF_ONE = 5  # pictures of one field, so that a second one is seen, too
BROKEN, PASSING = 4, 2  # columns of one table that have pictures of their own: those that break a rule, others
Others = tuple[dict[str, Part], dict[str, Part]]  # the other HDUs of product and reference, by name
ROWS = 8  # fewer are seen in the table of what differs
PATIENCE = 120.0  # seconds for all pictures of one comparison


@dataclass(frozen=True, slots=True)
class Drawn:
    """`notes`: what was asked for and could not be drawn, in sentences."""

    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()


def draw(
    reference: Path, product: Path, spec: Spec = EXACT, *, limits: ReadLimits = LIMITS, svg: bool = False
) -> Drawn:
    """At most MOST pictures of where `product` differs from `reference`, whether or not `spec` allows it; none where
    every value is equal. Never raises: a picture that cannot be drawn is a note, and a verdict is never touched."""
    until = monotonic() + PATIENCE
    notes: list[str] = []
    try:
        with ExitStack() as closing:
            documents = []
            for path in (product, reference):
                documents.append(open_document(path, limits))
                closing.callback(documents[-1].close)
            sketches = _sketched(documents[0], documents[1], spec, limits, notes)
            pictures = tuple(_drawn(sketches, until, notes, svg=svg))
    except Unreadable:
        return Drawn(notes=(*notes, "no pictures: one of the files cannot be read"))
    except Exception as error:  # noqa: BLE001 (a picture is a comfort: what breaks here must never touch a verdict)
        return Drawn(notes=(*notes, _failed("the pictures", error)))
    return Drawn(pictures, tuple(notes))


def _sketched(
    product: Document, reference: Document, spec: Spec, limits: ReadLimits, notes: list[str]
) -> list[Sketch | None]:
    if spec.relation is not None:
        return []
    found: list[Sketch | None] = []
    pairs, _ = hdus.paired(product, reference, spec.match)
    others = tuple({p.name: p for p in document.parts if p.name} for document in (product, reference))
    for mine, theirs in pairs:
        try:
            if mine.kind == theirs.kind == "image":
                found += _image(mine, theirs, spec, (others[0], others[1]), limits)
            elif mine.kind == theirs.kind == "table":
                found += _table(mine, theirs, spec, limits)
        except Exception as error:  # noqa: BLE001 (as above: the other parts are still drawn)
            notes.append(_failed(f"pictures of {theirs.scope()}", error))
    return found


def _image(product: Part, reference: Part, spec: Spec, others: Others, limits: ReadLimits) -> Iterator[Sketch | None]:
    field, names = reference.fields[0], hdus.names(reference)
    if product.shape != reference.shape or not reference.rows or field.kind == "complex":
        return
    judge = Judge(spec.values(names), reference, product.fields[0], field, reference.rows)
    errors = noise.planes(spec.noise(names), judge, *others)
    found = image_pass.passed(product, reference, Scale.of(judge.rule, product.fields[0], field), errors, limits)
    if not (found.seen.worst or found.seen.mismatched):
        return
    if len([n for n in reference.shape if n > 1]) <= 1:
        if found.is_mapped:
            yield curves.of_image(product, reference, found.seen)
    elif found.is_mapped:
        if found.shape[0] > 1:
            yield maps.plane_map(image_pass.worst_plane(product, reference, found, errors, limits), found, _world)
        yield maps.residual_map(found, _world)
        yield maps.cutout(found, product, _world) if found.seen.is_broken else None
        yield strips.planes(found)
    yield spreads.differences(reference.scope(), found.seen)
    yield spreads.pulls(reference.scope(), found.seen)


def _table(product: Part, reference: Part, spec: Spec, limits: ReadLimits) -> Iterator[Sketch | None]:
    names = hdus.names(reference)
    rule = spec.table(names)
    product, reference, _ = with_clocks(product, reference, spec.clocks(names, reference.by_name))
    pairs, _ = columns.paired(product, reference, rule.extra, limits)
    pairing = choice.paired(product, reference, rule, limits.chunk)
    chosen = [_column((product, reference), p, r, spec, pairing) for p, r in pairs if table_pass.numeric(p, r)]
    found = table_pass.passed(product, reference, chosen, pairing, limits)
    moved = sorted((c for c in found if c.seen.worst or c.seen.mismatched), key=lambda c: c.seen.rank)
    if not moved:
        return
    yield strips.columns(reference.scope(), found)
    asked = spec.spectrum(names)
    axis = curves.axis_of(reference, asked.axis if asked else "")
    overlaid = curves.of_table(product, moved, axis, pairing, limits) if axis is not None else []
    yield from overlaid
    broken = [c for c in moved if c.seen.is_broken]
    for column in broken[:BROKEN] or moved[:PASSING]:
        if column.count >= ROWS and all(s.scope != reference.scope(column.name) for s in overlaid):
            yield strips.rows(column, _place(column, pairing))
        yield spreads.differences(reference.scope(column.name), column.seen)
        yield spreads.pulls(reference.scope(column.name), column.seen)


def _column(
    parts: tuple[Part, Part], product: Field, reference: Field, spec: Spec, pairing: Pairing
) -> table_pass.ColumnPass:
    names = hdus.names(parts[1])
    judge = Judge(spec.values(names, reference.name), parts[1], product, reference, pairing.count)
    errors = noise.columns(spec.noise(names, reference.name), judge, *parts)
    seen = Seen(Scale.of(judge.rule, product, reference), pairing.count * judge.width)
    return table_pass.ColumnPass(parts[1], product, reference, seen, pairing.count, errors)


def _place(column: table_pass.ColumnPass, pairing: Pairing) -> str:
    if column.seen.worst_at is None:
        return ""
    pair = column.seen.worst_at // column.width
    row = int(pairing.reference[pair]) if pairing.reference is not None else pair
    world = _world(column.part, (row,))
    return f"row {row + 1}, {world}" if world else f"row {row + 1}"


def _world(part: Part, index: tuple[int, ...]) -> str:
    return world_of(part, index) or ""


def _drawn(sketches: Sequence[Sketch | None], until: float, notes: list[str], *, svg: bool) -> Iterator[Picture]:
    chosen = _chosen([s for s in sketches if s is not None])
    for number, sketch in enumerate(chosen, 1):
        if monotonic() > until:
            notes.append(f"{len(chosen) - number + 1} more pictures were not drawn: it took too long")
            return
        try:
            yield sketch.picture(number, svg=svg)
        except Exception as error:  # noqa: BLE001 (as above: the other pictures are still drawn)
            notes.append(_failed(f"the picture '{sketch.title}'", error))


def _chosen(sketches: Sequence[Sketch]) -> list[Sketch]:
    """The worst fields first, an overview before its parts, the kinds of one field in their order; at most OF_ONE of a
    field, MOST in all."""
    taken: dict[str, int] = {}
    found: list[Sketch] = []
    for sketch in sorted(sketches, key=lambda s: (s.rank, s.turn >= 0, s.scope, s.turn)):
        taken[sketch.scope] = taken.get(sketch.scope, 0) + 1
        if taken[sketch.scope] <= OF_ONE and len(found) < MOST:
            found.append(sketch)
    return found


def _failed(what: str, error: Exception) -> str:
    return f"{what} could not be drawn ({type(error).__name__}: {str(error)[:200]}); the verdict does not depend on it"
