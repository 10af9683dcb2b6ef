"""The positions of a table's rows on the sky, in degrees and at the epoch a rule asks for."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adp.comparison.matching.pairing import numbers
from adp.comparison.model import Part
from adp.comparison.spec.places import SkyMatch
from adp.comparison.values.units import factor
from adp.finding import Finding, Reason, Where

Floats = npt.NDArray[np.float64]
PER_YEAR = 1 / 3.6e6  # degrees a year of 1 mas a year
YEARS = (-100_000.0, 100_000.0)


@dataclass(frozen=True)
class Sky:
    """Positions of one side in degrees, at the rule's epoch."""

    ra: Floats
    dec: Floats

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        found: npt.NDArray[np.bool_] = np.isfinite(self.ra) & np.isfinite(self.dec)
        return found


class NoPositionsError(Exception):
    """A column of the rule cannot serve; the finding says which."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def sky_of(part: Part, rule: SkyMatch, size: int) -> Sky:
    """Raises NoPositionsError when a column or the epoch is not there."""
    ra, dec = (_degrees(part, name, size) for name in (rule.ra, rule.dec))
    if rule.epoch is None or not rule.pmra:
        return Sky(ra, dec)
    years = rule.epoch - _epochs(part, rule, size)
    pmra, pmdec = (_column(part, name, size, "mas/yr") * PER_YEAR for name in (rule.pmra, rule.pmdec))
    return Sky(*carried(ra, dec, pmra, pmdec, years))


def carried(ra: Floats, dec: Floats, pmra: Floats, pmdec: Floats, years: Floats) -> tuple[Floats, Floats]:
    """Positions after so many years of proper motion (degrees a year, `pmra` with cos dec in it), along great circles:
    without parallax and radial velocity (ESA 1997, Hipparcos vol. 1, section 1.5.5). Unknown motion is none."""
    lon, lat = np.radians(ra), np.radians(dec)
    east, north = (np.radians(np.where(np.isfinite(v), v, 0.0) * years) for v in (pmra, pmdec))
    x, y, z = np.cos(lon) * np.cos(lat), np.sin(lon) * np.cos(lat), np.sin(lat)
    x, y, z = (
        x - np.sin(lon) * east - np.cos(lon) * np.sin(lat) * north,
        y + np.cos(lon) * east - np.sin(lon) * np.sin(lat) * north,
        z + np.cos(lat) * north,
    )
    return np.degrees(np.arctan2(y, x)) % 360.0, np.degrees(np.arctan2(z, np.hypot(x, y)))


def _epochs(part: Part, rule: SkyMatch, size: int) -> Floats:
    """The epoch of each position in years: of a column, or of a header keyword for all."""
    if rule.at in part.by_name:
        return _column(part, rule.at, size, "yr")
    value = next((c.value for c in part.cards if c.key == rule.at.upper()), None)
    if isinstance(value, bool) or not isinstance(value, int | float) or not YEARS[0] <= value <= YEARS[1]:
        where = Where(hdu=part.label, column=rule.at or None)
        message = f"{part.scope()}: '{rule.at}' is no column and no keyword that tells the epoch of the positions"
        raise NoPositionsError(Finding(Reason.MANIFEST_INVALID, "SPEC_VALUE", message, where=where))
    return np.full(part.rows, float(value))


def _degrees(part: Part, name: str, size: int) -> Floats:
    return _column(part, name, size, "deg")


def _column(part: Part, name: str, size: int, unit: str) -> Floats:
    """A number column in `unit`; one without a unit is taken to be in it."""
    field = part.by_name.get(name)
    where = Where(hdu=part.label, column=name)
    if field is None:
        message = f"{part.scope(name)}: the column that rows are matched by is missing"
        raise NoPositionsError(Finding(Reason.MISMATCH, "COLUMN_MISSING", message, where=where))
    known = factor(field.unit, unit) if field.unit else 1.0
    if field.kind not in {"int", "float"} or field.cell or field.ragged or known is None:
        what = f"{field.type_name} in {field.unit or 'no unit'}"
        message = f"{part.scope(name)}: rows are matched by numbers that are angles, this column is {what}"
        raise NoPositionsError(Finding(Reason.MISMATCH, "UNIT", message, where=where))
    found = numbers(part, name, size)
    return found if known == 1 else found * known
