"""One-to-one matching of positions on the sky: zones of declination, sorted, so that nothing is compared with what is
far away (Gray, Nieto-Santisteban & Szalay 2006), and the closest pairs first where several could be."""

from dataclasses import dataclass

import numpy as np

from adp.comparison.matching.closest import AT_ONCE, CROWD, CrowdedError, Floats, Matched, Numbers, closest

RA_BITS, ZONE_BITS = 42, 21  # of a sorting key: 0.3 micro arc seconds in RA, zones of at least 0.3 arc seconds
TALL = 8  # heights of a zone in radii: most positions then see one zone only
SLACK = 1e-9  # degrees a window is wider than it must be: 4 micro arc seconds


@dataclass(frozen=True)
class Sorted:
    """Positions by zone and RA."""

    rows: Numbers
    ra: Floats
    dec: Floats
    zone: Numbers
    keys: Numbers


def match(ra: Floats, dec: Floats, ra2: Floats, dec2: Floats, radius: float) -> Matched:
    """Pairs of (`ra`, `dec`), the product, and (`ra2`, `dec2`), the reference, all in degrees, at most `radius` degrees
    apart; each row in one pair at most. Mutual nearest neighbours are paired first, then those that remain, and so on.
    Positions that are not finite have no partner. Raises CrowdedError."""
    height = max(TALL * radius, 180.0 / (1 << ZONE_BITS))
    mine, theirs = _sorted(ra, dec, height), _sorted(ra2, dec2, height)
    one, other, apart = _pairs(mine, theirs, radius, height)
    return closest(mine.rows[one], theirs.rows[other], apart, len(ra), len(ra2))


def _sorted(ra: Floats, dec: Floats, height: float) -> Sorted:
    rows = np.flatnonzero(np.isfinite(ra) & np.isfinite(dec) & (np.abs(dec) <= 90.0))  # noqa: PLR2004 (degrees)
    lon, lat = np.mod(ra[rows], 360.0), dec[rows]
    zone = ((lat + 90.0) / height).astype(np.int64)
    keys = _keys(zone, lon)
    order = np.argsort(keys)
    return Sorted(rows[order], lon[order], lat[order], zone[order], keys[order])


def _keys(zone: Numbers, ra: Floats) -> Numbers:
    """Zone before RA in one integer; RA is cut to a whole turn."""
    turn = np.clip(ra, 0.0, 360.0) * ((1 << RA_BITS) / 360.0)
    return (zone << RA_BITS) + np.minimum(turn.astype(np.int64), (1 << RA_BITS) - 1)


def _pairs(mine: Sorted, theirs: Sorted, radius: float, height: float) -> tuple[Numbers, Numbers, Floats]:
    """All pairs within the radius, as places in both, and their separations."""
    first, last, rows = _windows(mine, theirs, radius, height)
    counts = last - first
    if int(counts.sum()) > CROWD * (len(mine.rows) + len(theirs.rows)) + AT_ONCE:
        raise CrowdedError
    found = []
    ends = np.cumsum(counts)
    start = 0
    while start < len(rows):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + AT_ONCE, "right")))
        found.append(_within(mine, theirs, radius, rows[start:stop], first[start:stop], counts[start:stop]))
        start = stop
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    one, other, apart = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return one, other, apart


def _within(
    mine: Sorted, theirs: Sorted, radius: float, rows: Numbers, first: Numbers, counts: Numbers
) -> tuple[Numbers, Numbers, Floats]:
    one = np.repeat(rows, counts)
    other = np.arange(len(one)) + np.repeat(first - (np.cumsum(counts) - counts), counts)
    apart = separations(mine.ra[one], mine.dec[one], theirs.ra[other], theirs.dec[other])
    close = apart <= radius
    return one[close], other[close], apart[close]


def _windows(mine: Sorted, theirs: Sorted, radius: float, height: float) -> tuple[Numbers, Numbers, Numbers]:
    """Stretches of `theirs` that may hold partners: the first place of each, the one after its last, whose it is."""
    wide = _reach(mine.dec, radius)
    whole = wide >= 180.0  # noqa: PLR2004 (degrees)
    low, high = np.where(whole, 0.0, mine.ra - wide), np.where(whole, 360.0, mine.ra + wide)
    every = np.arange(len(mine.rows))
    below, above = (((mine.dec + step + 90.0) / height).astype(np.int64) for step in (-radius - SLACK, radius + SLACK))
    zones = [(every, mine.zone)]
    zones += [(np.flatnonzero(z != mine.zone), z) for z in (below, above)]
    found = []
    for rows, zone in zones:
        found.append(_stretch(theirs, rows, zone[rows], low[rows], high[rows]))
        west, east = rows[low[rows] < 0], rows[high[rows] > 360.0]  # noqa: PLR2004
        found.append(_stretch(theirs, west, zone[west], low[west] + 360.0, np.full(len(west), 360.0)))
        found.append(_stretch(theirs, east, zone[east], np.zeros(len(east)), high[east] - 360.0))
    first, last, rows = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return first, last, rows


def _stretch(theirs: Sorted, rows: Numbers, zone: Numbers, low: Floats, high: Floats) -> tuple[Numbers, ...]:
    first = np.searchsorted(theirs.keys, _keys(zone, low), "left")
    last = np.searchsorted(theirs.keys, _keys(zone, high), "right")
    some = last > first
    return first[some], last[some], rows[some]


def _reach(dec: Floats, radius: float) -> Floats:
    """Degrees of RA that a circle of `radius` around `dec` covers on either side; all of them when it holds a pole."""
    with np.errstate(divide="ignore", invalid="ignore"):
        sine = np.sin(np.radians(radius)) / np.cos(np.radians(dec))
        wide = np.degrees(np.arcsin(np.minimum(sine, 1.0))) + SLACK
    polar = np.abs(dec) + radius >= 90.0 - SLACK
    return np.where(polar | ~(sine < 1.0), 180.0, wide * (1 + SLACK))


def separations(ra: Floats, dec: Floats, ra2: Floats, dec2: Floats) -> Floats:
    """Angles in degrees by the haversine: exact for small ones, at the poles and across RA 0."""
    lat, lat2 = np.radians(dec), np.radians(dec2)
    half = np.sin(np.radians(dec2 - dec) / 2) ** 2
    half += np.cos(lat) * np.cos(lat2) * np.sin(np.radians(ra2 - ra) / 2) ** 2
    found: Floats = np.degrees(2 * np.arcsin(np.sqrt(np.minimum(half, 1.0))))
    return found
