"""The words about places: how far a pixel may move, which rows belong together on the sky or in time, which grid."""

from dataclasses import dataclass

from adp.comparison.spec.amounts import Amount


@dataclass(frozen=True, slots=True)
class WcsRule:
    """`max`: how far any pixel may move, as one limit per unit (pix, mas, Angstrom, km/s …); none: rounding only.
    `frame`: another frame, equinox or spectral type is converted ("equivalent") or is a difference ("exact")."""

    max: tuple[Amount, ...] = ()
    frame: str = "equivalent"


@dataclass(frozen=True, slots=True)
class SkyMatch:
    """Rows belong together within `max` on the sky. `ra`, `dec` (deg, or the columns' own units) name columns; with
    `pmra`, `pmdec` (mas/yr, or the columns' own units) both sides are brought to `epoch`, a Julian year, from the epoch
    that the column or header keyword `at` gives."""

    ra: str
    dec: str
    max: Amount
    pmra: str = ""
    pmdec: str = ""
    at: str = ""
    epoch: float | None = None


@dataclass(frozen=True, slots=True)
class TimeMatch:
    """Rows belong together within `max` in the column `time`."""

    time: str
    max: Amount


RowMatch = SkyMatch | TimeMatch | str  # "distribution": rows have no identity


@dataclass(frozen=True, slots=True)
class SpectrumRule:
    """1-D spectra on different grids: only where both have samples ("common"), or the product resampled onto the
    reference's grid ("resample"). `axis`, `flux`, `variance` name columns; without `flux` all columns of numbers are
    compared. In an image the axis is its WCS, and `variance` the name of an HDU that holds variances."""

    grid: str = "common"
    axis: str = ""
    flux: str = ""
    variance: str = ""
