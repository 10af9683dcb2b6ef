"""Columns whose rows have no identity: both samples as cumulative distributions, and where they are farthest apart."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from adp.comparison.formats.limits import ReadLimits
from adp.comparison.model import Field, Part
from adp.comparison.pictures import ink
from adp.comparison.pictures.seen import finite
from adp.comparison.pictures.sketch import Sketch, joined
from adp.comparison.values.numbers import real
from adp.comparison.values.sums import Floats
from adp.comparison.values.units import factor
from adp.comparison.words.numbers import number, short
from adp.comparison.words.text import unit_words, visible

MOST = 1 << 17  # values of each side, evenly chosen
COLUMNS = 4
POINTS = 2000
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def sketched(
    product: Part, reference: Part, pairs: Sequence[tuple[Field, Field]], limits: ReadLimits
) -> Iterator[Sketch | None]:
    """The columns that are farthest apart."""
    found = [_sketch(product, reference, p, r, limits) for p, r in pairs]
    yield from sorted((s for s in found if s is not None), key=lambda s: s.rank)[:COLUMNS]


def distance(one: Floats, other: Floats) -> tuple[float, float]:
    """The largest distance of two sorted samples' cumulative distributions (Kolmogorov-Smirnov), and where it is."""
    both = np.concatenate([one, other])
    apart = np.abs(_share(one, both) - _share(other, both))
    at = int(np.argmax(apart))
    return float(apart[at]), float(both[at])


def _share(sample: Floats, at: Floats) -> Floats:
    return np.asarray(np.searchsorted(sample, at, side="right") / len(sample))


def _sketch(product: Part, reference: Part, mine: Field, theirs: Field, limits: ReadLimits) -> Sketch | None:
    scale = factor(mine.unit, theirs.unit) if mine.unit and theirs.unit else 1.0
    p = _sorted(product, mine, limits) * (scale or 1.0)
    r = _sorted(reference, theirs, limits)
    if not (len(p) and len(r)):
        return None
    apart, at = distance(p, r)
    scope, unit = reference.scope(theirs.name), unit_words(theirs.unit)
    label = f"{visible(theirs.name)} / {unit}" if unit else visible(theirs.name)
    said = [
        f"Cumulative distributions of {scope}",
        f"{number(len(r))} values of the reference, {number(len(p))} of the product",
        f"They are farthest apart, by {short(apart)}, at {short(at)}",
    ]
    levels = zip(QUANTILES, np.quantile(r, QUANTILES), np.quantile(p, QUANTILES), strict=True)
    rows = [(f"{100 * q:g} % lie below", short(float(one)), short(float(other))) for q, one, other in levels]
    rows += [("values", number(len(r)), number(len(p))), ("farthest apart", short(apart), "")]
    return Sketch(scope, "distribution", -1, (0, -apart), f"{scope}: both samples", joined(said),
                  lambda: _draw(p, r, at, label), ("", "reference", "product"), tuple(rows))  # fmt: skip


def _sorted(part: Part, field: Field, limits: ReadLimits) -> Floats:
    stride = max(1, -(-part.rows // MOST))
    step = max(stride, limits.chunk // max(1, part.width) // stride * stride)
    kept = []
    for start in range(0, part.rows, step):
        values = part.source.read(slice(start, min(start + step, part.rows)))(field.name)
        data = real(values.data)
        mask = values.mask if values.mask is None or len(values.mask) == len(data) else None
        kept.append(data[finite(data, mask)].astype(np.float64)[::stride])
    return np.sort(np.concatenate(kept)) if kept else np.zeros(0)


def _draw(product: Floats, reference: Floats, at: float, label: str) -> Any:
    figure = ink.canvas(2.9)
    axes = figure.add_subplot()
    sides = ((reference, ink.REFERENCE, "-", 2.4, 0.6), (product, ink.PRODUCT, (0, (4, 2)), 1.2, 1.0))
    for (sample, colour, style, width, alpha), name in zip(sides, ("reference", "product"), strict=True):
        chosen = np.unique(np.linspace(0, len(sample) - 1, min(len(sample), POINTS)).astype(int))
        look: dict[str, Any] = {"color": colour, "ls": style, "lw": width, "alpha": alpha, "label": name}
        axes.step(sample[chosen], (chosen + 1) / len(sample), where="post", **look)
    axes.axvline(at, color=ink.INK, lw=1.0, ls=(0, (1, 1)), label="farthest apart")
    axes.set(xlabel=ink.plain(label), ylabel="share of values below", ylim=(0, 1.02))
    axes.legend(loc="lower right", handlelength=1.8)
    return figure
