"""Two spectra under [spectrum]: both sides at the samples at which they were compared, on the reference's own axis."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from adp.comparison import noise
from adp.comparison.formats.limits import ReadLimits
from adp.comparison.matching import hdus
from adp.comparison.model import Field, Getter, Part, Values
from adp.comparison.pictures import curves, spreads
from adp.comparison.pictures.scale import Scale
from adp.comparison.pictures.seen import Seen
from adp.comparison.pictures.sketch import Sketch
from adp.comparison.spec.places import SpectrumRule
from adp.comparison.spec.terms import Spec
from adp.comparison.spectra.axis import axis_field
from adp.comparison.spectra.judge import Meeting, fields, meeting
from adp.comparison.values.judge import Judge
from adp.comparison.values.sums import Floats

MOST = 2  # columns of one table that are overlaid


def met(product: Part, reference: Part, rule: SpectrumRule | None, limits: ReadLimits) -> Meeting | None:
    """None where these are no spectra, or need not share a grid: then they are drawn as what they are."""
    return meeting(product, reference, rule, limits.chunk) if rule is not None else None


def sketched(product: Part, reference: Part, rule: SpectrumRule, found: Meeting, spec: Spec) -> Iterator[Sketch | None]:
    pairs, _ = fields(product, reference, rule)
    if not len(found.rows):
        return
    p_whole, r_whole = (part.source.read(slice(0, part.rows)) for part in (product, reference))
    p_get: Getter = lambda name: found.product(p_whole(name), variance=name == rule.variance)  # noqa: E731 (as read)
    r_get: Getter = lambda name: _at(r_whole(name), found)  # noqa: E731 (as read)
    x, label = _axis(reference, rule, r_get, found)
    drawn = [_one((product, reference), pair, spec, found, (p_get, r_get)) for pair in pairs if pair[1].kind == "float"]
    for seen, field, values in sorted(drawn, key=lambda each: each[0].rank)[:MOST]:
        scope, step = reference.scope(field.name), max(1, -(-len(x) // curves.POINTS))
        r, p, strain = (v[::step] for v in values)
        labels = (label, curves.label(field.name or "value", field.unit))
        yield curves.sketch(scope, "spectrum", seen, curves.Curve(x[::step], x[::step], r, p, strain), labels)
        yield spreads.differences(scope, seen)
        yield spreads.pulls(scope, seen)


def _one(
    parts: tuple[Part, Part], pair: tuple[Field, Field], spec: Spec, found: Meeting, get: tuple[Getter, Getter]
) -> tuple[Seen, Field, tuple[Floats, Floats, Floats]]:
    product, reference = pair
    names = hdus.names(parts[1])
    judge = Judge(spec.values(names, reference.name), parts[1], product, reference, len(found.rows))
    scale = Scale.of(judge.rule, product, reference)
    p, r = (curves.floats(g(f.name)) for g, f in zip(get, pair, strict=True))
    p *= scale.convert
    seen = Seen(replace(scale, convert=1.0), len(r))
    errors = noise.columns(spec.noise(names, reference.name), judge, *parts) if parts[1].kind == "table" else None
    error = errors.read(*get, len(r)) if errors else None
    both = np.flatnonzero(np.isfinite(p) & np.isfinite(r))
    strain = np.full(len(r), np.nan)
    strain[both] = seen.take(0, both, p[both], r[both], error[both] if error is not None else None)
    return seen, reference, (r, p, strain)


def _at(values: Values, found: Meeting) -> Values:
    return Values(values.data[found.rows], None if values.mask is None else values.mask[found.rows])


def _axis(part: Part, rule: SpectrumRule, get: Getter, found: Meeting) -> tuple[Floats, str]:
    field = axis_field(part, rule) if part.kind == "table" else None
    if field is not None:
        return curves.floats(get(field.name)), curves.label(field.name, field.unit)
    x, label = curves.linear_axis(part, part.rows)
    return x[found.rows], label
