"""A plan being changed: who sits with which product, who has room, and whether an exchange keeps the bounds."""

from functools import cached_property

import numpy as np

from reviews.assignment.plan import score_of
from reviews.assignment.pool import UNKNOWN, Bounds, Ints, Pool

NONE: Ints = np.zeros(0, dtype=np.int64)


class Table:
    """Python's own numbers and sets throughout: they are read one at a time, millions of times."""

    def __init__(self, pool: Pool, bounds: Bounds, chosen: Ints, kept: Ints, left_out: Ints = NONE) -> None:
        self.pool, self.bounds = pool, bounds
        self._gone = set(zip(pool.product[left_out].tolist(), pool.reviewer[left_out].tolist(), strict=True))
        self.score: list[int] = score_of(pool, chosen).tolist()
        self.team: list[set[int]] = [set() for _ in range(pool.products)]
        self._work: list[set[int]] = [set() for _ in range(pool.reviewers)]
        for product, reviewer in zip(pool.product[chosen].tolist(), pool.reviewer[chosen].tolist(), strict=True):
            self.team[product].add(reviewer)
            self._work[reviewer].add(product)
        loads = bounds.loads(pool).tolist()
        self.room: list[int] = [most - len(work) for most, work in zip(loads, self._work, strict=True)]
        self._kept = set(zip(pool.product[kept].tolist(), pool.reviewer[kept].tolist(), strict=True))
        self._institution, self._country = pool.institution.tolist(), pool.country.tolist()
        self._is_senior: list[bool] = pool.is_senior.tolist()
        self._author: list[int] = pool.author.tolist()

    @cached_property
    def _fits(self) -> list[dict[int, int]]:
        found: list[dict[int, int]] = [{} for _ in range(self.pool.products)]
        for product, reviewer, score in zip(
            self.pool.product.tolist(), self.pool.reviewer.tolist(), self.pool.score.tolist(), strict=True
        ):
            found[product][reviewer] = score
        return found

    @cached_property
    def ranked(self) -> list[list[tuple[int, int]]]:
        """Per product (reviewer, fit) of who is not left out, best first; equal ones by reviewer: ties break alike."""
        open_to = ({r: f for r, f in fits.items() if (p, r) not in self._gone} for p, fits in enumerate(self._fits))
        return [sorted(fits.items(), key=lambda pair: (-pair[1], pair[0])) for fits in open_to]

    @cached_property
    def _product_of(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for product, author in enumerate(self._author):
            if author != UNKNOWN:
                found.setdefault(author, []).append(product)
        return found

    def fit(self, product: int, reviewer: int) -> int:
        return self._fits[product][reviewer]

    def author(self, product: int) -> int:
        return self._author[product]

    def worst(self, short: frozenset[int]) -> int | None:
        """The product with the lowest score, the first of equals."""
        full = [p for p in range(self.pool.products) if p not in short]
        return min(full, key=lambda p: (self.score[p], p), default=None)

    def is_free(self, product: int, reviewer: int) -> bool:
        """Whether this pair may be given up."""
        return (product, reviewer) not in self._kept

    def may_lose(self, product: int) -> list[int]:
        """Its reviewers that are not kept, the least fitting first."""
        free = [r for r in self.team[product] if self.is_free(product, r)]
        return sorted(free, key=lambda r: (self._fits[product][r], r))

    def products_of(self, reviewer: int) -> list[int]:
        return sorted(self._work[reviewer])

    def fits_in(self, product: int, lost: int | None, reviewer: int) -> bool:
        """Whether `reviewer` may sit with `product` once `lost` has left."""
        others = [r for r in self.team[product] if r != lost]
        limits = ((self.bounds.per_institution, self._institution), (self.bounds.per_country, self._country))
        for most, group in limits:
            mine = group[reviewer]
            if most is not None and mine != UNKNOWN and sum(group[r] == mine for r in others) >= most:
                return False
        seniors = sum(self._is_senior[r] for r in (*others, reviewer))
        had = sum(self._is_senior[r] for r in self.team[product])
        if seniors < min(self.bounds.seniors, had):
            return False
        return self.bounds.reciprocal or not self._judges_back(product, reviewer)

    def _judges_back(self, product: int, reviewer: int) -> bool:
        """Whether the author of `product` judges something of the reviewer's."""
        author = self._author[product]
        return author != UNKNOWN and any(author in self.team[p] for p in self._product_of.get(reviewer, ()))

    def exchange(self, chain: list[tuple[tuple[int, int], int]]) -> None:
        for (product, lost), _ in chain:
            self.take(product, lost)
        for (product, _), gained in chain:
            self.give(product, gained)

    def give(self, product: int, reviewer: int) -> None:
        self.team[product].add(reviewer)
        self._work[reviewer].add(product)
        self.room[reviewer] -= 1
        self.score[product] += self._fits[product][reviewer]

    def take(self, product: int, reviewer: int) -> None:
        self.team[product].remove(reviewer)
        self._work[reviewer].remove(product)
        self.room[reviewer] += 1
        self.score[product] -= self._fits[product][reviewer]

    def chosen(self) -> Ints:
        key = self.pool.product * self.pool.reviewers + self.pool.reviewer
        pairs = [p * self.pool.reviewers + r for p, team in enumerate(self.team) for r in team]
        return np.searchsorted(key, np.sort(np.array(pairs, dtype=np.int64)))
