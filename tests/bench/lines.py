"""What must hold, as lines: a goal, what was found, and whether that is enough."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    what: str
    must: str
    found: float
    holds: bool
    note: str = ""


def least(what: str, wanted: float, found: float, note: str = "", unit: str = "×") -> Line:
    return Line(what, f"≥ {wanted:g} {unit}", found, found >= wanted, note)


def most(what: str, wanted: float, found: float, note: str = "", unit: str = "×") -> Line:
    return Line(what, f"≤ {wanted:g} {unit}", found, found <= wanted, note)


def show(line: Line) -> None:
    holds = "holds" if line.holds else "DOES NOT HOLD"
    sys.stdout.write(f"{holds:14} {line.what:72} {line.must:>12} {line.found:10.3g}   {line.note}\n")
    sys.stdout.flush()
