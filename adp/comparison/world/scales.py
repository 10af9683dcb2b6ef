"""Time scales and formats (Rots et al. 2015, standard 4.0 section 9), one into another: by ERFA and its own table of
leap seconds, so that nothing is ever looked up elsewhere."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Days = tuple[Any, Any]  # a Julian date in two parts
DAY = 86_400.0
MJD_ZERO = 2_400_000.5
GPS_BEHIND = 19 / DAY  # days GPS is behind TAI
ALIASES = {"ut": "utc", "gmt": "utc", "z": "utc", "tdt": "tt", "et": "tt", "iat": "tai"}
KNOWN = ("utc", "tai", "tt", "tdb", "tcb", "tcg", "gps")
FIRST, LAST = -100_000.0, 200_000.0  # MJD between which dates are converted; ERFA knows UTC from 1960
FORMATS = {"mjd": MJD_ZERO, "jd": 0.0, "bjd": 0.0, "hjd": 0.0, "rjd": 2_400_000.0, "tjd": 2_440_000.5,
           "btjd": 2_457_000.0, "bkjd": 2_454_833.0, "cjd": 2_400_000.0}  # fmt: skip


def scale_of(name: str) -> str | None:
    """The scale a header or a spec means by `name`; None for one that cannot be converted (UT1, LOCAL, unknown)."""
    bare = name.strip().lower().partition("(")[0]
    known = ALIASES.get(bare, bare)
    return known if known in KNOWN else None


def shift(mjd: Floats, of: str, to: str) -> Floats:
    """Seconds that `to` reads more than `of` at the modified Julian dates `mjd` of scale `of`; NaN where undefined.
    TDB is geocentric. Both scales are of KNOWN."""
    if of == to:
        return np.zeros_like(mjd)
    import erfa  # noqa: PLC0415 (only scales that differ need it)

    with np.errstate(invalid="ignore"), warnings.catch_warnings(action="ignore"):  # years without known leap seconds
        inside = (mjd >= FIRST) & (mjd <= LAST)
        days = np.where(inside, mjd, 51_544.5)
        whole = np.floor(days)
        start = (whole + MJD_ZERO, days - whole)
        one, two = _from_tt(erfa, to)(_to_tt(erfa, of)(start))
        seconds: Floats = ((one - start[0]) + (two - start[1])) * DAY
    return np.where(inside, seconds, np.nan)


def _to_tt(erfa: Any, scale: str) -> Callable[[Days], Days]:
    return {
        "utc": lambda t: erfa.taitt(*erfa.utctai(*t)),
        "tai": lambda t: erfa.taitt(*t),
        "gps": lambda t: erfa.taitt(t[0], t[1] + GPS_BEHIND),
        "tt": lambda t: t,
        "tcg": lambda t: erfa.tcgtt(*t),
        "tdb": lambda t: erfa.tdbtt(*t, _dtr(erfa, t)),
        "tcb": lambda t: _to_tt(erfa, "tdb")(erfa.tcbtdb(*t)),
    }[scale]


def _from_tt(erfa: Any, scale: str) -> Callable[[Days], Days]:
    return {
        "utc": lambda t: erfa.taiutc(*erfa.tttai(*t)),
        "tai": lambda t: erfa.tttai(*t),
        "gps": lambda t: _less(erfa.tttai(*t)),
        "tt": lambda t: t,
        "tcg": lambda t: erfa.tttcg(*t),
        "tdb": lambda t: erfa.tttdb(*t, _dtr(erfa, t)),
        "tcb": lambda t: erfa.tdbtcb(*_from_tt(erfa, "tdb")(t)),
    }[scale]


def _less(tai: Days) -> Days:
    return tai[0], tai[1] - GPS_BEHIND


def _dtr(erfa: Any, days: Days) -> Any:
    """TDB - TT in seconds at the geocentre; the fraction of the UT day matters only away from it."""
    return erfa.dtdb(*days, 0.0, 0.0, 0.0, 0.0)
