"""Celestial frames as headers name them (standard 4.0, section 8.3), and positions from one to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
EQUATORIAL = frozenset({"ICRS", "FK5", "FK4", "FK4-NO-E"})
OTHERS = {"GLON": "galactic", "SLON": "supergalactic", "ELON": "ecliptic", "HLON": "helioecliptic"}
FK4_BEFORE = 1984.0
BESSELIAN, JULIAN = 1950.0, 2000.0


@dataclass(frozen=True, slots=True)
class Frame:
    """`name` is RADESYS's word or the name of the system; `equinox` a Julian or Besselian year, None where none is."""

    name: str
    equinox: float | None = None

    def __str__(self) -> str:
        if self.equinox is None:
            return self.name
        return f"{self.name} {'B' if self.name.startswith('FK4') else 'J'}{self.equinox:.10g}"


def frame_of(cards: Mapping[str, tuple[Any, ...]], letter: str, longitude: str) -> Frame:
    """The frame of the axis type `longitude` (RA, GLON, ...). Without RADESYS the EQUINOX tells, without both ICRS."""
    if longitude not in {"RA", ""}:
        return Frame(OTHERS.get(longitude, longitude))
    named = cards.get(f"RADESYS{letter}") or (cards.get("RADECSYS") if not letter else None)
    equinox = (cards.get(f"EQUINOX{letter}") or (None,))[0]
    year = float(equinox) if isinstance(equinox, int | float) and not isinstance(equinox, bool) else None
    name = str(named[0]).strip().upper() if named and named[0] else ""
    if not name:
        name = "ICRS" if year is None else "FK4" if year < FK4_BEFORE else "FK5"
    if name == "ICRS" or name not in EQUATORIAL:
        return Frame(name)
    return Frame(name, year if year is not None else JULIAN if name == "FK5" else BESSELIAN)


def converted(lon: Floats, lat: Floats, of: Frame, to: Frame) -> tuple[Floats, Floats] | None:
    """Positions in degrees in `of`, in `to`; None when one of both is a frame without a known relation to the sky."""
    if of == to:
        return lon, lat
    from astropy import coordinates, units  # noqa: PLC0415 (a second to import; only frames that differ need it)

    one, other = _astropy(of), _astropy(to)
    if one is None or other is None:
        return None
    valid = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90.0)  # noqa: PLR2004 (degrees)
    safe = np.where(valid, lon, 0.0), np.where(valid, lat, 0.0)
    found = coordinates.SkyCoord(*safe, unit=units.deg, frame=one).transform_to(other).spherical
    return np.where(valid, found.lon.deg, np.nan), np.where(valid, found.lat.deg, np.nan)


def _astropy(frame: Frame) -> Any:
    from astropy import coordinates as c  # noqa: PLC0415 (as above)
    from astropy.time import Time  # noqa: PLC0415 (as above)

    year = frame.equinox
    if year is not None and not 1500 <= year <= 2500:  # noqa: PLR2004 (precession is a polynomial of centuries)
        return None
    made = {
        "ICRS": c.ICRS,
        "FK5": lambda: c.FK5(equinox=Time(year, format="jyear")),
        "FK4": lambda: c.FK4(equinox=Time(year, format="byear")),
        "FK4-NO-E": lambda: c.FK4NoETerms(equinox=Time(year, format="byear")),
        "galactic": c.Galactic,
        "supergalactic": c.Supergalactic,
    }.get(frame.name)
    return made() if made else None


def separation(lon: Floats, lat: Floats, lon2: Floats, lat2: Floats) -> Floats:
    """Angles in degrees between positions in degrees; by the haversine, exact for small ones and at the poles."""
    a, b, c, d = (np.radians(v) for v in (lon, lat, lon2, lat2))
    # two equal numbers must be no distance apart, and tiny ones exact: the half-angle form is used
    half = np.sin((d - b) / 2) ** 2 + np.cos(b) * np.cos(d) * np.sin((c - a) / 2) ** 2
    found: Floats = np.degrees(2 * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))
    return found
