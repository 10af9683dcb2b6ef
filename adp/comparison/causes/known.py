"""Factors and offsets that have a name: units of one kind, scales and epochs of time."""

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType

KINDS: tuple[Mapping[str, float], ...] = tuple(
    MappingProxyType(k)
    for k in (
        {"Jy": 1.0, "mJy": 1e-3, "uJy": 1e-6, "nJy": 1e-9},
        {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6, "nm": 1e-9, "Angstrom": 1e-10, "km": 1e3},
        {"deg": 1.0, "rad": math.degrees(1), "hours": 15.0, "arcmin": 1 / 60, "arcsec": 1 / 3600, "mas": 1 / 3.6e6},
        {"s": 1.0, "ms": 1e-3, "min": 60.0, "h": 3600.0, "d": 86400.0, "yr": 365.25 * 86400},
        {"km/s": 1.0, "m/s": 1e-3, "cm/s": 1e-5},
        {"Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9},
        {"erg/s/cm2": 1.0, "W/m2": 1e3},
        {"mag": 1.0, "mmag": 1e-3},
        {"K": 1.0, "mK": 1e-3},
        {"eV": 1.0, "keV": 1e3, "MeV": 1e6},
    )
)
ALIASES = {"AA": "Angstrom", "angstrom": "Angstrom", "0.1nm": "Angstrom", "degree": "deg", "sec": "s", "day": "d"}
UNSAID = {  # where the column has no unit: what the number is best known as
    1e3: "as Jy are to mJy",
    1e-3: "as mJy are to Jy",
    1e6: "as Jy are to uJy",
    1e-6: "as uJy are to Jy",
    1e10: "as m are to Angstrom",
    1e-10: "as Angstrom are to m",
    math.radians(1): "as degrees are to radians",
    math.degrees(1): "as radians are to degrees",
    1 / 15: "as degrees are to hours",
    15.0: "as hours are to degrees",
    3600.0: "as degrees are to arcsec",
    1 / 3600: "as arcsec are to degrees",
    86400.0: "as days are to seconds",
    1 / 86400: "as seconds are to days",
}
WORDS = {"rad": "radians"}
CLOSE = 1e-6
EPOCH = 2400000.5  # JD - MJD
LEAPS = (  # MJD from which on TAI - UTC is 10, 11, … s (IERS Bulletin C)
    41317, 41499, 41683, 42048, 42413, 42778, 43144, 43509, 43874, 44239, 44786, 45151, 45516, 46247, 47161, 47892,
    48257, 48804, 49169, 49534, 50083, 50630, 51179, 53736, 54832, 56109, 57204, 57754,
)  # fmt: skip
LAST = 80000.0  # MJD until which a number is taken for a date
TT, DAY = 32.184, 86400.0


def factor(value: float, unit: str) -> str:
    """What people know this factor as, for values whose unit is said to be `unit`; "" when they do not."""
    name = ALIASES.get(unit, unit)
    kind = next((k for k in KINDS if name in k), None)
    if kind is None:
        return (
            ""
            if unit
            else next((text for known, text in UNSAID.items() if math.isclose(value, known, rel_tol=CLOSE)), "")
        )
    other = next(
        (n for n, size in kind.items() if n != name and math.isclose(value, kind[name] / size, rel_tol=CLOSE)), ""
    )
    return f"values in {WORDS.get(other, other)} under the unit {unit}?" if other else ""


def offset(value: float, unit: str, first: float) -> str:
    """What people know this offset as; `first` is a value it was added to. Dates are in days."""
    if unit not in {"", "d", "day"}:
        return ""
    if math.isclose(abs(value), EPOCH, rel_tol=1e-9):
        return "Julian for modified Julian dates" if value > 0 else "modified Julian for Julian dates"
    mjd = first - EPOCH if first > EPOCH else first
    if not LEAPS[0] <= mjd <= LAST:
        return ""
    sign = "" if value > 0 else ", with the opposite sign"
    return next((f"{text}{sign}" for known, text in _scales(mjd) if abs(abs(value) * DAY - known) < 1e-3), "")  # noqa: PLR2004 (s)


def _scales(mjd: float) -> Iterator[tuple[float, str]]:
    leap = 9 + sum(at <= mjd for at in LEAPS)
    yield leap, f"{leap} s, what TAI is ahead of UTC at that time"
    yield leap + TT, f"{leap + TT:.3f} s, what TT is ahead of UTC at that time"
    yield TT, "32.184 s, what TT is ahead of TAI"
    yield leap - 19, f"{leap - 19} s, what GPS time is ahead of UTC at that time"
