"""What one pass learns of one field besides the verdict: sums, quantiles, pulls, and where the violations lie."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.values.places import Places
from adp.comparison.values.sample import Sample
from adp.comparison.values.sums import Floats, Histogram, Sum

QUANTILES = (0.5, 0.9, 0.99, 0.999)
DIGITS = 10  # of stated sums: fewer than rounding in another order of adding could change
STATE_NAMES = ("finite", "NaN", "+Inf", "-Inf", "masked")
Confusion = npt.NDArray[np.int64]


def _no_states() -> Confusion:
    return np.zeros((len(STATE_NAMES), len(STATE_NAMES)), dtype=np.int64)


@dataclass
class Summary:
    """Of one field with `shape` (an image's, or rows and cell of a column). p, r: product and reference, both finite,
    in the reference's unit; d = p - r. Pulls are d / sigma where sigma is positive and finite. All sums in float64,
    pairwise inside a chunk and compensated between chunks; max |d| is exact; histograms and the median come from
    every element of a small field and from an even sample of a large one (`sampled` of `compared`)."""

    shape: tuple[int, ...]
    compared: int = 0
    max_abs: float = 0.0
    d: Sum = field(default_factory=Sum)
    d2: Sum = field(default_factory=Sum)
    r: Sum = field(default_factory=Sum)
    abs_r: Sum = field(default_factory=Sum)
    pulls: int = 0
    pull: Sum = field(default_factory=Sum)
    pull2: Sum = field(default_factory=Sum)
    states: Confusion = field(default_factory=_no_states)  # [reference, product]
    differences: Sample = field(init=False)
    pull_sizes: Histogram = field(default_factory=Histogram)
    places: Places = field(init=False)

    def __post_init__(self) -> None:
        self.differences = Sample(math.prod(self.shape))
        self.places = Places(self.shape)

    def add(self, start: int, at: npt.NDArray[np.intp] | None, difference: Floats, reference: Floats) -> None:
        """`difference` and `reference` of compared elements at the offsets `at` (None: all) of a chunk at `start`."""
        if not len(difference):
            return
        self.compared += len(difference)
        with np.errstate(over="ignore", invalid="ignore"):
            size = np.abs(difference)
            sums = (difference.sum(), squares(difference), reference.sum(), np.abs(reference).sum())
        for mine, found in zip((self.d, self.d2, self.r, self.abs_r), sums, strict=True):
            mine.add(float(found))
        self.max_abs = max(self.max_abs, float(size.max()))
        self.differences.add(start, at, difference)

    def same(self, start: int, at: npt.NDArray[np.intp] | None, reference: Floats) -> None:
        """Compared elements without any difference."""
        self.compared += len(reference)
        with np.errstate(over="ignore", invalid="ignore"):
            self.r.add(float(reference.sum()))
            self.abs_r.add(float(np.abs(reference).sum()))
        self.differences.same(start, at, len(reference))

    def add_pulls(self, difference: Floats, sigma: Floats) -> None:
        """Of compared elements; those without a positive, finite sigma do not count."""
        known = np.isfinite(sigma) & (sigma > 0)
        with np.errstate(over="ignore", invalid="ignore"):
            pulls = difference / sigma if known.all() else difference[known] / sigma[known]
            self.pulls += len(pulls)
            self.pull.add(float(pulls.sum()))
            self.pull2.add(squares(pulls))
        self.pull_sizes.add(pulls)

    @property
    def mismatches(self) -> dict[tuple[str, str], int]:
        """(kind of the reference's value, kind of the product's): how many, where they are not the same."""
        return {pair: n for pair, n in confusion(self.states).items() if pair[0] != pair[1]}

    @property
    def bias(self) -> float | None:
        return rounded(self.d.value / self.compared, self.rms) if self.compared else None

    @property
    def rms(self) -> float | None:
        return math.sqrt(self.d2.value / self.compared) if self.compared else None

    @property
    def scatter(self) -> float | None:
        """Normalised median absolute deviation of the differences."""
        return self.differences.scatter

    @property
    def total_reference(self) -> float | None:
        return rounded(self.r.value, self.abs_r.value)

    @property
    def total_product(self) -> float | None:
        return rounded(self.r.value + self.d.value, self.abs_r.value)

    @property
    def pull_mean(self) -> float | None:
        return rounded(self.pull.value / self.pulls, math.sqrt(self.pull2.value / self.pulls)) if self.pulls else None

    @property
    def pull_width(self) -> float | None:
        """Standard deviation of the pulls."""
        if self.pulls < 2:  # noqa: PLR2004 (one value has no width)
            return None
        mean = self.pull.value / self.pulls
        return math.sqrt(max(self.pull2.value - self.pulls * mean * mean, 0.0) / (self.pulls - 1))

    @property
    def chi2(self) -> float | None:
        return self.pull2.value if self.pulls else None

    @property
    def chi2_p(self) -> float | None:
        """Probability of a chi-square this large or larger by chance, with as many degrees of freedom as pulls."""
        if not self.pulls or not math.isfinite(self.pull2.value):
            return None
        from scipy.special import chdtrc  # noqa: PLC0415 (only where there are errors)

        return float(chdtrc(self.pulls, self.pull2.value))

    def to_dict(self, violations: int = 0, fraction: float = 0.0) -> Mapping[str, Any]:
        """Plain values for the report; volatile. Keys that say nothing are left out."""
        plain: dict[str, Any] = {"compared": self.compared, "violations": violations, "fraction": fraction}
        if self.compared:
            plain |= {"max_abs": self.max_abs, "bias": self.bias, "rms": rounded(self.rms)}
            plain |= {"scatter": rounded(self.scatter), "quantiles": quantiles(self.differences.histogram)}
            plain |= {"sampled": self.differences.histogram.count}
            plain |= {"total_reference": self.total_reference, "total_product": self.total_product}
        if self.pulls:
            plain |= {"pull_mean": self.pull_mean, "pull_width": rounded(self.pull_width)}
            plain |= {"chi2": rounded(self.chi2), "dof": self.pulls, "chi2_p": rounded(self.chi2_p)}
            plain |= {"pull_quantiles": quantiles(self.pull_sizes)}
        if self.states.any():
            plain["states"] = {f"{r} → {p}": n for (r, p), n in confusion(self.states).items()}
        return plain | self.places.to_dict()


def squares(values: Floats) -> float:
    """The sum of squares, pairwise: np.dot hands it to the threads of BLAS, which wait for each other on a busy machine
    and add in an order of their own."""
    return float(np.square(values).sum())


def confusion(states: Confusion) -> dict[tuple[str, str], int]:
    """(kind of the reference's value, kind of the product's): how many, of those that occur."""
    pairs = ((int(r), int(p)) for r, p in np.argwhere(states))
    return {(STATE_NAMES[r], STATE_NAMES[p]): int(states[r, p]) for r, p in pairs}


def quantiles(histogram: Histogram) -> dict[str, float | None]:
    return {f"{q:g}": rounded(histogram.quantile(q)) for q in QUANTILES}


def rounded(value: float | None, scale: float | None = None) -> float | None:
    """To DIGITS significant digits, of `scale` where terms of that size may have cancelled; None where JSON has no
    number."""
    if value is None or not math.isfinite(value):
        return None
    size = max(abs(value), abs(scale) if scale is not None and math.isfinite(scale) else 0.0)
    digits = DIGITS - 1 + _exponent(value) - _exponent(size)
    return float(f"{value:.{digits}e}") if digits >= 0 else 0.0


def _exponent(value: float) -> int:
    return math.floor(math.log10(abs(value))) if value else 0
