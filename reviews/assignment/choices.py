"""Why this reviewer, and who else: every candidate of a product, and what taking that one would cost all products."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reviews.assignment.plan import Plan
from reviews.assignment.pool import SCALE
from reviews.assignment.table import Table

NOBODY: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """`rank` among the product's candidates by fit, from 1. For one who is not chosen: `cost`, by how much the sum of
    all fits would fall (in fits, 0 to 1) with this one `instead_of` the chosen one who gives way at the least cost
    (None: a place is free); `takes_from` is the product that gives this reviewer up and is served by its next best.
    `cost` is None where no exchange of two steps keeps the bounds."""

    reviewer: int
    fit: float
    rank: int
    is_chosen: bool = False
    instead_of: int | None = None
    takes_from: int | None = None
    cost: float | None = None


def alternatives(plan: Plan, product: int, kept: npt.ArrayLike = NOBODY) -> list[Alternative]:
    """Best fit first, equal ones by reviewer. Who is `kept` (indices of pairs) does not give way."""
    table = Table(plan.pool, plan.bounds, plan.chosen, np.asarray(kept, dtype=np.int64))
    return [_alternative(plan, table, product, rank, *ranked) for rank, ranked in enumerate(table.ranked[product], 1)]


def _alternative(plan: Plan, table: Table, product: int, rank: int, reviewer: int, fit: int) -> Alternative:
    if reviewer in table.team[product]:
        return Alternative(reviewer, fit / SCALE, rank, is_chosen=True)
    leaving: list[int | None] = [None] if len(table.team[product]) < plan.bounds.demands(plan.pool)[product] else []
    leaving += table.may_lose(product)
    ways = [
        (lost - fit + more, gives_way, taken)
        for gives_way in leaving
        if table.fits_in(product, gives_way, reviewer)
        for lost in [table.fit(product, gives_way) if gives_way is not None else 0]
        for more, taken in _freed(table, product, reviewer)
    ]
    if not ways:
        return Alternative(reviewer, fit / SCALE, rank)
    cost, gives_way, taken = min(ways, key=lambda way: way[0])
    return Alternative(reviewer, fit / SCALE, rank, False, gives_way, taken, cost / SCALE)


def _freed(table: Table, product: int, reviewer: int) -> Iterator[tuple[int, int | None]]:
    """(what it costs, the product that gives up) for each way to have `reviewer` free."""
    if table.room[reviewer] > 0:
        yield 0, None
        return
    for other in table.products_of(reviewer):
        if other != product and table.is_free(other, reviewer):
            next_best = (
                fit
                for one, fit in table.ranked[other]
                if one != reviewer and one not in table.team[other] and table.room[one] > 0
                and table.fits_in(other, reviewer, one)
            )  # fmt: skip
            found = next(next_best, None)
            if found is not None:
                yield table.fit(other, reviewer) - found, other
