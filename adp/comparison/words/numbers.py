"""Numbers as the field prints them: a real minus, thin spaces, powers of ten, binary sizes, units that stay."""

import math
from decimal import Decimal
from typing import Any

THIN = "\u202f"  # narrow and unbreakable
NBSP = "\u00a0"
MINUS = "\u2212"
TIMES = "\u00d7"
SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
PLAIN_FROM, PLAIN_TO = 1e-3, 1e7
GROUP_FROM = 10_000
MINUTE, HOUR, DAY = 60, 3600, 86400
KIBI = 1024


def number(value: Any, digits: int = 7) -> str:
    """A count or a measurement; text such as "never" passes as it is, nothing at all says "none"."""
    if value is None:
        return "none"
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, int):
        return _signed(value < 0, _grouped(str(abs(value))))
    return _real(float(value), digits)


def short(value: Any) -> str:
    """Two significant digits: an uncertainty, a bias, the worst of many differences."""
    return number(float(value) if isinstance(value, int) and abs(value) >= GROUP_FROM else value, 2)


def size(count: Any) -> str:
    if not isinstance(count, int | float):
        return number(count)
    amount, units = float(count), ["B", "KiB", "MiB", "GiB", "TiB"]
    while amount >= KIBI and len(units) > 1:
        amount, units = amount / KIBI, units[1:]
    text = f"{amount:.0f}" if units[0] == "B" or amount >= 10 else f"{amount:.1f}".removesuffix(".0")  # noqa: PLR2004 - two digits from ten on
    return f"{text}{NBSP}{units[0]}"


def seconds(value: Any) -> str:
    """A duration in the unit a person would pick."""
    if not isinstance(value, int | float):
        return number(value)
    for unit, length in (("d", DAY), ("h", HOUR), ("min", MINUTE)):
        if value >= 2 * length or (unit != "min" and value >= length):
            return f"{_brief(value / length)}{NBSP}{unit}"
    return f"{_brief(value)}{NBSP}s"


def _brief(value: float) -> str:
    if value >= 10:  # noqa: PLR2004 - two significant digits
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2g}" if value >= 0.01 else "0"  # noqa: PLR2004 - below a hundredth nobody cares


def _real(value: float, digits: int) -> str:
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "infinite" if value > 0 else f"{MINUS}infinite"
    size_ = abs(value)
    if value == 0:
        return "0"
    if PLAIN_FROM <= size_ < PLAIN_TO:
        text = f"{size_:.{digits}g}"
        if "e" in text:
            text = f"{float(text):.0f}"
        whole, _, rest = text.partition(".")
        return _signed(value < 0, _grouped(whole) + (f".{rest}" if rest else ""))
    mantissa, _, power = f"{size_:.{max(digits - 1, 0)}e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    ten = "10" + str(int(power)).translate(SUPERSCRIPT)
    return _signed(value < 0, ten if mantissa == "1" else f"{mantissa}{NBSP}{TIMES}{NBSP}{ten}")


def _grouped(digits: str) -> str:
    return f"{int(digits):,}".replace(",", THIN) if int(digits) >= GROUP_FROM else digits


def _signed(negative: bool, text: str) -> str:
    return MINUS + text if negative else text
