"""World values of one coordinate description as another would count them: axes, units, frames, spectra, clocks."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from adp.comparison.values.units import factor
from adp.comparison.world import frames, scales, spectral
from adp.comparison.world.solution import LATITUDE, LINEAR, LONGITUDE, SPECTRAL, TIME, Axis, Solution

Floats = npt.NDArray[np.float64]
Pairing = list[tuple[int, int]]  # (axis of the one, axis of the other)


def paired(one: Sequence[Axis], other: Sequence[Axis]) -> Pairing | None:
    """World axes that mean the same, in the order of `other`; None when an axis of either has no partner."""
    left = list(range(len(one)))
    found: Pairing = []
    for j, axis in enumerate(other):
        same = [i for i in left if one[i].kind == axis.kind and (axis.kind != LINEAR or one[i].name == axis.name)]
        if not same:
            return None
        i = j if j in same else same[0]
        left.remove(i)
        found.append((i, j))
    return None if left else found


def translated(world: Floats, one: Solution, other: Solution, pairing: Pairing, *, convert: bool) -> Floats | None:
    """World values of `one` as `other` would count them; None when that cannot be done."""
    found = np.empty((len(world), len(other.axes)))
    for i, j in pairing:
        known = _factor(one.axes[i], other.axes[j])
        if known is None and convert:
            return None
        found[:, j] = world[:, i] * (known or 1.0)
    if not convert:
        return found
    for convertible in (_frame, _wave, _clock):
        if not convertible(found, one, other):
            return None
    return found


def _factor(one: Axis, other: Axis) -> float | None:
    """Between the units of two axes; spectral ones of different types are both in SI."""
    if one.unit == other.unit or (one.kind == SPECTRAL and one.name != other.name):
        return 1.0
    return factor(one.unit, other.unit)


def _frame(world: Floats, one: Solution, other: Solution) -> bool:
    if one.frame == other.frame or one.frame is None or other.frame is None:
        return True
    lon, lat = other.at(LONGITUDE), other.at(LATITUDE)
    moved = frames.converted(world[:, lon], world[:, lat], one.frame, other.frame)
    if moved is None:
        return False
    world[:, lon], world[:, lat] = moved
    return True


def _wave(world: Floats, one: Solution, other: Solution) -> bool:
    at = other.at(SPECTRAL)
    if at is None or one.spectral is None or other.spectral is None:
        return True
    values = spectral.converted(world[:, at], one.spectral, other.spectral)
    if values is None:
        return False
    world[:, at] = values
    return True


def _clock(world: Floats, one: Solution, other: Solution) -> bool:
    at = other.at(TIME)
    if at is None:
        return True
    mine, theirs = scale(one), scale(other)
    unit = factor(other.axes[at].unit or "s", "s") or 1.0
    start, zero = (sum(s.wcs.wcs.mjdref) for s in (one, other))
    start, zero = (float(v) if np.isfinite(v) else 0.0 for v in (start, zero))
    if mine != theirs:
        known = [scales.scale_of(s) for s in (mine, theirs)]
        if known[0] is None or known[1] is None:
            return False
        world[:, at] += scales.shift(start + world[:, at] * unit / scales.DAY, known[0], known[1]) / unit
    world[:, at] += (start - zero) * scales.DAY / unit
    return True


def scale(solution: Solution) -> str:
    """The time scale of a description's time axis: its CTYPE, else TIMESYS, else UTC."""
    at = solution.at(TIME)
    name = solution.axes[at].name if at is not None else "TIME"
    return name if name != "TIME" else str(solution.wcs.wcs.timesys or "UTC").strip().upper()
