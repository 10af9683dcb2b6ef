"""What happened to two columns together: exchanged, or right ascension and declination of another frame."""

from collections.abc import Iterator, Mapping
from itertools import combinations, permutations

import numpy as np
import numpy.typing as npt

from adp.comparison.causes.cause import ENOUGH
from adp.comparison.model import Array
from adp.comparison.values.sums import Floats

Columns = Mapping[str, tuple[Array, Array]]
MOST = 40  # columns whose pairs are tried
MAS = np.radians(1 / 3.6e6)


def _turn(*rows: tuple[float, float, float]) -> Floats:
    return np.array(rows)


FRAMES = {  # how a direction's components change (Murray 1989, A&A 218, 325; Hilton & Hohenkerk 2004, A&A 413, 765)
    ("B1950", "J2000"): (
        _turn(
            (0.9999256794956877, -0.0111814832204662, -0.0048590038153592),
            (0.0111814832391717, 0.9999374848933135, -0.0000271625947142),
            (0.0048590037723143, -0.0000271702937440, 0.9999881946023742),
        ),
        1500.0,  # mas, the aberration terms of the old catalogues
    ),
    ("ICRS", "galactic"): (
        _turn(
            (-0.0548755604162154, -0.8734370902348850, -0.4838350155487132),
            (0.4941094278755837, -0.4448296299600112, 0.7469822444972189),
            (-0.8676661490190047, -0.1980763734312015, 0.4559837761750669),
        ),
        100.0,
    ),
    ("ICRS", "ecliptic"): (
        _turn(
            (1.0, 0.0, 0.0),
            (0.0, 0.9174820620691818, 0.3977771559319137),
            (0.0, -0.3977771559319137, 0.9174820620691818),
        ),
        100.0,
    ),
    ("FK5", "ICRS"): (
        _turn(
            (1.0, 22.9 * MAS, 9.1 * MAS), (-22.9 * MAS, 1.0, -19.9 * MAS), (-9.1 * MAS, 19.9 * MAS, 1.0)
        ),
        1.0,
    ),
}  # fmt: skip


def exchanged(bad: Columns) -> tuple[str, str] | None:
    """Two columns of which each holds the other's values."""
    for one, other in combinations(list(bad)[:MOST], 2):
        (p, r), (q, s) = bad[one], bad[other]
        if len(p) == len(r) and np.array_equal(p, s) and np.array_equal(q, r) and len(np.unique(r)) >= ENOUGH:
            return one, other
    return None


def frames(bad: Columns, units: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
    """((longitude, latitude), sentence) where a known change of frame explains both columns."""
    degrees = [n for n, (p, r) in bad.items() if len(p) == len(r) >= FEW_STARS and units.get(n, "") in {"", "deg"}]
    for pair in permutations(degrees[:8], 2):
        product, reference = (_directions(*(bad[n][side] for n in pair)) for side in (0, 1))
        if product is None or reference is None:
            continue
        for (old, new), (matrix, within) in FRAMES.items():
            for turn, text in ((matrix, f"{new} for {old}"), (matrix.T, f"{old} for {new}")):
                if _apart(product, reference @ turn.T) < within * MAS < _apart(product, reference):
                    yield pair, f"the coordinates are {text} coordinates"
                    return


FEW_STARS = 3


def _directions(longitude: Array, latitude: Array) -> npt.NDArray[np.float64] | None:
    lon, lat = (np.radians(v.astype(np.float64)) for v in (longitude, latitude))
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()) or np.abs(lat).max() > np.pi / 2:
        return None
    return np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), axis=1)


def _apart(one: Floats, other: Floats) -> float:
    """The largest separation, in radians."""
    return float(np.linalg.norm(one - other, axis=1).max())
