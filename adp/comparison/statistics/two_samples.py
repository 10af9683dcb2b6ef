"""Whether two samples may be of one distribution: Kolmogorov-Smirnov, Anderson-Darling, and counts of categories."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from adp.comparison.values.tally import Floats

TAIL = 6.0  # beyond it the approximation loses its digits


class Outcome(NamedTuple):
    """`p`: the chance of a `statistic` this large or larger if both are of one distribution; `at`: where the shares
    below differ most, in the data's unit, and these shares of product and reference."""

    statistic: float
    p: float
    at: float | None = None
    shares: tuple[float, float] = (0.0, 0.0)


def kolmogorov_smirnov(product: Floats, reference: Floats) -> Outcome:
    """Two-sided; exact for small samples, asymptotic for large ones (scipy.stats.ks_2samp). Ties make it cautious."""
    from scipy import stats  # noqa: PLC0415 (a second to import; only a distribution pays for it)

    found = stats.ks_2samp(product, reference)
    at = float(found.statistic_location)
    shares = tuple(float(np.mean(side <= at)) for side in (product, reference))
    return Outcome(float(found.statistic), float(found.pvalue), at, (shares[0], shares[1]))


def anderson_darling(product: Floats, reference: Floats) -> Outcome:
    """The two-sample statistic with midranks for ties (Scholz & Stephens 1987, JASA 82, 918, eq. 7), and its asymptotic
    chance: scipy.stats.anderson_ksamp knows none below 0.001."""
    sizes = np.array([len(product), len(reference)], dtype=np.float64)
    total = sizes.sum()
    pooled, inverse, ties = np.unique(np.concatenate([product, reference]), return_inverse=True, return_counts=True)
    own = np.bincount(inverse[: len(product)], minlength=len(pooled)).astype(np.float64)
    equal = ties.astype(np.float64)
    below = np.cumsum(equal) - equal / 2
    weight = below * (total - below) - total * equal / 4
    statistic = 0.0
    for counts, size in ((own, sizes[0]), (equal - own, sizes[1])):
        middle = np.cumsum(counts) - counts / 2
        term = equal / total * np.square(total * middle - size * below)
        statistic += float(np.sum(np.divide(term, weight, out=np.zeros_like(term), where=weight > 0))) / size
    statistic *= (total - 1) / total
    worst = int(np.argmax(np.abs(np.cumsum(own) / sizes[0] - np.cumsum(equal - own) / sizes[1])))
    shares = (float(np.cumsum(own)[worst] / sizes[0]), float(np.cumsum(equal - own)[worst] / sizes[1]))
    return Outcome(statistic, anderson_chance(statistic), float(pooled[worst]) + 0.0, shares)


def anderson_chance(statistic: float) -> float:
    """P(A^2 > statistic) for large samples: the two-sample statistic has the limit of the one-sample one (Pettitt 1976,
    Biometrika 63, 161), here by Marsaglia & Marsaglia (2004, J. Stat. Soft. 9, 2) to 2e-6; in the tail it falls as the
    leading term of the sum of chi-squares that the limit is, erfc(sqrt(z))."""
    z = max(statistic, 0.0)
    if z > TAIL:
        return anderson_chance(TAIL) * math.erfc(math.sqrt(z)) / math.erfc(math.sqrt(TAIL))
    if z < 2:  # noqa: PLR2004 (the two ranges of the approximation)
        inner = 2.00012 + (0.247105 - (0.0649821 - (0.0347962 - (0.0116720 - 0.00168691 * z) * z) * z) * z) * z
        return 1.0 - (math.exp(-1.2337141 / z) / math.sqrt(z) * inner if z > 0 else 0.0)
    inner = 1.0776 - (2.30695 - (0.43424 - (0.082433 - (0.008056 - 0.0003146 * z) * z) * z) * z) * z
    return 1.0 - math.exp(-math.exp(inner))


def categories(product: npt.NDArray[np.int64], reference: npt.NDArray[np.int64]) -> Outcome:
    """Counts of the same categories on both sides, by Pearson's chi-square; 0 counts on both sides are none."""
    from scipy import special  # noqa: PLC0415 (as above)

    table = np.array([product, reference], dtype=np.float64)
    table = table[:, table.sum(axis=0) > 0]
    sums = table.sum(axis=1, keepdims=True)
    if table.shape[1] < 2 or not sums.all():  # noqa: PLR2004 (one category is the same on both sides)
        return Outcome(0.0, 1.0 if sums.all() or not sums.any() else 0.0)
    expected = sums * table.sum(axis=0) / table.sum()
    statistic = float(np.sum(np.square(table - expected) / expected))
    return Outcome(statistic, float(special.chdtrc(table.shape[1] - 1, statistic)))
