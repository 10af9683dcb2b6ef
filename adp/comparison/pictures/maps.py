"""Where an image differs: the residual map with its worst region, and that region cut out of both sides."""

from collections.abc import Callable
from typing import Any

import numpy as np

from adp.comparison.model import Part
from adp.comparison.pictures import ink
from adp.comparison.pictures.image_pass import Bools, ImagePass, window
from adp.comparison.pictures.sketch import Sketch, counted, facts, joined, worst
from adp.comparison.values.sums import Floats
from adp.comparison.words.numbers import number

Placed = Callable[[Part, tuple[int, ...]], str]
HALF = 20  # pixels around the worst one that are cut out
FULL = 0.9  # a box of nearly the whole image says nothing
BEYOND_FLOAT = 1e3
FEW = 400


def place(found: ImagePass, world: Placed) -> str:
    """The worst pixel: FITS coordinates, and the sky's or the spectrum's where they are known."""
    if found.seen.worst_at is None:
        return ""
    where = found.part.where(found.seen.worst_at)
    pixel = f"pixel ({', '.join(map(str, where.pixel or ()))})"
    known = world(found.part, where.index or ())
    return f"{pixel}, {known}" if known else pixel


def residual_map(found: ImagePass, world: Placed) -> Sketch:
    """Of all planes of a cube the worst at each place."""
    at = place(found, world)
    planes = found.shape[0]
    folded = f", the worst of {number(planes)} planes" if planes > 1 else ""
    said = [
        (
            f"Map of product minus reference in {found.part.scope()}{folded}, in units of "
            f"{'the data' if found.seen.scale.is_exact else 'what the rule allows'}"
        ),
        counted(found.seen, "pixels"),
        f"The worst is {worst(found.seen)}, at {at}" if at else "",
        f"All of them lie within x {_range(found.box, 0)}, y {_range(found.box, 1)}" if found.box else "",
    ]
    rows = facts(found.seen, "pixels", at)
    if found.box:
        rows += (("bounding box", f"x {_range(found.box, 0)}, y {_range(found.box, 1)}"),)
    title = f"{found.part.scope()}: where it differs{', all planes' if planes > 1 else ''}"
    return Sketch(found.part.scope(), "residual-map", 0 if planes == 1 else 3, found.seen.rank, title, joined(said),
                  lambda: _map(found), rows=rows)  # fmt: skip


def plane_map(found: ImagePass, whole: ImagePass, world: Placed) -> Sketch:
    """`found`: the worst plane of `whole` (image_pass.worst_plane)."""
    scope, at = whole.part.scope(), place(whole, world)
    number_ = number((whole.seen.worst_at or 0) // max(1, found.shape[1] * found.shape[2]) + 1)
    said = [
        f"Map of product minus reference in plane {number_} of {scope}, the plane with the worst difference",
        counted(found.seen, "pixels of this plane"),
        f"The worst is {worst(found.seen)}, at {at}",
    ]
    rows = facts(found.seen, "pixels", at)
    return Sketch(scope, "worst-plane", 0, whole.seen.rank, f"{scope}: where plane {number_} differs, the worst",
                  joined(said), lambda: _map(found), rows=rows)  # fmt: skip


def cutout(found: ImagePass, product: Part, world: Placed) -> Sketch | None:
    """None where the image is no larger than the cut-out would be."""
    _, rows, columns = found.shape
    if found.seen.worst_at is None or max(rows, columns) <= 2 * HALF + 1 or min(rows, columns) <= 1:
        return None
    plane, y, x = np.unravel_index(found.seen.worst_at, found.shape)
    spans = [slice(max(0, int(c) - HALF), min(size, int(c) + HALF + 1)) for c, size in ((x, columns), (y, rows))]
    pieces = [
        window(part, scale, int(plane), spans[0], spans[1])
        for part, scale in ((found.part, 1.0), (product, found.seen.scale.convert))
    ]
    around = f"x {spans[0].start + 1}–{spans[0].stop}, y {spans[1].start + 1}–{spans[1].stop}"
    more = f", plane {int(plane) + 1}" if found.shape[0] > 1 else ""
    alt = joined([f"Reference, product and their difference side by side around the worst pixel: {around}{more}"])
    rows_ = tuple(
        (name, number(float(piece[int(y) - spans[1].start, int(x) - spans[0].start]), 6))
        for name, piece in zip(("reference there", "product there"), pieces, strict=True)
    )
    title = f"{found.part.scope()}: around the worst pixel"
    draw = lambda: _three(pieces[0], pieces[1], spans, (int(x), int(y)))  # noqa: E731 (drawn when it is its turn)
    return Sketch(found.part.scope(), "cutout", 1, found.seen.rank, title, alt, draw,
                  rows=(*rows_, ("around", f"{around}{more}"), ("at", place(found, world))))  # fmt: skip


def _range(box: list[int], axis: int) -> str:
    return f"{box[axis] + 1}–{box[axis + 2] + 1}"


def _map(found: ImagePass) -> Any:
    from matplotlib.patches import Rectangle  # noqa: PLC0415 (see ink)

    signed, (_, rows, columns) = _shown(found.signed), found.shape
    figure = ink.canvas(float(np.clip(3.7 * rows / columns + 0.4, 1.9, 4.2)))
    axes = figure.add_subplot()
    axes.grid(visible=False)
    (sy, sx), top = found.step, float(np.nanmax(np.abs(signed), initial=0.0)) or 1.0
    extent = (0.5, signed.shape[1] * sx + 0.5, 0.5, signed.shape[0] * sy + 0.5)
    same = 0.2 < rows / columns < 5  # noqa: PLR2004 (a strip is stretched, a picture is not)
    image = axes.imshow(signed, norm=_norm(top, exact=found.seen.scale.is_exact), cmap=ink.diverging(), origin="lower",
                        extent=extent, interpolation="nearest", aspect="equal" if same else "auto")  # fmt: skip
    _odd(axes, found.odd, extent)
    _region(axes, signed, extent, found)
    if found.box and _covers(found.box, rows, columns) < FULL:
        x0, y0, x1, y1 = found.box
        axes.add_patch(Rectangle((x0 + 0.5, y0 + 0.5), x1 - x0 + 1, y1 - y0 + 1, fill=False, ec=ink.INK, lw=0.9,
                                 ls=(0, (4, 3))))  # fmt: skip
    axes.set(xlim=(0.5, columns + 0.5), ylim=(0.5, rows + 0.5), xlabel="x / pix", ylabel="y / pix")
    bar = figure.colorbar(image, ax=axes, shrink=0.92, aspect=24, pad=0.02)
    bar.set_label(ink.plain(found.seen.scale.word))
    bar.outline.set_edgecolor(ink.SOFT)
    if not found.seen.scale.is_exact and top > 1:
        ink.plainly(bar.ax.yaxis)
        for limit in (-1, 1):
            bar.ax.axhline(limit, color=ink.INK, lw=1.2, ls=(0, (2, 1)))
    return figure


def _shown(signed: Floats) -> Floats:
    """Infinite strain (nothing allowed, something there) as the darkest that can be drawn."""
    known = np.abs(signed[np.isfinite(signed)])
    top = 10 * float(known.max(initial=0.0)) or BEYOND_FLOAT
    return np.where(np.isinf(signed), np.sign(signed) * top, signed)


def _norm(top: float, *, exact: bool) -> Any:
    from matplotlib.colors import Normalize, SymLogNorm  # noqa: PLC0415 (see ink)

    if exact or top <= 1:
        return Normalize(-top, top)
    return SymLogNorm(1.0, linscale=0.6, vmin=-top, vmax=top, base=10)


def _covers(box: list[int], rows: int, columns: int) -> float:
    return (box[2] - box[0] + 1) * (box[3] - box[1] + 1) / (rows * columns)


def _odd(axes: Any, odd: Bools, extent: tuple[float, ...]) -> None:
    """Blocks with a number on one side only: crosses where they are few, a colour where they are many."""
    count = int(odd.sum())
    if not count:
        return
    y, x = np.nonzero(odd)
    step = ((extent[1] - extent[0]) / odd.shape[1], (extent[3] - extent[2]) / odd.shape[0])
    size = 14 if count < FEW else 2
    axes.scatter(0.5 + (x + 0.5) * step[0], 0.5 + (y + 0.5) * step[1], s=size, marker="x", lw=0.9, color=ink.BROKEN,
                 label="a number on one side only")  # fmt: skip
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.12), borderpad=0, handletextpad=0.2)


def _region(axes: Any, signed: Floats, extent: tuple[float, ...], found: ImagePass) -> None:
    """The outline of the connected blocks around the worst one: solid where the product is above, dashed below."""
    from matplotlib.patheffects import withStroke  # noqa: PLC0415 (see ink)
    from scipy import ndimage  # noqa: PLC0415 (only where somebody wants pictures)

    size = np.nan_to_num(np.abs(signed))
    top = float(size.max())
    if not top:
        return
    above = size > (1 if top > 1 and not found.seen.scale.is_exact else top / 2)
    labels, _ = ndimage.label(ndimage.binary_dilation(above, np.ones((3, 3))))
    at = np.unravel_index(int(np.argmax(size)), size.shape)
    region = (labels == labels[at]).astype(float)
    y = np.linspace(extent[2], extent[3], region.shape[0] + 1)
    x = np.linspace(extent[0], extent[1], region.shape[1] + 1)
    if region.mean() < FULL / 2 and min(region.shape) > 1:
        axes.contour((x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2, region, levels=[0.5], colors=ink.INK, linewidths=1.0,
                     linestyles="solid" if signed[at] > 0 else "dashed")  # fmt: skip
    spot = ((x[at[1]] + x[at[1] + 1]) / 2, (y[at[0]] + y[at[0] + 1]) / 2)
    right, up = spot[0] > (extent[0] + extent[1]) / 2, spot[1] > (extent[2] + extent[3]) / 2
    halo = [withStroke(linewidth=2.6, foreground=ink.PAPER)]
    arrow = {"arrowstyle": "-", "color": ink.INK, "lw": 1.0, "shrinkB": 3, "path_effects": halo}
    axes.annotate("worst", spot, (-34 if right else 34, -22 if up else 22), textcoords="offset points", fontsize=8,
                  ha="center", va="center", arrowprops=arrow,
                  bbox={"boxstyle": "square,pad=0.15", "fc": ink.PAPER, "ec": "none", "alpha": 0.85})  # fmt: skip


def _three(reference: Floats, product: Floats, spans: list[slice], at: tuple[int, int]) -> Any:
    figure = ink.canvas(2.1)
    panels = figure.subplots(1, 3, sharey=True)
    known = reference[np.isfinite(reference)]
    low, high = np.percentile(known, (1, 99)) if len(known) else (0.0, 1.0)
    difference = product - reference
    top = float(np.nanmax(np.abs(difference), initial=0.0)) or 1.0
    extent = (spans[0].start + 0.5, spans[0].stop + 0.5, spans[1].start + 0.5, spans[1].stop + 0.5)
    for axes, data, title in zip(
        panels, (reference, product, difference), ("reference", "product", "difference"), strict=True
    ):
        look = {"cmap": ink.diverging(), "vmin": -top, "vmax": top} if title == "difference" else {"cmap": "Greys_r"}
        look = look if title == "difference" else look | {"vmin": low, "vmax": max(high, low + 1e-12 * abs(low))}
        axes.grid(visible=False)
        axes.imshow(data, origin="lower", extent=extent, interpolation="nearest", **look)
        axes.plot(at[0] + 1, at[1] + 1, "o", ms=9, mfc="none", mec=ink.LAMP if title != "difference" else ink.INK)
        axes.set_title(title)
        axes.locator_params(nbins=3)
    panels[0].set_ylabel("y / pix")
    panels[1].set_xlabel("x / pix")
    return figure
