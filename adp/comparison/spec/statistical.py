"""The words about many values at once: statistics of differences, distributions, derived quantities."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Outliers:
    """At most this `fraction` of the values beyond the value rule, and none beyond `max_sigma` standard errors."""

    fraction: float
    max_sigma: float


@dataclass(frozen=True, slots=True)
class StatisticsRule:
    """What all differences d = p - r of one field must show together. Standard errors come from the field's `sigma`
    rule, or from `variance` or `error` (an HDU for images, a column for tables) of the side that `noise` names; "sum":
    both sides carry noise of their own. `covariance` names an HDU with the covariance of d; `correlation` is the sum of
    a value's correlation with all others, itself included: N_eff = N / correlation."""

    mean_bias_sigma: float | None = None
    binned_bias_sigma: float | None = None
    pull_std: tuple[float, float] | None = None
    total_rel: float | None = None
    outliers: Outliers | None = None
    chi2_p: float | None = None
    covariance: str = ""
    correlation: float = 1.0
    variance: str = ""
    error: str = ""
    noise: str = "reference"


@dataclass(frozen=True, slots=True)
class Noise:
    """Where the standard errors of one field stand: an HDU or column `name` with variances or with errors, `of` the
    reference, the product, or both ("sum": of both, added in squares). `is_needed`: without them nothing is judged."""

    name: str
    is_variance: bool
    of: str = "reference"
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class DistributionRule:
    """Two samples may be of one population: the test's p is not below `p`."""

    test: str = "ks"
    p: float = 1e-3


@dataclass(frozen=True, slots=True)
class DerivedRule:
    """A quantity that `expression` makes of columns, in `unit`; `keys` and `statistics` as parsed, like a column's."""

    expression: str
    unit: str = ""
    keys: Mapping[str, Any] = field(default_factory=dict)
    statistics: Mapping[str, Any] = field(default_factory=dict)
