"""The spectral axis of a table or a one-dimensional image: where it is, and its values as the reference counts them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.matching.pairing import numbers
from adp.comparison.model import Field, Part
from adp.comparison.spec.places import SpectrumRule
from adp.comparison.values.units import factor
from adp.comparison.world import spectral
from adp.comparison.world.keywords import world_cards
from adp.comparison.world.solution import SPECTRAL, Unsolvable, solve
from adp.comparison.world.spectral import Spectral

Floats = npt.NDArray[np.float64]
NAME = re.compile(
    r"(?:log_?)?(?:lam(?:bda)?|wave(?:lengths?|len)?|wl)(?:_?(?:air|vac(?:uum)?))?|freq(?:uency)?", re.IGNORECASE
)
LOGARITHM = re.compile(r"log.*", re.IGNORECASE)
KINDS = {"m": "WAVE", "Hz": "FREQ"}


@dataclass(frozen=True)
class Grid:
    """The samples of one spectrum: SI values as stored (rising or falling), and what they are."""

    values: Floats
    what: Spectral
    medium_known: bool

    def as_in(self, other: "Grid") -> Floats | None:
        """The same samples as `other` counts its own; None when there is no way. Between air and vacuum only where both
        sides say which they are."""
        mine, theirs = self.what, other.what
        if {mine.kind, theirs.kind} == {"AWAV", "WAVE"} and not (self.medium_known and other.medium_known):
            return self.values
        return spectral.converted(self.values, mine, theirs)


def axis_field(part: Part, rule: SpectrumRule) -> Field | None:
    """The column of a table that is its spectral axis: the one the rule names, else one that is called so."""
    scalar = [f for f in part.fields if f.kind in {"float", "int"} and not f.cell and not f.ragged]
    if rule.axis:
        return next((f for f in scalar if f.name == rule.axis), None)
    return next((f for f in scalar if NAME.fullmatch(f.name)), None)


def grid_of(part: Part, rule: SpectrumRule, size: int) -> Grid | None:
    """None when the part is no spectrum: a table without such a column, an image of more axes or without a WCS."""
    if part.kind == "table":
        field = axis_field(part, rule)
        return _of_column(part, field, size) if field is not None else None
    if part.kind != "image" or len([n for n in part.shape if n > 1]) != 1:
        return None
    return _of_image(part)


def _of_column(part: Part, field: Field, size: int) -> Grid | None:
    values = numbers(part, field.name, size)
    unit = field.unit
    if LOGARITHM.match(field.name):
        values, unit = 10.0**values, "Angstrom"
    for si, kind in KINDS.items():
        known = factor(unit or "Angstrom", si)
        if known is not None:
            medium = _medium(part, field.name) if kind == "WAVE" else None
            return Grid(values * known, Spectral("AWAV" if medium == "air" else kind), medium is not None)
    return None


def _medium(part: Part, name: str) -> str | None:
    """Air or vacuum, by the column's name or by the cards that surveys write."""
    cards: Mapping[str, Any] = {c.key: c.value for c in part.cards}
    said = f"{name} {cards.get('AIRORVAC', '')}".lower()
    if isinstance(cards.get("VACUUM"), bool):
        return "vacuum" if cards["VACUUM"] else "air"
    return "vacuum" if "vac" in said else "air" if "air" in said else None


def _of_image(part: Part) -> Grid | None:
    if not any(k.startswith("CTYPE") for k in world_cards(part)):
        return None
    try:
        solution = solve(part)
        at = solution.at(SPECTRAL)
        if at is None or solution.spectral is None:
            return None
        pixels = np.ones((part.rows, len(solution.axes)))
        long = next(i for i, n in enumerate(reversed(part.shape)) if n > 1)
        pixels[:, long] = np.arange(1, part.rows + 1)
        return Grid(solution.world(pixels)[:, at], solution.spectral, medium_known=True)
    except Unsolvable:
        return None
