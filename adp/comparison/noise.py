"""Standard errors of one field, read beside its values: from the HDUs or the columns that its rule names."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from adp.comparison.model import Field, Getter, Part, Rows, Values
from adp.comparison.spec.statistical import Noise
from adp.comparison.values.judge import Judge
from adp.comparison.values.tally import Floats
from adp.comparison.values.units import factor

SIDES = {"reference": ("reference",), "product": ("product",), "sum": ("reference", "product")}
Parts = Mapping[str, Part]


@dataclass(frozen=True)
class Planes:
    """HDUs with the errors of an image; one, or one of each side."""

    parts: tuple[Part, ...]
    noise: Noise
    scale: tuple[float, ...]

    def read(self, rows: Rows, size: int) -> Floats:
        return _together([part.source.read(rows)("") for part in self.parts], self.noise, self.scale, size)


@dataclass(frozen=True)
class Columns:
    """Columns with the errors of another one; one, or one of each side."""

    noise: Noise
    scale: tuple[float, ...]

    def read(self, product: Getter, reference: Getter, size: int) -> Floats:
        sides = {"product": product, "reference": reference}
        found = [sides[side](self.noise.name) for side in SIDES[self.noise.of]]
        return _together(found, self.noise, self.scale, size)


def planes(noise: Noise | None, judge: Judge, product: Parts, reference: Parts) -> Planes | None:
    """The HDUs by name of both sides that hold `judge`'s errors. None, and said where they are needed, when they are
    not there."""
    if noise is None or noise.name.upper() == judge.part.name:
        return None
    sides = {"product": product, "reference": reference}
    found = {side: sides[side].get(noise.name) or sides[side].get(noise.name.upper()) for side in SIDES[noise.of]}
    for side, part in found.items():
        if part is None or part.kind != "image" or part.rows != judge.part.rows:
            _absent(noise, judge, f"the {side} has no HDU {noise.name} of the same shape")
            return None
    parts = tuple(part for part in found.values() if part is not None)
    return Planes(parts, noise, tuple(_scale(p.fields[0], judge.reference, noise) for p in parts))


def columns(noise: Noise | None, judge: Judge, product: Part, reference: Part) -> Columns | None:
    """The same for a column."""
    if noise is None or noise.name == judge.reference.name:
        return None
    sides = {"product": product, "reference": reference}
    fields = {side: sides[side].by_name.get(noise.name) for side in SIDES[noise.of]}
    for side, field in fields.items():
        if field is None or field.per_row != judge.reference.per_row or field.kind not in {"int", "float"}:
            _absent(noise, judge, f"the {side} has no column {noise.name} of the same shape")
            return None
    return Columns(noise, tuple(_scale(f, judge.reference, noise) for f in fields.values() if f is not None))


def _absent(noise: Noise, judge: Judge, message: str) -> None:
    if noise.is_needed:
        judge.no_errors(message)


def _scale(errors: Field, values: Field, noise: Noise) -> float:
    """What brings the errors to the unit of the values; 1 where the units do not tell."""
    wanted = f"({values.unit})**2" if noise.is_variance else values.unit
    if not errors.unit or not values.unit or errors.unit == wanted:
        return 1.0
    return factor(errors.unit, wanted) or 1.0


def _together(found: list[Values], noise: Noise, scale: tuple[float, ...], size: int) -> Floats:
    """Standard errors, of both sides added in squares; NaN where they are missing."""
    read = [_errors(values, size) * times for values, times in zip(found, scale, strict=True)]
    with np.errstate(invalid="ignore", over="ignore"):
        if not noise.is_variance and len(read) == 1:
            return read[0]
        total = sum(errors if noise.is_variance else _squared(errors) for errors in read)
        return np.sqrt(np.asarray(total, dtype=np.float64))


def _squared(errors: Floats) -> Floats:
    """The sign is kept: a negative error stays no error."""
    return errors * np.abs(errors)


def _errors(values: Values, size: int) -> Floats:
    found = values.data.astype(np.float64)
    if values.mask is not None:
        found[values.mask] = np.nan
    return found if len(found) == size else np.full(size, np.nan)
