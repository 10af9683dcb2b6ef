"""Why a product does not get what it should: which bounds stand in the way, counted."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from reviews.assignment.pool import UNKNOWN, Bounds, Ints, Pool


@dataclass(frozen=True, slots=True)
class Shortage:
    """`missing` reviews; `lacks_senior` when none of its reviewers is one. `why` counts the eligible people who were
    not taken, by the bound that kept them: load, institution, country, reciprocal; `free` by none of these alone."""

    product: int
    missing: int
    lacks_senior: bool
    candidates: int
    why: tuple[tuple[str, int], ...]

    @property
    def sentence(self) -> str:
        what = [f"{self.missing} of its reviews are missing"] if self.missing else []
        what += ["none of its reviewers is a senior"] if self.lacks_senior else []
        told = [WORDS[code].format(n=n) for code, n in self.why if n]
        people = f"{self.candidates} {'person is' if self.candidates == 1 else 'people are'} eligible"
        return f"{' and '.join(what)}: {', '.join([people, *told])}"


WORDS = {
    "chosen": "{n} of them chosen",
    "load": "{n} have all the reviews they may have",
    "institution": "{n} share an institution with one who is chosen",
    "country": "{n} are of a country that has its share",
    "reciprocal": "{n} have their own product judged by its author",
    "free": "{n} would each displace another",
}


def shortages(pool: Pool, bounds: Bounds, chosen: Ints) -> tuple[Shortage, ...]:
    """One for each product that lacks a review, or a senior where one is asked for."""
    product, reviewer = pool.product[chosen], pool.reviewer[chosen]
    count = np.bincount(product, minlength=pool.products)
    seniors = np.bincount(product, weights=pool.is_senior[reviewer], minlength=pool.products)
    demand = bounds.demands(pool)
    lacking = (count < demand) | (seniors < bounds.seniors)
    spare = bounds.loads(pool) - np.bincount(reviewer, minlength=pool.reviewers)
    taken = np.zeros(pool.size, dtype=np.bool_)
    taken[chosen] = True
    return tuple(
        Shortage(
            product=int(p),
            missing=int(max(demand[p] - count[p], 0)),
            lacks_senior=bool(seniors[p] < bounds.seniors),
            candidates=int(pool.first[p + 1] - pool.first[p]),
            why=_why(pool, bounds, int(p), taken, spare),
        )
        for p in np.flatnonzero(lacking)
    )


def _why(pool: Pool, bounds: Bounds, product: int, taken: np.ndarray, spare: Ints) -> tuple[tuple[str, int], ...]:
    pairs = np.arange(pool.first[product], pool.first[product + 1])
    mine = pool.reviewer[pairs[taken[pairs]]].tolist()
    told = Counter({"chosen": len(mine)})
    for pair in pairs[~taken[pairs]]:
        told[_bound(pool, bounds, int(pair), mine, taken, spare)] += 1
    return tuple((code, told[code]) for code in WORDS)


def _bound(pool: Pool, bounds: Bounds, pair: int, mine: list[int], taken: np.ndarray, spare: Ints) -> str:
    """The first bound that keeps this pair out."""
    reviewer = int(pool.reviewer[pair])
    if spare[reviewer] <= 0:
        return "load"
    for code, most, group in (
        ("institution", bounds.per_institution, pool.institution),
        ("country", bounds.per_country, pool.country),
    ):
        same = sum(group[m] == group[reviewer] for m in mine) if group[reviewer] != UNKNOWN else 0
        if most is not None and same >= most:
            return code
    mirror = pool.mirror[pair]
    return "reciprocal" if not bounds.reciprocal and mirror != UNKNOWN and taken[mirror] else "free"
