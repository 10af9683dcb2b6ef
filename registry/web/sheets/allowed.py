"""What a rule allowed, read back from the tolerance the author declared, and how far inside it the product lies."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.web.present.numbers import TIMES, number, short
from registry.web.present.text import visible

QUANTITY = re.compile(r"\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*(.*)")
NOT_DECLARED = "same"


@dataclass(frozen=True, slots=True)
class Allowed:
    text: str = NOT_DECLARED
    value: float | None = None


def allowed(tolerance: Mapping[str, Any], scope: str, rule: str) -> Allowed:
    """The declared number of `rule` for `scope` ("x", "SCI.x", "table"), else of the file; none: equal."""
    for section in _sections(tolerance, scope):
        parts = [(word, section[word]) for word in re.findall(r"[a-z_]+", rule) if word in section]
        if parts:
            texts = [_said(word, value) for word, value in parts]
            return Allowed(" + ".join(texts), _value(parts[0][1]) if len(parts) == 1 else None)
    return Allowed()


def margin(limit: Allowed, passes_at: Any) -> str:
    """How many times smaller the tolerance could be and still pass."""
    if limit.value is None or not isinstance(passes_at, int | float):
        return ""
    if passes_at == 0:
        return "exact"
    times = limit.value / passes_at
    return f"{short(times)}{TIMES}" if times >= 1 else ""


def _sections(tolerance: Mapping[str, Any], scope: str) -> list[Mapping[str, Any]]:
    """From the most particular to the most general section that speaks of this scope."""
    hdu, _, column = scope.rpartition(".")
    own = tolerance.get("hdu", {}).get(hdu or scope, {})
    found = [
        own.get("column", {}).get(column),
        tolerance.get("column", {}).get(column),
        own.get("data"),
        tolerance.get("data"),
        tolerance.get("wcs") if "wcs" in scope.lower() else None,
        tolerance.get("header") if "header" in scope.lower() else None,
        tolerance.get("statistics"),
        tolerance,
    ]
    return [section for section in found if isinstance(section, Mapping)]


def _value(raw: Any) -> float | None:
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int | float):
        return float(raw)
    match = QUANTITY.fullmatch(raw) if isinstance(raw, str) else None
    try:
        return float(match[1]) if match else None
    except ValueError:
        return None


def _said(word: str, raw: Any) -> str:
    if isinstance(raw, bool):
        return word if raw else f"not {word}"
    if isinstance(raw, int | float):
        text = number(raw)
    else:
        match = QUANTITY.fullmatch(raw) if isinstance(raw, str) else None
        value = _value(raw)
        text = f"{number(value)}\u00a0{visible(match[2])}".rstrip() if match and value is not None else visible(raw)
    return text if word == "abs" else f"{text} {word}"
