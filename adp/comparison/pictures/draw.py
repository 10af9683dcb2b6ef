"""All pictures of one comparison: reads both files once more, worst first, bounded in number, memory and patience."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from adp.comparison import noise
from adp.comparison.formats.limits import LIMITS, ReadLimits, Unreadable
from adp.comparison.formats.opening import open_document
from adp.comparison.matching import hdus
from adp.comparison.model import Document, Part
from adp.comparison.picture import Picture
from adp.comparison.pictures import curves, image_pass, maps, spectra, spreads, strips, tables
from adp.comparison.pictures.patience import Patience
from adp.comparison.pictures.promised import allowing, promised
from adp.comparison.pictures.scale import Scale
from adp.comparison.pictures.sketch import Sketch
from adp.comparison.spec.terms import EXACT, Spec
from adp.comparison.values.judge import Judge
from adp.comparison.world.place import world_of

MOST = 12
OF_ONE = 5  # pictures of one field, so that a second one is seen, too
Others = tuple[dict[str, Part], dict[str, Part]]  # the other HDUs of product and reference, by name
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
    patience = Patience.of(PATIENCE)
    notes: list[str] = []
    try:
        with ExitStack() as closing:
            documents = []
            for path in (product, reference):
                documents.append(open_document(path, limits))
                closing.callback(documents[-1].close)
            sketches = _sketched(documents[0], documents[1], spec, limits, patience, notes)
            pictures = tuple(_drawn(sketches, patience, notes, svg=svg))
    except Unreadable:
        return Drawn(notes=(*notes, "no pictures: one of the files cannot be read"))
    except Exception as error:  # noqa: BLE001 (a picture is a comfort: what breaks here must never touch a verdict)
        return Drawn(notes=(*notes, _failed("the pictures", error)))
    return Drawn(pictures, tuple(notes))


def _sketched(
    product: Document, reference: Document, spec: Spec, limits: ReadLimits, patience: Patience, notes: list[str]
) -> list[Sketch | None]:
    if spec.relation is not None:
        pair = promised(product, reference, spec.relation)
        held = allowing(spec, spec.relation, pair[0]) if pair else spec
        return list(tables.sketched(*pair, held, limits, patience)) if pair else []
    found: list[Sketch | None] = []
    pairs, _ = hdus.paired(product, reference, spec.match)
    others = tuple({p.name: p for p in document.parts if p.name} for document in (product, reference))
    for mine, theirs in pairs:
        try:
            rule = spec.spectrum(hdus.names(theirs)) if mine.kind == theirs.kind else None
            shared = spectra.met(mine, theirs, rule, limits)
            if rule is not None and shared is not None:
                found += spectra.sketched(mine, theirs, rule, shared, spec)
            elif mine.kind == theirs.kind == "image":
                found += _image(mine, theirs, spec, (others[0], others[1]), limits, patience)
            elif mine.kind == theirs.kind == "table":
                found += tables.sketched(mine, theirs, spec, limits, patience)
        except Exception as error:  # noqa: BLE001 (as above: the other parts are still drawn)
            notes.append(_failed(f"pictures of {theirs.scope()}", error))
    return found


def _image(
    product: Part, reference: Part, spec: Spec, others: Others, limits: ReadLimits, patience: Patience
) -> Iterator[Sketch | None]:
    field, names = reference.fields[0], hdus.names(reference)
    if product.shape != reference.shape or not reference.rows or field.kind == "complex":
        return
    judge = Judge(spec.values(names), reference, product.fields[0], field, reference.rows)
    errors = noise.planes(spec.noise(names), judge, *others)
    scale = Scale.of(judge.rule, product.fields[0], field)
    found = image_pass.passed(product, reference, scale, errors, limits, patience)
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


def _world(part: Part, index: tuple[int, ...]) -> str:
    return world_of(part, index) or ""


def _drawn(sketches: Sequence[Sketch | None], patience: Patience, notes: list[str], *, svg: bool) -> Iterator[Picture]:
    chosen = _chosen([s for s in sketches if s is not None])
    for number, sketch in enumerate(chosen, 1):
        if patience.is_over:
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
