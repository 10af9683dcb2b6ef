"""Light curves and results on disk; what made a result goes into it."""

from pathlib import Path
from typing import Any

import numpy as np
from astropy import units as u
from astropy.table import Table, vstack

from rrperiod import __version__
from rrperiod.search import LightCurve, Period, fold

SOFTWARE = "rrlyrae-period"
METHOD = "Lomb-Scargle, floating mean"


def read_macho(path: Path) -> LightCurve:
    """MJD, instrumental magnitude and error, as the MACHO archive writes them. Raises ValueError for other content."""
    time, mag, error = np.loadtxt(path, unpack=True)
    return LightCurve(time, mag, error)


def periods(found: dict[str, Period]) -> Table:
    table = Table()
    table["band"] = list(found)
    table["period"] = [p.days for p in found.values()] * u.d
    table["period_error"] = [p.error for p in found.values()] * u.d
    table["amplitude"] = [p.amplitude for p in found.values()] * u.mag
    table["points"] = np.array([p.points for p in found.values()], dtype=np.int32)
    return Table(table)


def folded(curves: dict[str, LightCurve], found: dict[str, Period]) -> Table:
    """All measurements of all bands by phase, folded with the period of the first band."""
    period = next(iter(found.values())).days
    parts = []
    for band, curve in curves.items():
        part = Table({"band": [band] * len(curve), "phase": fold(curve, period)})
        part["mag"], part["mag_error"] = curve.mag * u.mag, curve.error * u.mag
        part.sort("phase")
        parts.append(Table(part))
    return vstack(parts)


def write(table: Table, path: Path, config: dict[str, Any]) -> None:
    table.meta.clear()
    table.meta |= {"METHOD": METHOD, "SOFTWARE": SOFTWARE, "SOFTVERS": __version__}
    table.meta["CONFIG"] = " ".join(f"{k}={v}" for part in config.values() for k, v in sorted(part.items()))
    table.write(path, format="ascii.ecsv", overwrite=True)
