"""How far apart two coordinate descriptions put the same pixels, in pixels and on the sky, in the spectrum, in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adp.comparison.values.units import factor
from adp.comparison.world import frames, spectral
from adp.comparison.world.sampling import grid
from adp.comparison.world.solution import LATITUDE, LINEAR, LONGITUDE, SPECTRAL, TIME, Solution, Unsolvable
from adp.comparison.world.translation import Pairing, translated

Floats = npt.NDArray[np.float64]
MAS, ANGSTROM = 3.6e6, 1e10
WRAPPED = 1.0  # pixels beyond which an offset is checked against the distance on the sky
COARSE = 0.1  # pixels of rounding beyond which offsets mean nothing
EPS = float(np.finfo(np.float64).eps)


SKY = "sky"


@dataclass(frozen=True)
class Offsets:
    """One number per tried pixel, NaN where it does not apply. `moved`: from each pixel to the reference's pixel of the
    same place, along every axis. `pixels`: by kind of axis ("sky": the pixel axes that
    carry longitude and latitude together; spectral, time, linear: the largest of these). `world`: by quantity (sky in
    mas, wave in Å, speed in km/s, frequency in Hz, time in s). `one_sided` marks pixels that have a place in one
    description only; `rounding` is the offset in pixels that double precision makes."""

    points: Floats
    moved: Floats
    pixels: Mapping[str, Floats]
    world: Mapping[str, Floats]
    one_sided: npt.NDArray[np.bool_]
    rounding: float

    @property
    def largest(self) -> Floats:
        """In pixels, over all kinds of axes."""
        found: Floats = np.fmax.reduce(list(self.pixels.values()))
        return found


def offsets(
    product: Solution, reference: Solution, pairing: Pairing, sizes: Sequence[int], *, convert: bool = True
) -> Offsets | None:
    """Product pixel to reference pixel and back. With `convert`, frames, spectral types and time scales are converted;
    without, their numbers are taken as they stand. None when a conversion is not known. Raises Unsolvable when the
    offsets mean nothing."""
    points = grid(sizes, max(len(product.axes), len(reference.axes)))
    with np.errstate(all="ignore"):  # headers may hold any number
        there = _carried(product, reference, pairing, points, convert=convert)
        back = _carried(reference, product, [(j, i) for i, j in pairing], points, convert=convert)
    if there is None or back is None:
        return None
    pixels = {k: np.fmax(v, back.pixels[k]) if k in back.pixels else v for k, v in there.pixels.items()}
    rounding = max(there.rounding, back.rounding)
    if rounding > COARSE or np.isnan(there.world.get(SKY, there.moved)).all():
        raise Unsolvable("no pixel has a place that double precision can tell from its neighbour's")
    found = Offsets(points, there.moved, pixels, there.world, np.logical_or(there.one_sided, back.one_sided), rounding)
    still = np.array(found.largest <= rounding)
    for values in (*found.pixels.values(), *found.world.values()):
        values[still] = 0.0  # digits that depend on the machine are none of the finding
    return found


def _carried(one: Solution, other: Solution, pairing: Pairing, points: Floats, *, convert: bool) -> Offsets | None:
    here, there = points[:, : len(one.axes)], points[:, : len(other.axes)]
    theirs = other.world(there)
    mine = translated(one.world(here), one, other, pairing, convert=convert)
    if mine is None:
        return None
    one_known, other_known = _known(mine), _known(theirs)
    both: npt.NDArray[np.bool_] = np.logical_and(one_known, other_known)
    moved = other.pixels(np.where(both[:, None], mine, np.nan), there) - there
    moved[both & ~np.isfinite(moved).all(axis=1)] = np.inf
    world = _distances(other, mine, theirs)
    pixels = {kind: _norm(moved[:, axes]) for kind, axes in _kinds(other).items()}
    if SKY in pixels:
        pixels[SKY] = _unwrapped(pixels[SKY], world[SKY], other, there)
    one_sided = np.logical_xor(one_known, other_known)
    return Offsets(points, moved, pixels, world, one_sided, _rounding(other, there, theirs))


def _known(world: Floats) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(world), axis=1)
    return found


def _kinds(solution: Solution) -> dict[str, npt.NDArray[np.bool_]]:
    """Which pixel axes carry what; an axis counts for the sky before all else."""
    matrix = np.asarray(solution.wcs.axis_correlation_matrix, dtype=np.bool_)
    left = np.ones(matrix.shape[1], dtype=np.bool_)
    found = {}
    for kind, names in ((SKY, (LONGITUDE, LATITUDE)), (SPECTRAL, (SPECTRAL,)), (TIME, (TIME,)), (LINEAR, (LINEAR,))):
        worlds = [i for i, a in enumerate(solution.axes) if a.kind in names]
        axes = matrix[worlds].any(axis=0) & left if worlds else np.zeros_like(left)
        if axes.any():
            found[kind] = axes
            left &= ~axes
    return found


def _norm(moved: Floats) -> Floats:
    found: Floats = np.sqrt((moved**2).sum(axis=1))
    return found


def _distances(solution: Solution, mine: Floats, theirs: Floats) -> dict[str, Floats]:
    found = {}
    lon, lat, time = (solution.at(k) for k in (LONGITUDE, LATITUDE, TIME))
    if lon is not None and lat is not None:
        found[SKY] = frames.separation(mine[:, lon], mine[:, lat], theirs[:, lon], theirs[:, lat]) * MAS
    if solution.at(SPECTRAL) is not None:
        found |= _spectral(solution, mine, theirs)
    if time is not None:
        unit = factor(solution.axes[time].unit or "s", "s") or 1.0
        found[TIME] = np.abs(mine[:, time] - theirs[:, time]) * unit
    return found


def _unwrapped(pixels: Floats, sky: Floats, solution: Solution, points: Floats) -> Floats:
    """A map of the whole sky has its seam somewhere: there the way round is no offset."""
    far = np.flatnonzero((pixels > WRAPPED) & np.isfinite(sky))
    if not len(far):
        return pixels
    size = _pixel_size(solution, points[far])
    with np.errstate(divide="ignore", invalid="ignore"):
        direct = sky[far] / size
    shorter = np.isfinite(direct) & (direct < pixels[far] / 2)
    pixels[far[shorter]] = direct[shorter]
    return pixels


def _pixel_size(solution: Solution, points: Floats) -> Floats:
    """mas from one pixel to the next, the smaller of the sky's pixel axes."""
    lon, lat = solution.at(LONGITUDE), solution.at(LATITUDE)
    here = solution.world(points)
    found = np.full(len(points), np.inf)
    for axis in np.flatnonzero(_kinds(solution)[SKY]):
        step = points.copy()
        step[:, axis] += 0.5
        there = solution.world(step)
        size = frames.separation(here[:, lon], here[:, lat], there[:, lon], there[:, lat]) * MAS * 2
        found = np.fmin(found, np.where(size > 0, size, np.inf))
    return found


def _spectral(solution: Solution, mine: Floats, theirs: Floats) -> dict[str, Floats]:
    at, kind = solution.at(SPECTRAL), solution.spectral
    if at is None or kind is None:
        return {}
    if kind.kind in spectral.NEED_REST and kind.rest is None:
        size = spectral.C / 1e3 if kind.kind in {"ZOPT", "BETA"} else 1e-3
        return {"speed": np.abs(mine[:, at] - theirs[:, at]) * size}
    p, r = (v[:, at] if kind.kind == "AWAV" else spectral.vacuum(v[:, at], kind) for v in (mine, theirs))
    with np.errstate(divide="ignore", invalid="ignore"):
        frequency = np.abs(spectral.C / p - spectral.C / r)
    return {"wave": np.abs(p - r) * ANGSTROM, "speed": spectral.velocity(p - r, r), "frequency": frequency}


def _rounding(solution: Solution, points: Floats, world: Floats) -> float:
    """Pixels that the last digits of the world values and of CRPIX are worth."""
    size = np.abs(np.asarray(solution.wcs.wcs.crpix, dtype=np.float64)).max(initial=0.0) + points.max(initial=1.0)
    there = solution.pixels(world * (1 + 4 * EPS), points) - points
    finite = np.abs(there[np.isfinite(there)])
    return float(4 * finite.max(initial=0.0) + 8 * EPS * size)
