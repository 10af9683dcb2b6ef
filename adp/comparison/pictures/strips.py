"""Which plane, which column, which row: the worst of each along one axis, against what is allowed."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from adp.comparison.pictures import ink
from adp.comparison.pictures.image_pass import ImagePass
from adp.comparison.pictures.sketch import Sketch, counted, facts, joined, worst
from adp.comparison.pictures.table_pass import ColumnPass
from adp.comparison.values.sums import Floats
from adp.comparison.words.numbers import number, short
from adp.comparison.words.text import visible

MOST_COLUMNS = 24
ROOM = 18  # characters of a name beside its bar
FEW_ROWS = 200
FLOOR = 1e-3  # of the worst: what is smaller ends at the edge of a logarithmic axis


def planes(found: ImagePass) -> Sketch | None:
    """None for an image of one plane, or a cube without any difference."""
    if found.shape[0] == 1 or not found.planes.any():
        return None
    values, exact = found.planes, found.seen.scale.is_exact
    top = int(np.argmax(values))
    step = found.plane_step
    bad = int(np.count_nonzero(values > (0 if exact else 1)))
    unit = "" if exact else " times the allowed"
    said = [
        f"The worst difference in each of {number(found.shape[0])} planes of {found.part.scope()}",
        f"Plane {number(top * step + 1)} is the worst, {short(float(values[top]))}{unit}",
        (
            f"{number(bad)} of {number(len(values))} {'planes' if step == 1 else 'groups'} "
            f"{'differ' if exact else 'are beyond what is allowed'}"
        ),
    ]
    order = np.argsort(-values, kind="stable")[:8]
    rows = tuple((number(int(i) * step + 1), short(float(values[i]))) for i in order)
    heads = ("plane", "worst difference" if exact else "worst / allowed")
    draw = lambda: _planes(values, step, found.seen.scale.word, exact=exact)  # noqa: E731 (drawn when it is its turn)
    title = f"{found.part.scope()}: plane by plane"
    return Sketch(found.part.scope(), "planes", 2, found.seen.rank, title, joined(said), draw, heads, rows)


def columns(scope: str, found: Sequence[ColumnPass]) -> Sketch | None:
    """None where fewer than two columns have a tolerance to be measured in."""
    known = [c for c in found if not c.seen.scale.is_exact and c.seen.compared]
    if len(known) < 2:  # noqa: PLR2004 (one column is in its own picture)
        return None
    known = sorted(known, key=lambda c: -abs(c.seen.worst))[:MOST_COLUMNS]
    names = [visible(c.name) for c in known]
    strains = np.array([abs(c.seen.worst) for c in known])
    bad = [n for n, s in zip(names, strains, strict=True) if s > 1]
    broken = f"Beyond what is allowed: {', '.join(bad)}" if bad else "All lie inside what is allowed"
    said = [
        f"The worst difference in each of {number(len(known))} columns of {scope}, over what its rule allows",
        broken,
        f"The most strained is {names[0]}, {short(float(strains[0]))} of the allowed",
    ]
    rows = tuple((n, short(float(s)), number(c.seen.beyond)) for n, s, c in zip(names, strains, known, strict=True))
    heads = ("column", "worst / allowed", "beyond the allowed")
    draw = lambda: _columns(names, strains)  # noqa: E731 (drawn when it is its turn)
    rank = known[0].seen.rank
    return Sketch(scope, "columns", -1, rank, f"{scope}: column by column", joined(said), draw, heads, rows)


def rows(column: ColumnPass, place: str) -> Sketch:
    seen, scope = column.seen, column.part.scope(column.name)
    said = [
        (
            f"Product minus reference of {scope} along the {number(column.count)} rows, in units of "
            f"{'the column' if seen.scale.is_exact else 'what the rule allows'}"
        ),
        counted(seen, "values"),
        f"The worst is {worst(seen)}, at {place}" if place else "",
    ]
    return Sketch(scope, "rows", 0, seen.rank, f"{scope}: row by row", joined(said), lambda: _rows(column),
                  rows=facts(seen, "values", place))  # fmt: skip


def _planes(values: Floats, step: int, label: str, *, exact: bool) -> Any:
    figure = ink.canvas(2.5)
    axes = figure.add_subplot()
    x = 1 + step * np.arange(len(values) + 1) - 0.5
    shown = _bounded(values)
    axes.stairs(shown, x, fill=True, color=ink.FILL)
    axes.stairs(shown, x, color=ink.REFERENCE, lw=0.9)
    if not exact:
        axes.axhline(1, color=ink.INK, lw=1.2, ls=(0, (5, 3)))
    _logarithmic(axes, shown, exact=exact)
    top = int(np.argmax(values))
    right = top > len(values) / 2
    axes.annotate(f"worst: plane {number(top * step + 1)}", (1 + top * step, shown[top]), (-8 if right else 8, 7),
                  textcoords="offset points", ha="right" if right else "left", fontsize=8)  # fmt: skip
    axes.set(xlabel="plane (from 1)", ylabel=ink.plain(f"worst {label}"), xlim=(x[0], x[-1]))
    axes.margins(y=0.15)
    return figure


def _columns(names: list[str], strains: Floats) -> Any:
    figure = ink.canvas(0.75 + 0.2 * len(names))
    axes = figure.add_subplot()
    shown, y = _bounded(strains), np.arange(len(names))[::-1]
    floor = max(min(float(shown[shown > 0].min(initial=1.0)) / 3, 0.1), 1e-12)
    axes.axvspan(floor, 1, color=ink.BAND, lw=0)
    axes.axvline(1, color=ink.INK, lw=1.2, ls=(0, (5, 3)))
    for inside, colour, mark in ((True, ink.REFERENCE, "o"), (False, ink.PRODUCT, "X")):
        chosen = (shown <= 1) == inside
        axes.hlines(y[chosen], floor, np.maximum(shown[chosen], floor), color=colour, lw=2.2)
        axes.plot(np.maximum(shown[chosen], floor), y[chosen], mark, ms=5, color=colour)
    axes.set(xscale="log", xlim=(floor, max(3.0, 3 * float(shown.max()))), xlabel="worst difference / allowed")
    ink.plainly(axes.xaxis)
    axes.set_yticks(y, [ink.plain(n, ROOM) for n in names])
    axes.set_ylim(-0.7, len(names) - 0.3)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)
    return figure


def _rows(column: ColumnPass) -> Any:
    figure = ink.canvas(2.7)
    axes = figure.add_subplot()
    exact = column.seen.scale.is_exact
    low, high = _clipped(column.low), _clipped(column.high)
    bins = len(low)
    x = 1 + (np.arange(bins) + 0.5) * column.count / bins - 0.5
    if not exact:
        axes.axhspan(-1, 1, color=ink.BAND, lw=0)
    few = bins == column.count and bins <= FEW_ROWS
    if few:
        good = np.maximum(np.abs(low), np.abs(high)) <= column.seen.limit
        axes.plot(x[good], high[good], "o", ms=3.5, mfc="none", color=ink.REFERENCE)
    else:
        axes.fill_between(x, low, high, step="mid", color=ink.REFERENCE, alpha=0.85, lw=0.6)
    for edge in (low, high):
        bad = np.abs(edge) > column.seen.limit
        axes.plot(x[bad], edge[bad], "X", ms=5 if few else 3.5, mew=0.5, color=ink.PRODUCT)
    top = float(np.nanmax(np.abs(np.concatenate([low, high])), initial=0.0))
    if not exact and top > 10:  # noqa: PLR2004 (beyond ten times the allowed the rest would be flat)
        axes.set_yscale("symlog", linthresh=1, linscale=0.7)
        ink.plainly(axes.yaxis)
    axes.axhline(0, color=ink.SOFT, lw=0.8)
    axes.set(xlabel="row (from 1)", ylabel=ink.plain(column.seen.scale.word), xlim=(0.5, column.count + 0.5))
    return figure


def _logarithmic(axes: Any, values: Floats, *, exact: bool) -> None:
    positive = values[values > 0]
    if len(positive) and positive.max() / positive.min() > 100:  # noqa: PLR2004 (two decades)
        axes.set_yscale("log")
        ink.plainly(axes.yaxis)
        axes.set_ylim(max(positive.min() / 2, positive.max() * FLOOR * FLOOR), positive.max() * 3)
    elif len(positive):
        axes.set_ylim(0, max(positive.max(), 0 if exact else 1) * 1.25)


def _bounded(values: Floats) -> Floats:
    """Infinite strain as ten times the largest that is known."""
    known = values[np.isfinite(values)]
    return np.where(np.isinf(values), 10 * max(1.0, float(known.max(initial=1.0))), np.nan_to_num(values))


def _clipped(values: Floats) -> Floats:
    known = np.abs(values[np.isfinite(values)])
    top = 10 * max(1.0, float(known.max(initial=1.0)))
    return np.clip(values, -top, top)
