"""Two catalogues matched on the sky: where the product's sources lie around the reference's, and what was allowed."""

from typing import Any

import numpy as np

from adp.comparison.pictures import ink
from adp.comparison.pictures.sketch import Sketch, joined, signed
from adp.comparison.values.sums import Floats
from adp.comparison.words.numbers import NBSP, number, short

MAS = 3.6e6  # in a degree
POINTS = 4000
QUANTILES = (0.5, 0.95, 1.0)


def sketch(scope: str, mine: tuple[Floats, Floats], theirs: tuple[Floats, Floats], radius: float) -> Sketch | None:
    """`mine`, `theirs`: (right ascension, declination) of the matched rows, in degrees; `radius` in mas."""
    east, north = offsets(mine, theirs)
    known = np.isfinite(east) & np.isfinite(north)
    east, north = east[known], north[known]
    if not len(east):
        return None
    far = np.hypot(east, north)
    quantiles = [float(q) for q in np.quantile(far, QUANTILES)]
    middle = (float(np.median(east)), float(np.median(north)))
    names = ("median separation", "95 % are closer than", "largest separation")
    rows = [(n, _mas(q)) for n, q in zip(names, quantiles, strict=True)]
    rows += [("median offset east", _mas(middle[0])), ("median offset north", _mas(middle[1]))]
    rows += [("allowed", _mas(radius)), ("matched rows", number(len(far)))]
    said = [
        f"Offsets of {number(len(far))} matched sources of {scope} on the sky, product minus reference",
        f"Allowed is a circle of {_mas(radius)}",
        f"Half are closer than {_mas(quantiles[0])}, the farthest is {_mas(quantiles[2])} away",
        f"The median offset is {signed(middle[0])} mas east and {signed(middle[1])} mas north",
    ]
    rank = (-2, -quantiles[2] / radius if radius else 0.0)  # before the columns: it says how the rows were paired
    draw = lambda: _draw(east, north, middle, radius)  # noqa: E731 (drawn when it is its turn)
    return Sketch(scope, "separation", -3, rank, f"{scope}: offsets on the sky", joined(said), draw, rows=tuple(rows))


def _mas(value: float) -> str:
    return f"{short(value)}{NBSP}mas"


def offsets(mine: tuple[Floats, Floats], theirs: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """East and north, in mas; small angles, across the wrap at 0 h."""
    turn = (mine[0] - theirs[0] + 180) % 360 - 180
    return turn * np.cos(np.radians(theirs[1])) * MAS, (mine[1] - theirs[1]) * MAS


def _draw(east: Floats, north: Floats, middle: tuple[float, float], radius: float) -> Any:
    from matplotlib.patches import Circle  # noqa: PLC0415 (see ink)

    figure = ink.canvas(4.3)
    axes = figure.add_subplot()
    step = -(-len(east) // POINTS)
    axes.plot(east[::step], north[::step], "o", ms=2.5 if len(east) > 300 else 4, mfc="none", mew=0.7,  # noqa: PLR2004
              color=ink.REFERENCE, alpha=0.7, rasterized=True)  # fmt: skip
    far = float(np.hypot(east, north).max())
    if radius < 8 * far:  # else the circle would leave one dot in the middle
        axes.add_patch(Circle((0, 0), radius, fc="none", ec=ink.INK, lw=1.2, ls=(0, (5, 3)), label="allowed"))
    axes.axhline(0, color=ink.SOFT, lw=0.8)
    axes.axvline(0, color=ink.SOFT, lw=0.8)
    axes.plot(*middle, "+", ms=14, mew=2, color=ink.PRODUCT, label="median offset")
    half = 1.12 * (radius if radius < 8 * far else far) or 1.0  # as above
    axes.set(xlim=(half, -half), ylim=(-half, half), aspect="equal", xlabel="Δα cos δ / mas (east is left)",
             ylabel="Δδ / mas")  # fmt: skip
    axes.legend(loc="upper right", handlelength=1.4)
    return figure
