"""What a rule allowed, from its label (`abs 1e-09 pix + rel 0.0001`), and how far inside it the product lies."""

import re
from dataclasses import dataclass
from typing import Any

from adp.comparison.words.numbers import NBSP, TIMES, number, short
from adp.comparison.words.text import visible

PART = re.compile(r"(abs|rel|ulp|sigma) ([-+]?[0-9.]+(?:e[-+]?[0-9]+)?)(?: (.*))?")
AT_MOST = re.compile(r"(match within|wcs within|mean bias|blocks|total rel) ([-+]?[0-9.]+(?:e[-+]?[0-9]+)?)(?: (.*))?")
BEFORE = {"match within": "within", "wcs within": "within"}
AFTER = {"total rel": "rel"}
WORDS = {"bits": "same bits", "invariant": "same bits", "exact": "equal"}
UNITS = {"abs": "", "rel": "rel", "ulp": "ulp", "sigma": "σ"}


@dataclass(frozen=True, slots=True)
class Allowed:
    """`value` is set where the rule has one number."""

    text: str
    value: float | None = None


def allowed(label: str) -> Allowed:
    if label in WORDS:
        return Allowed(WORDS[label])
    if most := AT_MOST.fullmatch(label):
        unit = visible(most[3] or "").replace("sigma", "σ").replace(" ", NBSP)
        words = (BEFORE.get(most[1], ""), number(float(most[2])), unit, AFTER.get(most[1], ""))
        return Allowed(NBSP.join(w for w in words if w), float(most[2]))
    expression, within, limit = label.rpartition(" within ")
    parts = [PART.fullmatch(part) for part in limit.split(" + ")]
    known = [part for part in parts if part is not None]
    if len(known) != len(parts):
        return Allowed(visible(label))
    text = " + ".join(_said(*part.groups()) for part in known)
    said = f"{visible(expression.removeprefix('= '))} within {text}" if within else text
    return Allowed(said, float(known[0][2]) if len(known) == 1 else None)


def margin(limit: Allowed, passes_at: Any) -> str:
    """How many times smaller the tolerance could be and still pass."""
    if limit.value is None or not isinstance(passes_at, int | float):
        return ""
    if passes_at == 0:
        return "exact"
    times = limit.value / passes_at
    return f"{short(times)}{TIMES}" if times >= 1 else ""


def _said(kind: str, value: str, unit: str | None) -> str:
    return NBSP.join(w for w in (number(float(value)), UNITS[kind], visible(unit or "")) if w)
