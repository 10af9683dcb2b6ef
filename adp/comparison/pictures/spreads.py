"""How the differences are spread: their histogram with the Gaussian of their robust scatter, and that of the pulls."""

from typing import Any

import numpy as np

from adp.comparison.pictures import ink
from adp.comparison.pictures.seen import Seen, spread
from adp.comparison.pictures.sketch import Sketch, counted, joined, signed, with_unit
from adp.comparison.values.sums import Floats
from adp.comparison.words.numbers import number, short
from adp.comparison.words.text import unit_words

FEWEST_BINS, MOST_BINS = 12, 60
REACH = 6  # robust standard deviations to each side
QUANTILES = (0.05, 0.16, 0.5, 0.84, 0.95)
STEEP = 300  # counts of such a range are shown on a logarithmic axis
PULLS = 5.0
ENOUGH = 20


def differences(scope: str, seen: Seen) -> Sketch | None:
    """None where there are too few to make a distribution, or none differs."""
    values = seen.differences
    if len(values) < ENOUGH or not values.any() or seen.scale.bits:
        return None
    unit = seen.scale.unit
    middle, scatter = spread(values)
    mean = float(values.mean())
    few = f", from an even sample of {number(len(values))}" if len(values) < seen.compared else ""
    said = [
        f"Histogram of product minus reference of {number(seen.compared)} values in {scope}{few}",
        (
            f"Mean {with_unit(signed(mean), unit)}, median {with_unit(signed(middle), unit)}, robust scatter "
            f"{with_unit(short(scatter), unit)}"
        ),
        f"Allowed is ±{with_unit(short(seen.scale.band), unit)}" if seen.scale.band else "",
        counted(seen, "values"),
    ]
    rows = (("mean", signed(mean)), ("robust scatter (1.48 MAD)", short(scatter)),
            *((f"{100 * q:g} % lie below", signed(float(np.quantile(values, q)))) for q in QUANTILES),
            ("smallest", signed(float(values.min()))), ("largest", signed(float(values.max()))))  # fmt: skip
    label = f"product − reference{f' / {unit_words(unit)}' if unit else ''}"
    return Sketch(scope, "differences", 3, seen.rank, f"{scope}: how the differences are spread", joined(said),
                  lambda: _differences(values, middle, scatter, seen.scale.band, label), rows=rows)  # fmt: skip


def pulls(scope: str, seen: Seen) -> Sketch | None:
    values = seen.pulls
    if len(values) < ENOUGH:
        return None
    _, scatter = spread(values)
    mean, width = float(values.mean()), float(values.std())
    outside = int(np.count_nonzero(np.abs(values) > PULLS))
    said = [
        (
            f"Histogram of the pulls, product minus reference over its standard error, of {number(len(values))} values "
            f"in {scope}, against the unit normal"
        ),
        f"Mean {signed(mean)}, standard deviation {short(width)}, robust {short(scatter)}; {number(outside)} beyond 5",
        "They are much narrower than the errors: both sides share their noise" if width < 0.5 else "",  # noqa: PLR2004
    ]
    rows = (("mean", signed(mean)), ("standard deviation", short(width)), ("robust scatter", short(scatter)),
            ("beyond 3", number(int(np.count_nonzero(np.abs(values) > 3)))), ("beyond 5", number(outside)))  # noqa: PLR2004 # fmt: skip
    return Sketch(scope, "pulls", 4, seen.rank, f"{scope}: the pulls", joined(said), lambda: _pulls(values), rows=rows)


def _differences(values: Floats, middle: float, scatter: float, band: float | None, label: str) -> Any:
    figure, axes, edges = _panel(values, _reach(values, middle, scatter, band))
    if band is not None and band < 3 * max(abs(edges[0]), abs(edges[-1])):
        axes.axvspan(-band, band, fc=ink.BAND, ec=ink.LAMP, lw=0.8, label="allowed", zorder=0.5)
    if scatter > 0.1 * (edges[1] - edges[0]):
        grid = np.linspace(edges[0], edges[-1], 400)
        bell = len(values) * (edges[1] - edges[0]) * np.exp(-(((grid - middle) / scatter) ** 2) / 2)
        axes.plot(grid, bell / (scatter * np.sqrt(2 * np.pi)), color=ink.INK, lw=1.2, ls=(0, (5, 3)),
                  label="Gaussian of\nrobust scatter")  # fmt: skip
    _mean(axes, values, edges)
    axes.set_xlabel(ink.plain(label))
    axes.legend(loc="upper right", handlelength=1.6)
    return figure


def _reach(values: Floats, middle: float, scatter: float, band: float | None) -> tuple[float, float]:
    far = max(float(np.abs(values - middle).max()), 1e-6 * abs(middle)) or 1.0
    half = min(far, max(REACH * scatter, 1.3 * min(band, 2 * REACH * scatter) if band else 0.0) or far)
    return middle - half * 1.02, middle + half * 1.02


def _pulls(values: Floats) -> Any:
    figure, axes, edges = _panel(values, (-PULLS, PULLS))
    grid = np.linspace(-PULLS, PULLS, 300)
    bell = len(values) * (edges[1] - edges[0]) * np.exp(-(grid**2) / 2) / np.sqrt(2 * np.pi)
    axes.plot(grid, bell, color=ink.INK, lw=1.2, ls=(0, (5, 3)), label="unit normal")
    _mean(axes, values, edges)
    axes.set_xlabel("pull: (product − reference) / σ")
    axes.legend(loc="upper right", handlelength=1.6)
    return figure


def _mean(axes: Any, values: Floats, edges: Floats) -> None:
    mean = float(values.mean())
    if edges[0] <= mean <= edges[-1]:
        axes.axvline(mean, color=ink.PRODUCT, lw=1.2, ls=(0, (1, 1)), label="mean")


def _panel(values: Floats, reach: tuple[float, float]) -> tuple[Any, Any, Floats]:
    """Steps of the counts in a new figure; what lies outside is said in the corner."""
    bins = int(np.clip(2 * np.sqrt(len(values)), FEWEST_BINS, MOST_BINS))
    counts, edges = np.histogram(values, bins, reach)
    figure = ink.canvas(2.9)
    axes = figure.add_subplot()
    axes.stairs(counts, edges, fill=True, color=ink.FILL)
    axes.stairs(counts, edges, color=ink.REFERENCE, lw=1.2)
    if counts.max() > STEEP:
        axes.set_yscale("log")
        axes.set_ylim(0.7, counts.max() * 2)
    outside = len(values) - int(counts.sum())
    if outside:
        axes.text(0.015, 0.97, f"{number(outside)} outside", transform=axes.transAxes, va="top", fontsize=8,
                  color=ink.SOFT)  # fmt: skip
    axes.set(xlim=reach, ylabel="values per bin")
    return figure, axes, edges
