"""Sizes and durations as people write them: "2 GiB", "10 min"."""

import re

BYTES = {
    "B": 1,
    "kB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KiB": 1 << 10,
    "MiB": 1 << 20,
    "GiB": 1 << 30,
    "TiB": 1 << 40,
}
SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}


def pattern(units: dict[str, int]) -> str:
    return rf"[0-9]{{1,15}}(?:\.[0-9]{{1,6}})? ?(?:{'|'.join(units)})"


def parse(text: str, units: dict[str, int]) -> float:
    """Of a text that matches the pattern."""
    number, unit = re.fullmatch(r"([0-9.]+) ?(\w+)", text, re.ASCII).groups()  # type: ignore[union-attr]  # it matches
    return float(number) * units[unit]


def show(value: float, units: dict[str, int]) -> str:
    """In the largest unit that leaves a whole number."""
    unit = max((u for u in units if value % units[u] == 0), key=units.__getitem__, default=next(iter(units)))
    return f"{value / units[unit]:g} {unit}"
