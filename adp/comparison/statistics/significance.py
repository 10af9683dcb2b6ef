"""How many sigma a mean is from zero: Student's t as a Gaussian sigma, and the price of looking in many places."""

import math
from typing import Any

import numpy as np

from adp.comparison.values.tally import Floats


def sigmas(mean: Floats, deviation: Floats, count: Floats) -> Floats:
    """|mean| in standard errors of the mean, as the Gaussian sigma of the same chance: for few values Student's t is
    wider (Wallace 1959, Ann. Math. Statist. 30, 1121, eq. for the normal deviate; within 0.02 for 3 or more degrees of
    freedom and t < 10). `deviation` has n - 1 in its denominator; `count` is the effective number, above 1."""
    freedom = np.maximum(count - 1, 1e-9)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        t2 = np.square(mean / (deviation / np.sqrt(count)))
        deviate = (8 * freedom + 1) / (8 * freedom + 3) * np.sqrt(freedom * np.log1p(t2 / freedom))
    return np.where(mean == 0, 0.0, np.nan_to_num(deviate, nan=0.0, posinf=np.inf))


def raised(limit: float, trials: int) -> float:
    """The limit in sigma for each of `trials` looks, so that the chance of any false alarm stays that of one look at
    `limit` (Bonferroni)."""
    special = _special()
    return float(-special.ndtri_exp(special.log_ndtr(-limit) - math.log(max(trials, 1))))


def lowered(found: float, trials: int) -> float:
    """The reverse: which limit for the whole set a look at `found` sigma just meets; 0 where chance tells it all."""
    special = _special()
    if math.isinf(found):
        return math.inf
    chance = float(special.log_ndtr(-found)) + math.log(max(trials, 1))
    return float(-special.ndtri_exp(chance)) if chance < math.log(0.5) else 0.0


def _special() -> Any:
    from scipy import special  # noqa: PLC0415 (only a spec with blocks pays for it)

    return special
