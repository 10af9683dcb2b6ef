"""Units by what they mean: the factor from one to the other. Spellings that are equal never wake astropy."""

import warnings
from functools import cache
from typing import Any


@cache
def factor(of: str, to: str) -> float | None:
    """What a number in `of` is multiplied with to be one in `to`; None when there is no such number."""
    if of == to:
        return 1.0
    one, other = _unit(of), _unit(to)
    if one is None or other is None:
        return None
    try:
        return float(one.to(other))
    except Exception:  # noqa: BLE001 (astropy's units raise several families; each means: not convertible)
        return None


def _unit(text: str) -> Any:
    """The unit, or None for text that names none; an absent unit is not 'dimensionless'."""
    from astropy import units  # noqa: PLC0415 (astropy takes a second to import; few pairs need it)

    if not text:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a standard discourages still names a unit
        for dialect in ("fits", "generic", "vounit", "cds"):
            try:
                return units.Unit(text, format=dialect, parse_strict="raise")
            except (ValueError, TypeError):
                continue
    return None
