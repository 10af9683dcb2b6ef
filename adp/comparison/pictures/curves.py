"""A spectrum or a light curve of both sides on one axis, and below it what separates them against what is allowed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adp.comparison.formats.limits import ReadLimits
from adp.comparison.matching.pairing import Pairing
from adp.comparison.matching.reading import read
from adp.comparison.model import Field, Part, Values
from adp.comparison.pictures import ink
from adp.comparison.pictures.image_pass import window
from adp.comparison.pictures.scale import Scale
from adp.comparison.pictures.seen import Seen, finite
from adp.comparison.pictures.sketch import Sketch, counted, facts, joined, worst
from adp.comparison.pictures.table_pass import ColumnPass
from adp.comparison.values.numbers import real
from adp.comparison.values.sums import Floats
from adp.comparison.words.numbers import number
from adp.comparison.words.text import unit_words, visible

SPECTRAL = re.compile(r"(lambda|wave(length)?s?|loglam|wl|awav|freq(uency)?|energy|channel)", re.IGNORECASE)
TEMPORAL = re.compile(r"(time|t|mjd|jd|bjd|hjd|epoch|date|phase)(_?(obs|utc|tdb|tt|tai))?", re.IGNORECASE)
POINTS = 1 << 14
MARKERS = 1500
ENOUGH = 16  # rows that make a curve
Looks = tuple[dict[str, Any], dict[str, Any]]  # of the reference, of the product
DOTS: Looks = ({"ls": "none", "marker": "o", "ms": 4, "mfc": "none"}, {"ls": "none", "marker": "x", "ms": 3.5})
LINES: Looks = ({"lw": 2.2, "alpha": 0.55}, {"lw": 1.0, "ls": (0, (4, 2))})
MOST = 2  # columns of one table that are overlaid


@dataclass(frozen=True)
class Axis:
    """`kind` is "spectrum" or "light-curve"; `name` the column; `is_asked` where the spec names it."""

    kind: str
    name: str
    is_asked: bool = False


@dataclass(frozen=True)
class Curve:
    """x of both sides, their values, and the strain where they can be held against each other."""

    x: Floats
    other_x: Floats
    reference: Floats
    product: Floats
    strain: Floats


def axis_of(part: Part, asked: str = "") -> Axis | None:
    """The column a table is a curve of: the one the spec names, or one that is called as such columns are."""
    scalar = [f for f in part.fields if f.kind in {"float", "int"} and not f.cell and not f.ragged]
    for kind, pattern in (("spectrum", SPECTRAL), ("light-curve", TEMPORAL)):
        for field in scalar:
            if field.name == asked or (not asked and pattern.fullmatch(field.name)):
                is_time = bool(TEMPORAL.fullmatch(field.name))
                return Axis("light-curve" if is_time else kind, field.name, bool(asked))
    return None


def of_table(
    product: Part, columns: Sequence[ColumnPass], axis: Axis, pairing: Pairing, limits: ReadLimits
) -> list[Sketch]:
    """One for each of the most strained columns of measured values; none where the rows make no curve."""
    found = []
    measured = [c for c in columns if _is_measured(c, axis)]
    for column in sorted(measured, key=lambda c: c.seen.rank)[:MOST]:
        part, scope = column.part, column.part.scope(column.name)
        curve = _read(product, column, axis, pairing, limits)
        if not (axis.is_asked or _is_curve(curve, axis)):
            return []
        along = label(axis.name, part.by_name[axis.name].unit)
        found.append(sketch(scope, axis.kind, column.seen, curve, (along, label(column.name, column.reference.unit))))
    return found


def of_image(product: Part, reference: Part, seen: Seen) -> Sketch:
    """A one-dimensional image; its axis is what the cards of its linear WCS say, or pixels."""
    size = min(reference.rows, product.rows)
    parts = ((reference, 1.0), (product, seen.scale.convert))
    step = -(-size // POINTS)
    r, p = (window(part, scale, 0, slice(0, size), slice(0, 1))[0][::step] for part, scale in parts)
    x, along = linear_axis(reference, size)
    strain = seen.scale.strain(p - r, r)
    curve = Curve(x[::step], x[::step], r, p, strain)
    return sketch(reference.scope(), "spectrum", seen, curve, (along, label("value", reference.fields[0].unit)))


def linear_axis(part: Part, size: int) -> tuple[Floats, str]:
    cards = {c.key: c.value for c in part.cards}
    known = [cards.get(k) for k in ("CRVAL1", "CRPIX1")]
    step = cards.get("CDELT1", cards.get("CD1_1"))
    kind = str(cards.get("CTYPE1", "")).strip()
    pixels = np.arange(1, size + 1, dtype=np.float64)
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in (*known, step)) or "-" in kind:
        return pixels, "x / pix"
    return known[0] + (pixels - known[1]) * step, label(kind.lower() or "x", str(cards.get("CUNIT1", "")).strip())  # type: ignore[operator]  # seen to be numbers


def _is_measured(column: ColumnPass, axis: Axis) -> bool:
    field: Field = column.reference
    return field.kind == "float" and not field.cell and field.name != axis.name and bool(column.seen.compared)


def _is_curve(curve: Curve, axis: Axis) -> bool:
    """A spectrum's axis goes one way; the epochs of a light curve may stand in any order."""
    if len(curve.x) < ENOUGH:
        return False
    steps = np.diff(curve.x)
    return axis.kind == "light-curve" or bool((steps > 0).all() or (steps < 0).all())


def _read(product: Part, column: ColumnPass, axis: Axis, pairing: Pairing, limits: ReadLimits) -> Curve:
    """At most POINTS pairs, evenly chosen."""
    stride = max(1, -(-pairing.count // POINTS))
    kept: list[list[Floats]] = [[], [], [], [], []]
    has_axis = axis.name in product.by_name
    for _, p_get, r_get in read(pairing, product, column.part, max(stride, limits.chunk // stride * stride)):
        r_x = floats(r_get(axis.name))
        p_x = floats(p_get(axis.name)) if has_axis else r_x
        p_y = floats(p_get(column.product.name)) * column.seen.scale.convert
        error = column.error(p_get, r_get, len(r_x))
        sigma = np.full(len(r_x), np.nan) if error is None else error
        for store, values in zip(kept, (r_x, p_x, floats(r_get(column.name)), p_y, sigma), strict=True):
            store.append(values[::stride])
    x, other, r, p, sigma = (np.concatenate(s) if s else np.zeros(0) for s in kept)
    return Curve(x, other, r, p, column.seen.scale.strain(p - r, r, sigma))


def floats(values: Values) -> Floats:
    data = real(values.data).astype(np.float64)
    data[~finite(data, values.mask)] = np.nan
    return np.asarray(data)


def label(name: str, unit: str) -> str:
    return f"{visible(name)} / {unit_words(unit)}" if unit else visible(name)


def sketch(scope: str, kind: str, seen: Seen, curve: Curve, labels: tuple[str, str]) -> Sketch:
    what = "Spectrum" if kind == "spectrum" else "Light curve"
    at = _at(curve, labels[0])
    few = f"; every {number(-(-seen.total // len(curve.x)))}th is drawn" if 0 < len(curve.x) < seen.total else ""
    said = [
        (
            f"{what} of {scope}: reference and product over {labels[0]}, {number(seen.compared)} points{few}; below, "
            "what separates them"
        ),
        counted(seen, "points"),
        f"The worst is {worst(seen)}{f', at {at}' if at else ''}" if seen.worst_at is not None else "",
    ]
    return Sketch(scope, kind, -2, seen.rank, f"{scope}: both sides", joined(said),
                  lambda: _overlay(curve, labels, seen.scale, kind), rows=facts(seen, "points", at))  # fmt: skip


def _at(curve: Curve, said: str) -> str:
    size = np.nan_to_num(np.abs(curve.strain), posinf=np.finfo(float).max)
    if not len(size) or not size.any():
        return ""
    name, _, unit = said.partition(" / ")
    return f"{name} {number(float(curve.x[int(np.argmax(size))]), 8)}{f' {unit}' if unit else ''}"


def _overlay(curve: Curve, labels: tuple[str, str], scale: Scale, kind: str) -> Any:
    figure = ink.canvas(3.6)
    top, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    dots = kind == "light-curve" and len(curve.x) <= MARKERS
    looks = DOTS if dots else LINES
    order = np.argsort(curve.x, kind="stable") if kind == "light-curve" else slice(None)
    top.plot(curve.x[order], curve.reference[order], color=ink.REFERENCE, label="reference", **looks[0])
    top.plot(curve.other_x[order], curve.product[order], color=ink.PRODUCT, label="product", **looks[1])
    top.set_ylabel(ink.plain(labels[1]))
    if "mag" in labels[1].lower():
        top.invert_yaxis()
    top.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, borderpad=0.1)
    strain = np.clip(curve.strain, -1e6, 1e6)
    if not scale.is_exact:
        below.axhspan(-1, 1, color=ink.BAND, lw=0)
    below.axhline(0, color=ink.SOFT, lw=0.8)
    with np.errstate(invalid="ignore"):
        bad = np.abs(strain) > (0 if scale.is_exact else 1)
    below.plot(curve.x[~bad], strain[~bad], ".", ms=2.5, color=ink.REFERENCE)
    below.plot(curve.x[bad], strain[bad], "x", ms=4, color=ink.PRODUCT)
    if not scale.is_exact and float(np.nanmax(np.abs(strain), initial=0.0)) > 10:  # noqa: PLR2004
        below.set_yscale("symlog", linthresh=1, linscale=0.7)
        ink.plainly(below.yaxis)
    below.set(xlabel=ink.plain(labels[0]), ylabel="Δ" if scale.is_exact else "Δ / allowed")
    return figure
