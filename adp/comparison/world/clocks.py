"""The times of a column: which scale and format they are in, and the days they are in another."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Array, Field, Part, Values
from adp.comparison.spec.terms import TimeColumn
from adp.comparison.values.texts import as_text
from adp.comparison.values.units import factor
from adp.comparison.world import scales

Floats = npt.NDArray[np.float64]
NAME = re.compile(r"(bjd|hjd|mjd|rjd|btjd|bkjd|jd)(?:_?(utc|tai|tt|tdb|tcb|tcg))?", re.IGNORECASE)
SECONDS = {"unix": 40_587.0, "gps": 44_244.0, "cxcsec": 50_814.0}  # MJD from which seconds are counted
YEARS = {"jyear": (51_544.5, 2000.0, 365.25), "byear": (15_019.81352, 1900.0, 365.242198781)}
TEXTS = frozenset({"isot", "iso", "fits"})
JULIAN = (1_700_000.0, 3_000_000.0)  # numbers that are Julian dates and no modified ones
TRIED = 64  # rows looked at for the size of the numbers


@dataclass(frozen=True)
class Clock:
    """How a number is a time: a scale, and what is counted in which steps (days) from which MJD `zero` on."""

    scale: str
    format: str
    zero: float = 0.0
    step: float = 1.0
    start: float = 0.0

    def mjd(self, values: Floats) -> Floats:
        return self.zero + (values - self.start) * self.step

    def of_mjd(self, days: Floats) -> Floats:
        return (days - self.zero) / self.step + self.start

    def days(self, other: "Clock", values: Floats) -> Floats:
        """Times of `other` in this clock's scale, format and steps; NaN where there are none."""
        if (other.zero, other.step, other.start, other.scale) == (self.zero, self.step, self.start, self.scale):
            return values
        days = other.mjd(values)
        shifted = days + scales.shift(days, other.scale, self.scale) / scales.DAY
        return self.of_mjd(shifted)

    @property
    def unit(self) -> str:
        return {1.0: "d", 1 / scales.DAY: "s"}.get(self.step, "yr" if self.format in YEARS else "d")

    def __str__(self) -> str:
        return f"{self.format.upper()} in {self.scale.upper()}"


def clock(scale: str, name: str) -> Clock:
    """The clock of a format's name."""
    if name in SECONDS:
        return Clock(scale, name, SECONDS[name], 1 / scales.DAY)
    if name in YEARS:
        zero, start, step = YEARS[name]
        return Clock(scale, name, zero, step, start)
    return Clock(scale, name, scales.FORMATS.get(name, scales.MJD_ZERO) - scales.MJD_ZERO)


def clock_of(part: Part, field: Field, target: TimeColumn) -> Clock | None:
    """What `part` says of the times in `field`: by its header (TIMESYS, MJDREF, BJDREF), the column's name, the size of
    its numbers; where it says nothing, it is taken to be as the rule has it. None for a scale without a way to it."""
    scale = _scale(part, field, target)
    if scale is None:
        return None
    if field.kind == "string":
        return Clock(scale, "isot")
    zero = _reference_day(part)
    step = (factor(field.unit, "d") if field.unit else None) or (1.0 if "JD" in field.unit else 0.0)
    if zero is not None and step:
        return Clock(scale, "since", zero, step)
    named = NAME.fullmatch(field.name)
    sizes = _sizes(part, field)
    if step in {0.0, 1.0} and len(sizes) and JULIAN[0] < float(np.median(sizes)) < JULIAN[1]:
        return clock(scale, "jd")
    if named and named[1].lower() not in {"bjd", "hjd", "jd"}:
        return clock(scale, named[1].lower())
    return clock(scale, "mjd" if target.format in TEXTS or (step == 1 and target.format == "jd") else target.format)


def _scale(part: Part, field: Field, target: TimeColumn) -> str | None:
    cards = {c.key: c.value for c in part.cards}
    number = next((k[5:] for k, v in cards.items() if k.startswith("TTYPE") and str(v).strip() == field.name), "")
    named = NAME.fullmatch(field.name)
    said = [cards.get(f"TCTYP{number}"), named[2] if named else None, cards.get("TIMESYS")]
    for word in said:
        if isinstance(word, str) and word.strip() and word.strip().upper() != "TIME":
            return scales.scale_of(word)
    return target.scale


def _reference_day(part: Part) -> float | None:
    """The MJD that a header's times count from."""
    cards = {c.key: c.value for c in part.cards if isinstance(c.value, int | float) and not isinstance(c.value, bool)}
    for name, zero in (("MJDREF", 0.0), ("JDREF", scales.MJD_ZERO), ("BJDREF", scales.MJD_ZERO)):
        parts = [cards.get(name + end) for end in ("", "I", "F")]
        if any(v is not None for v in parts):
            return float(sum(v for v in parts if v is not None)) - zero
    return None


def _sizes(part: Part, field: Field) -> Floats:
    values = part.source.read(slice(0, min(TRIED, part.rows)))(field.name).data.astype(np.float64)
    return np.abs(values[np.isfinite(values)])


def texts(values: Array) -> Floats:
    """MJD of ISO 8601 texts; NaN for what is none (a leap second among them)."""
    bare = [str(v).strip().removesuffix("Z").replace(" ", "T") for v in values.tolist()]
    found = np.full(len(bare), np.nan)
    for i, text in enumerate(bare):
        try:
            moment = np.datetime64(text, "us")
        except ValueError:
            continue
        if not np.isnat(moment):
            found[i] = (moment - np.datetime64("1858-11-17", "us")) / np.timedelta64(1, "D")
    return found


def plain(values: Values) -> Floats:
    """Numbers as doubles, texts as MJD."""
    if values.data.dtype.kind in "SUO":
        return texts(as_text(values))
    found: Floats = values.data.astype(np.float64)
    return found


def target(rule: TimeColumn) -> Clock:
    """The clock that a rule brings both sides to; for formats that are texts, in days."""
    return clock(rule.scale, "mjd" if rule.format in TEXTS else rule.format)
