"""How the positions of matched rows differ as a whole: one offset for all, a rotation, quantiles of separations."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.matching.closest import CrowdedError, Matched
from adp.comparison.matching.sky import Sky
from adp.comparison.matching.sphere import match

Floats = npt.NDArray[np.float64]
MAS = 3.6e6  # in a degree
FAR = (3.0, 10.0, 100.0, 1000.0)  # radii in units of the rule's at which a common offset is looked for
FARTHEST = 120.0 / 3600  # degrees
MANY = 0.2  # of all rows without a partner: then they may all have moved
AGREED = 0.5  # of these must move alike
FEW = 3
Offset = tuple[float, float]  # east (RA cos Dec) and north, in degrees


def moved(mine: Sky, theirs: Sky, found: Matched, radius: float) -> tuple[Offset | None, Matched]:
    """Where many rows have no partner, an offset they all share, if there is one, and the match without it."""
    fewer = min(int(mine.known.sum()), int(theirs.known.sum()))
    if fewer < FEW or fewer - len(found.product) < MANY * fewer:
        return None, found
    for wider in FAR:
        shift = _shift(mine, theirs, radius, radius * wider) if radius * wider <= FARTHEST else None
        if shift is None:
            continue
        lon = mine.ra - shift[0] / np.maximum(np.cos(np.radians(mine.dec)), 1e-9)
        again = match(lon, mine.dec - shift[1], theirs.ra, theirs.dec, radius)
        if len(again.product) >= AGREED * fewer > len(found.product):
            return shift, again
    return None, found


def _shift(mine: Sky, theirs: Sky, radius: float, wide: float) -> tuple[float, float] | None:
    """The offset (east, north, in degrees) that most pairs within `wide` share, if most do."""
    try:
        pairs = match(mine.ra, mine.dec, theirs.ra, theirs.dec, wide)
    except CrowdedError:
        return None
    if len(pairs.product) < FEW:
        return None
    east, north = offsets(mine, theirs, pairs)
    middle = float(np.median(east)), float(np.median(north))
    alike = np.hypot(east - middle[0], north - middle[1]) <= radius
    return middle if alike.mean() >= AGREED else None


def offsets(mine: Sky, theirs: Sky, pairs: Matched) -> tuple[Floats, Floats]:
    """Product minus reference in degrees: RA cos Dec and Dec."""
    p, r = pairs.product, pairs.reference
    turn = (mine.ra[p] - theirs.ra[r] + 180.0) % 360.0 - 180.0
    return turn * np.cos(np.radians(theirs.dec[r])), mine.dec[p] - theirs.dec[r]


def statistics(theirs: Sky, found: Matched, east: Floats, north: Floats) -> Mapping[str, Any]:
    """Of matched positions, in mas; plain values for a report."""
    p50, p95 = np.quantile(found.apart, (0.5, 0.95)) * MAS
    return {
        "pairs": len(found.product),
        "separation_mas": {"p50": float(p50), "p95": float(p95), "max": float(found.apart.max()) * MAS},
        "offset_mas": {"ra_cos_dec": float(np.median(east)) * MAS, "dec": float(np.median(north)) * MAS},
        "rotation_mas_per_deg": _rotation(theirs, found, east, north),
    }


def _rotation(theirs: Sky, found: Matched, east: Floats, north: Floats) -> float:
    """How much the field is turned about its middle, in mas per degree from it (from east to north)."""
    ra, dec = theirs.ra[found.reference], theirs.dec[found.reference]
    lon = np.radians(ra)
    middle = np.degrees(np.arctan2(np.sin(lon).mean(), np.cos(lon).mean()))
    x = ((ra - middle + 180.0) % 360.0 - 180.0) * np.cos(np.radians(dec))
    y = dec - dec.mean()
    x = x - x.mean()
    size = float((x**2 + y**2).sum())
    return float((x * (north - north.mean()) - y * (east - east.mean())).sum()) / size * MAS if size else 0.0
