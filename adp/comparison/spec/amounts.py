"""A number with its unit, as people write a tolerance."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in the data's own unit (unit "") or in a unit of its own."""

    value: float
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}".strip()
