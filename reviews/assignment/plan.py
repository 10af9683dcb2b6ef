"""The answer: which pairs, how good they are together, how good they could have been, and what is missing."""

from dataclasses import dataclass

import numpy as np

from reviews.assignment.pool import UNKNOWN, Bounds, Ints, Pool
from reviews.assignment.shortage import Shortage


@dataclass(frozen=True, eq=False)
class Plan:
    """`chosen`: indices of pairs, ascending. `total` and `bound` in thousandths: the sum of all fits, and what no plan
    with the same coverage can exceed. `lifts`: exchange chains that lifted the worst-off product, `unlifted` the total
    before them. The score of a product is the sum of its reviewers' fits."""

    pool: Pool
    bounds: Bounds
    chosen: Ints
    bound: float
    shortages: tuple[Shortage, ...] = ()
    lifts: int = 0
    unlifted: int = 0

    @property
    def total(self) -> int:
        return int(self.pool.score[self.chosen].sum())

    @property
    def gap(self) -> float:
        """How far below its bound the plan was before the worst-off were lifted, as a fraction."""
        return max(0.0, 1 - self.unlifted / self.bound) if self.bound > 0 else 0.0

    @property
    def price_of_fairness(self) -> int:
        """What lifting the worst-off product took from the total, in thousandths."""
        return self.unlifted - self.total

    @property
    def scores(self) -> Ints:
        """(products,)."""
        return score_of(self.pool, self.chosen)

    @property
    def worst(self) -> int:
        """The lowest score of a product that has all its reviews; 0 where there is none."""
        short = {s.product for s in self.shortages}
        full = [int(v) for p, v in enumerate(self.scores) if p not in short]
        return min(full, default=0)

    @property
    def worst_bound(self) -> int:
        """What the worst product can have at best: its own top candidates, had nobody else a product."""
        pool = self.pool
        return min((_top(pool, p, int(n)) for p, n in enumerate(self.bounds.demands(pool))), default=0)

    def reviewers_of(self, product: int) -> list[int]:
        chosen = self.chosen[self.pool.product[self.chosen] == product]
        return [int(r) for r in self.pool.reviewer[chosen]]


def score_of(pool: Pool, chosen: Ints) -> Ints:
    found = np.zeros(pool.products, dtype=np.int64)
    np.add.at(found, pool.product[chosen], pool.score[chosen])
    return found


def _top(pool: Pool, product: int, count: int) -> int:
    own = pool.score[pool.first[product] : pool.first[product + 1]]
    return int(np.sort(own)[::-1][:count].sum())


def broken(pool: Pool, bounds: Bounds, chosen: Ints) -> list[str]:
    """Every bound that a set of pairs breaks, in words; coverage and seniors aside, which shortages tell."""
    product, reviewer = pool.product[chosen], pool.reviewer[chosen]
    found = []
    if (np.bincount(reviewer, minlength=pool.reviewers) > bounds.loads(pool)).any():
        found.append("load")
    if (np.bincount(product, minlength=pool.products) > bounds.demands(pool)).any():
        found.append("reviews")
    groups = ((bounds.per_institution, pool.institution), (bounds.per_country, pool.country))
    for name, (most, group) in zip(("institution", "country"), groups, strict=True):
        if most is not None and _crowded(product, group[reviewer], most):
            found.append(name)
    mirrored = pool.mirror[chosen]
    if not bounds.reciprocal and np.isin(mirrored[mirrored != UNKNOWN], chosen).any():
        found.append("reciprocal")
    return found


def _crowded(product: Ints, group: Ints, most: int) -> bool:
    known = group != UNKNOWN
    _, counts = np.unique(np.column_stack([product[known], group[known]]), axis=0, return_counts=True)
    return bool(len(counts) and counts.max() > most)
