"""The causes of one image's or table's findings: each judge is told its own, a code of its own becomes a finding."""

from collections.abc import Iterator, Sequence

import numpy as np

from adp.comparison.causes import columns, formulas, images, storage
from adp.comparison.causes.cause import ENOUGH, Cause
from adp.comparison.causes.fills import fills
from adp.comparison.causes.pairs import Pairs
from adp.comparison.causes.rows import of_rows
from adp.comparison.causes.scaling import scalings
from adp.comparison.causes.sides import Sides
from adp.comparison.model import Array, Part
from adp.comparison.values.judge import Judge
from adp.finding import Finding, Reason, Where

NUMBERS = "biufc"
SPARSE = 0.005  # of the pixels: when fewer differ, the image has not moved


def explain_shapes(product: Part, reference: Part) -> list[Finding]:
    """Images of different shape: their axes may be exchanged."""
    return _told(images.geometry(product, reference), reference)


def explain_image(judge: Judge, product: Part, reference: Part) -> list[Finding]:
    """Findings of causes that have a code; the judge learns its causes in words."""
    sides = Sides(product, reference)
    _fill(judge, sides)
    if not judge.is_broken:
        return []
    many = judge.numbers.values.fraction > SPARSE
    moved = images.geometry(product, reference) if many else []
    cause = moved[0] if moved else _of_field(judge, sides)
    if cause:
        judge.causes["VALUE"] = cause.sentence
    return _told([cause] if cause else [], reference)


def explain_table(judges: Sequence[Judge], sides: Sides) -> list[Finding]:
    """The same for a table. Rows that were paired by a key or a place have no order to lose."""
    judges = [j for j in judges if j.compares and not j.reference.ragged]
    for judge in judges:
        _fill(judge, sides)
    whole = _of_columns(judges, sides)
    found = [whole] if whole else []
    for judge in judges:
        if judge.is_broken and "VALUE" not in judge.causes and (cause := _of_field(judge, sides)):
            judge.causes["VALUE"] = cause.sentence
            found.append(cause)
    return _told(found, sides.reference)


def _told(causes: Iterator[Cause] | Sequence[Cause], part: Part) -> list[Finding]:
    """Causes that have a code of their own, each once."""
    seen = {c.code: c for c in causes if c.code}
    where = Where(hdu=part.label)
    return [Finding(Reason.MISMATCH, c.code, f"{part.scope()}: {c.sentence}", where=where) for c in seen.values()]


def _of_field(judge: Judge, sides: Sides) -> Cause | None:
    """Why the values of one field differ."""
    first = judge.numbers.values.first
    if first is None or judge.as_text or judge.reference.ragged:
        return None
    p, r = sides.field(judge, first)
    if p.data.dtype.kind not in NUMBERS or r.data.dtype.kind not in NUMBERS or len(p.data) != len(r.data):
        return None
    masks = [v.mask for v in (p, r) if v.mask is not None]
    missing = np.logical_or.reduce(masks) if masks and any(m.any() for m in masks) else None
    if judge.reference.kind in {"bool", "complex"}:
        return _of_kind(judge.reference.kind, p.data, r.data)
    pairs = Pairs(p.data, r.data, judge.reference, judge.product, judge.factor, missing)
    if (swapped := storage.swapped(pairs)) is not None:
        return swapped
    sentences = _sentences(pairs, sides)
    return next((Cause("", text) for text in sentences), None)


def _sentences(pairs: Pairs, sides: Sides) -> Iterator[str]:
    yield from scalings(pairs, sides.product, sides.reference)
    yield from storage.conversions(pairs)
    yield from formulas.patterns(pairs)


def _of_kind(kind: str, p: Array, r: Array) -> Cause | None:
    if kind == "bool" and len(np.unique(r)) > 1 and len(r) >= ENOUGH and np.array_equal(p, ~r.astype(np.bool_)):
        return Cause("", "the truth values are inverted")
    if kind == "complex" and len(np.unique(r.imag)) >= ENOUGH and np.array_equal(p, np.conj(r)):
        return Cause("", "the values are the complex conjugates")
    return None


def _fill(judge: Judge, sides: Sides) -> None:
    """Whether missing values were filled, around the first of them."""
    for tally in [t for t in judge.numbers.states.values() if t.first is not None]:
        found = fills(*sides.field(judge, tally.first or 0))
        judge.causes |= {code: text for code, text in found if code in judge.numbers.states}


def _of_columns(judges: Sequence[Judge], sides: Sides) -> Cause | None:
    """What all differing columns say together; each of them is told."""
    scalar = [j for j in judges if j.width == 1]
    bad = [j for j in scalar if j.is_broken or j.texts.values.violations]
    if not bad:
        return None
    start = sides.start(bad)
    read = sides.columns(scalar, start)
    differing = {j.reference.name: read[j.reference.name] for j in bad}
    if pair := columns.exchanged(differing):
        _tell(bad, pair, f"the columns {pair[0]} and {pair[1]} are exchanged")
        return None
    units = {j.reference.name: j.reference.unit for j in bad}
    numbers = {n: c for n, c in differing.items() if c[1].dtype.kind == "f" and c[0].dtype.kind == "f"}
    for pair, text in columns.frames(numbers, units):
        _tell(bad, pair, text)
        return None
    if sides.pairs is not None:
        return None
    cause = of_rows(differing, {n: c for n, c in read.items() if n not in differing}, start)
    if cause:
        _tell(bad, tuple(differing), cause.sentence)
    return cause


def _tell(judges: Sequence[Judge], names: Sequence[str], sentence: str) -> None:
    for judge in judges:
        if judge.reference.name in names:
            judge.causes["VALUE"] = judge.causes["STRING"] = sentence
