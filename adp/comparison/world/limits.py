"""How far a pixel may move: limits in the units people give them in, and what is left to rounding."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adp.comparison.spec.amounts import Amount
from adp.comparison.world.offsets import SKY, Offsets
from adp.comparison.world.solution import SPECTRAL, TIME

Floats = npt.NDArray[np.float64]
ROUNDING = 1e-6  # pixels that two spellings of one description may be apart
NEARLY = 0.999
ROUNDED = f"wcs equal within {ROUNDING:g} pix"
EV = 2.417_989_242_084_918e14  # Hz of 1 eV
# unit of a limit: (quantity of Offsets.world, its size in that quantity's unit)
UNITS = {
    "mas": (SKY, 1.0), "uas": (SKY, 1e-3), "arcsec": (SKY, 1e3), "arcmin": (SKY, 6e4), "deg": (SKY, 3.6e6),
    "Angstrom": ("wave", 1.0), "nm": ("wave", 10.0), "um": ("wave", 1e4), "mm": ("wave", 1e7), "cm": ("wave", 1e8),
    "m": ("wave", 1e10), "km/s": ("speed", 1.0), "m/s": ("speed", 1e-3), "Hz": ("frequency", 1.0),
    "kHz": ("frequency", 1e3), "MHz": ("frequency", 1e6), "GHz": ("frequency", 1e9), "eV": ("frequency", EV),
    "keV": ("frequency", 1e3 * EV), "s": (TIME, 1.0), "ms": (TIME, 1e-3), "us": (TIME, 1e-6), "ns": (TIME, 1e-9),
    "min": (TIME, 60.0), "h": (TIME, 3600.0), "d": (TIME, 86400.0), "yr": (TIME, 31_557_600.0),
}  # fmt: skip
KIND = {SKY: SKY, "wave": SPECTRAL, "speed": SPECTRAL, "frequency": SPECTRAL, TIME: TIME}
SHOWN = {SKY: "mas", "wave": "Å", "speed": "km/s", TIME: "s"}


@dataclass(frozen=True, slots=True)
class Measured:
    """One limit on all tried pixels: how far each moved in the limit's unit; `allowed` includes rounding."""

    label: str
    unit: str
    values: Floats
    allowed: float

    @property
    def bad(self) -> npt.NDArray[np.bool_]:
        return np.isfinite(self.values) & (self.values > self.allowed) | np.isinf(self.values)

    @property
    def worst_at(self) -> int | None:
        """The first of the tried pixels that moved as far as any, but for a thousandth: where all move alike, rounding
        must not choose, for places are in a report's digest."""
        finite = np.where(np.isnan(self.values), -1.0, self.values)
        return int(np.argmax(finite >= finite.max() * NEARLY)) if finite.max(initial=-1.0) >= 0 else None

    @property
    def worst(self) -> float | None:
        return float(np.nanmax(self.values)) if not np.isnan(self.values).all() else None


def measured(limits: tuple[Amount, ...], found: Offsets) -> Iterator[Measured]:
    """Every limit that speaks of an axis which is there. Axes no limit speaks of may be off by rounding only."""
    covered: set[str] = set()
    for limit in limits:
        if limit.unit == "pix":
            covered |= found.pixels.keys()
            yield Measured(label(limit), "pix", found.largest, limit.value + found.rounding)
            continue
        quantity, size = UNITS[limit.unit]
        if quantity in found.world:
            covered.add(KIND[quantity])
            yield Measured(label(limit), limit.unit, found.world[quantity] / size, limit.value)
    left = [v for kind, v in found.pixels.items() if kind not in covered]
    if left:
        yield Measured(ROUNDED, "pix", np.fmax.reduce(left), max(ROUNDING, found.rounding))


def label(limit: Amount) -> str:
    return f"wcs within {limit}"


def labels(limits: tuple[Amount, ...]) -> list[str]:
    """The rules in words, where nothing needs to be measured."""
    return [label(limit) for limit in limits] or [ROUNDED]


def in_words(found: Offsets, at: int) -> str:
    """How far one pixel moved, in every unit there is."""
    parts = [f"{found.largest[at]:.4g} pix"]
    parts += [f"{v[at]:.4g} {SHOWN[k]}" for k, v in found.world.items() if k in SHOWN and v[at] > 0]
    return " = ".join(parts[:2]) + (f" ({', '.join(parts[2:])})" if len(parts) > 2 else "")  # noqa: PLR2004 (two shown)
