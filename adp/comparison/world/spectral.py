"""Spectral coordinates as headers name them (Greisen et al. 2006, standard 4.0 section 8.4), one into another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
C = 299_792_458.0  # m/s
H = 6.626_070_15e-34  # J s
TYPES = frozenset({"FREQ", "ENER", "WAVN", "VRAD", "WAVE", "VOPT", "ZOPT", "AWAV", "VELO", "BETA"})
UNITS = {
    "FREQ": "Hz",
    "ENER": "J",
    "WAVN": "1/m",
    "WAVE": "m",
    "AWAV": "m",
    "VRAD": "m/s",
    "VOPT": "m/s",
    "VELO": "m/s",
}
NEED_REST = frozenset({"VRAD", "VOPT", "ZOPT", "VELO", "BETA"})
BARE = frozenset({"ZOPT", "BETA"})  # in units of c
AIR_FROM = 2000e-10  # m: below it wavelengths are given in vacuum
ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Spectral:
    """`kind` is the first four letters of CTYPE; `rest` the wavelength in vacuum (m) a velocity is counted from;
    `observer` is SPECSYS, "" when the header does not say."""

    kind: str
    rest: float | None = None
    observer: str = ""

    @property
    def medium(self) -> str:
        return "air" if self.kind == "AWAV" else "vacuum"

    def __str__(self) -> str:
        what = {"AWAV": "AWAV (wavelengths in air)", "WAVE": "WAVE (wavelengths in vacuum)"}.get(self.kind, self.kind)
        return f"{what}, rest {self.rest * 1e10:.8g} Å" if self.rest and self.kind in NEED_REST else what


def spectral_of(cards: Mapping[str, tuple[Any, ...]], letter: str, kind: str) -> Spectral:
    """What a header says of its spectral axis of type `kind`."""
    frequency = _number(cards, f"RESTFRQ{letter}") or (None if letter else _number(cards, "RESTFREQ"))
    rest = _number(cards, f"RESTWAV{letter}") or (C / frequency if frequency else None)
    observer = (cards.get(f"SPECSYS{letter}") or ("",))[0]
    return Spectral(kind, rest if kind in NEED_REST else None, str(observer or "").strip().upper())


def _number(cards: Mapping[str, tuple[Any, ...]], key: str) -> float | None:
    value = (cards.get(key) or (None,))[0]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None


def converted(values: Floats, of: Spectral, to: Spectral) -> Floats | None:
    """SI values of one spectral coordinate in another; None when a velocity lacks its rest wavelength."""
    if (of.kind, of.rest) == (to.kind, to.rest):
        return values
    if any(s.kind in NEED_REST and s.rest is None for s in (of, to)) or not {of.kind, to.kind} <= TYPES:
        return None
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return _from_vacuum(vacuum(values, of), to)


def vacuum(values: Floats, of: Spectral) -> Floats:
    """Wavelengths in vacuum (m) of SI values; `of` must have a rest wavelength where its kind needs one."""
    if of.kind in NEED_REST:
        return (of.rest or np.nan) * _ratio(values if of.kind in BARE else values / C, of.kind)
    if of.kind == "AWAV":
        return from_air(values)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return {"FREQ": C / values, "ENER": H * C / values, "WAVN": 1 / values}.get(of.kind, values)


def _ratio(beta: Floats, kind: str) -> Floats:
    """Wavelength over rest wavelength, of velocities in units of c."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if kind == "VRAD":
            return 1 / (1 - beta)
        found: Floats = 1 + beta if kind in {"VOPT", "ZOPT"} else np.sqrt((1 + beta) / (1 - beta))
        return found


def _from_vacuum(waves: Floats, to: Spectral) -> Floats:
    if to.kind in NEED_REST:
        ratio = waves / (to.rest or np.nan)
        square = ratio**2
        by_kind = {"VRAD": 1 - 1 / ratio, "VOPT": ratio - 1, "ZOPT": ratio - 1}
        beta = by_kind.get(to.kind, (square - 1) / (square + 1))
        return beta if to.kind in BARE else C * beta
    if to.kind == "AWAV":
        return to_air(waves)
    return {"FREQ": C / waves, "ENER": H * C / waves, "WAVN": 1 / waves}.get(to.kind, waves)


def to_air(waves: Floats) -> Floats:
    """Wavelengths (m) in standard air at 15 °C of wavelengths in vacuum, by Ciddor (1996, Appl. Opt. 35, 1566, eq. 1):
    what spectroscopists and pipelines mean by air. Below 2000 Å nothing is converted."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        wavenumbers = (1e-6 / waves) ** 2
        index = 1 + 0.05792105 / (238.0185 - wavenumbers) + 0.00167917 / (57.362 - wavenumbers)
    return np.where(waves >= AIR_FROM, waves / index, waves)


def from_air(waves: Floats) -> Floats:
    """The inverse of `to_air`, by iteration to the last digit."""
    found = waves
    for _ in range(ROUNDS):
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.where(waves >= AIR_FROM, waves * (found / to_air(found)), waves)
    return found


def velocity(difference: Floats, waves: Floats) -> Floats:
    """km/s of small differences between wavelengths."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.abs(difference / waves) * C / 1e3
