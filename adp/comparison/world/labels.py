"""What headers say about frames, spectra and clocks without a pixel to try it at: by meaning, not by text."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from adp.comparison.model import Part
from adp.comparison.world.frames import frame_of
from adp.comparison.world.keywords import TIME, Value
from adp.comparison.world.scales import ALIASES
from adp.finding import Finding, Reason, Where

Cards = Mapping[str, Value]
REFERENCE_DATES = ("MJDREF", "JDREF", "DATEREF")
MJD_OF_JD = 2_400_000.5
CLOSE = 1e-9  # days: what is left of a reference date in one double


def frame_difference(part: Part, mine: Cards, theirs: Cards, keys: AbstractSet[str]) -> Iterator[Finding]:
    """RADESYS and EQUINOX; what is not written follows the standard's defaults."""
    for letter in sorted({_letter(k) for k in keys}):
        p, r = (frame_of(cards, letter, "RA") for cards in (mine, theirs))
        if p != r:
            yield finding("FRAME", part, f"the frame is {p}, the reference has {r}")


def _letter(key: str) -> str:
    return key.removeprefix("RADESYS").removeprefix("EQUINOX") if not key.startswith("RADECSYS") else ""


def spectral_difference(part: Part, mine: Cards, theirs: Cards, keys: AbstractSet[str]) -> Iterator[Finding]:
    for key in sorted(keys):
        if mine.get(key) != theirs.get(key):
            message = f"{key} is {_shown(mine, key)}, the reference has {_shown(theirs, key)}"
            yield finding("SPECTRAL", part, message)


def time_differences(part: Part, mine: Cards, theirs: Cards) -> Iterator[Finding]:
    """TIMESYS by the scale it means (UTC where it is not written), reference dates by the day they are."""
    p, r = (_scale(cards) for cards in (mine, theirs))
    if p != r:
        yield finding("TIME_SCALE", part, f"the time scale is {p}, the reference has {r}")
    days = [_reference_day(cards) for cards in (mine, theirs)]
    if days[0] is not None and days[1] is not None:
        if abs(days[0] - days[1]) > CLOSE:
            message = f"times count from MJD {days[0]:.10g}, the reference's from MJD {days[1]:.10g}"
            yield finding("TIME_SCALE", part, message)
    elif days[0] != days[1]:
        said = ["nowhere" if d is None else f"MJD {d:.10g}" for d in days]
        yield finding("TIME_SCALE", part, f"times count from {said[0]}, the reference's from {said[1]}")
    rest = {k for k in (*mine, *theirs) if TIME.fullmatch(k)} - {"TIMESYS"}
    for key in sorted(k for k in rest if not k.startswith(REFERENCE_DATES) or k == "DATEREF"):
        if mine.get(key) != theirs.get(key):
            message = f"{key} is {_shown(mine, key)}, the reference has {_shown(theirs, key)}"
            yield finding("TIME_SCALE", part, message)


def _scale(cards: Cards) -> str:
    said = str(cards.get("TIMESYS", ("UTC",))[0] or "UTC").strip().lower()
    return ALIASES.get(said, said).upper()


def _reference_day(cards: Cards) -> float | None:
    """The zero point of the header's times (MJDREF, or MJDREFI + MJDREFF; JDREF likewise)."""
    for name, zero in (("MJDREF", 0.0), ("JDREF", MJD_OF_JD)):
        parts = [_number(cards, name + end) for end in ("I", "F")]
        if parts[0] is not None:
            return parts[0] + (parts[1] or 0.0) - zero
        whole = _number(cards, name)
        if whole is not None:
            return whole - zero
    return None


def _number(cards: Cards, key: str) -> float | None:
    value: Any = cards.get(key, (None,))[0]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _shown(cards: Cards, key: str) -> str:
    return repr(cards[key][0]) if key in cards else "not written"


def finding(code: str, part: Part, message: str) -> Finding:
    return Finding(Reason.MISMATCH, code, f"{part.scope()}: {message}", where=Where(hdu=part.label))
