"""The smallest words of a spec: numbers, amounts with a unit, choices, lists of names; what is wrong is kept."""

import difflib
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from adp.comparison.spec.amounts import Amount
from adp.finding import NOWHERE, Finding, Reason, Where

AMOUNT = re.compile(r"\s*([0-9.]+(?:[eE][+-]?[0-9]+)?)\s+(\S.*?)\s*")
LARGEST, LARGEST_WHOLE = sys.float_info.max, (1 << 63) - 1  # what numpy counts with
TEXT_LENGTH = 1000


class Words:
    """Reads single values of one spec and keeps what is wrong with them in `findings`; a value that is wrong is read as
    some harmless one, for the spec is refused anyway."""

    def __init__(self, file: str | None) -> None:
        self.findings: list[Finding] = []
        self._where = Where(file=file) if file else NOWHERE

    def wrong(self, code: str, message: str, hint: str = "") -> None:
        self.findings.append(Finding(Reason.MANIFEST_INVALID, code, message, where=self._where, hint=hint))

    def section(self, name: str, raw: Any) -> Mapping[str, Any]:
        if isinstance(raw, Mapping):
            return raw
        self.wrong("SPEC_VALUE", f"{name} must be a table")
        return {}

    def keys(self, name: str, raw: Mapping[str, Any], known: Iterable[str]) -> None:
        known = tuple(known)
        for key in (k for k in raw if k not in known):
            near = difflib.get_close_matches(str(key), known, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"known keys: {', '.join(known)}"
            self.wrong("SPEC_UNKNOWN_KEY", f"{name} has no key '{key}'", hint)

    def choice(self, name: str, value: Any, known: tuple[str, ...]) -> str:
        if value not in known:
            self.wrong("SPEC_VALUE", f"{name} must be one of: {', '.join(known)}")
            return known[0]
        return str(value)

    def truth(self, name: str, value: Any) -> bool:
        if not isinstance(value, bool):
            self.wrong("SPEC_VALUE", f"{name} must be true or false")
        return value is True

    def count(self, name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_WHOLE:
            self.wrong("SPEC_VALUE", f"{name} must be a whole number, 0 or more")
            return 0
        return value

    def number(self, name: str, value: Any, low: float = 0.0, high: float = LARGEST) -> float:
        """A finite number from `low` to `high`."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            limit = f"{low:g} or more" if high == LARGEST else f"from {low:g} to {high:g}"
            self.wrong("SPEC_VALUE", f"{name} must be a finite number, {limit}")
            return low
        return float(value)

    def amount(self, name: str, value: Any) -> Amount:
        """A number, or a number and a unit; the unit is not looked up here."""
        found = AMOUNT.fullmatch(value) if isinstance(value, str) else None
        if found:
            try:
                return Amount(self.number(name, float(found[1])), found[2])
            except ValueError:
                found = None
        if isinstance(value, str):
            self.wrong("SPEC_VALUE", f"{name} must be a number, or a number and a unit such as '1 mJy'")
            return Amount(0.0)
        return Amount(self.number(name, value))

    def quantity(self, name: str, value: Any, units: tuple[str, ...]) -> Amount:
        """A number with one of these units, which it must have."""
        found = self.amount(name, value) if isinstance(value, str) else Amount(0.0)
        if found.unit not in units:
            self.wrong("SPEC_VALUE", f"{name} must be a number with its unit, such as '1 {units[0]}'",
                       f"units: {', '.join(units)}")  # fmt: skip
        return found

    def text(self, name: str, value: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > TEXT_LENGTH:
            self.wrong("SPEC_VALUE", f"{name} must be a text of at most {TEXT_LENGTH} characters")
            return ""
        return value

    def words(self, name: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            self.wrong("SPEC_VALUE", f"{name} must be a list of names")
            return ()
        return tuple(value)
