"""After a decline: the hole is filled, and whoever has agreed already stays."""

from collections import deque
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from reviews.assignment.plan import Plan
from reviews.assignment.pool import Ints
from reviews.assignment.shortage import shortages
from reviews.assignment.table import Table

MOST = 50_000


def refill(plan: Plan, declined: int, kept: npt.ArrayLike) -> Plan:
    """The plan without the pair `declined`, its place taken by the best person with room; where nobody has room, by a
    short chain in which others, none of them `kept`, change places. The bound stays that of the whole question.

    Raises ValueError when the pair is not in the plan."""
    if declined not in plan.chosen:
        raise ValueError("this pair is not in the plan")
    pool = plan.pool
    held = np.setdiff1d(np.asarray(kept, dtype=np.int64), [declined])
    table = Table(pool, plan.bounds, plan.chosen, held)
    product, gone = int(pool.product[declined]), int(pool.reviewer[declined])
    table.take(product, gone)
    for taker, reviewer, left in reversed(_chain(table, product, gone)):
        if left is not None:
            table.take(left, reviewer)
        table.give(taker, reviewer)
    chosen: Ints = table.chosen()
    return replace(plan, chosen=chosen, shortages=shortages(pool, plan.bounds, chosen))


def _chain(table: Table, product: int, gone: int) -> list[tuple[int, int, int | None]]:
    """[(product, reviewer it gains, product that gives this one up)], a shortest chain; empty where there is none."""
    came: dict[int, tuple[int, int] | None] = {product: None}
    queue, looks = deque([product]), 0
    while queue and looks < MOST:
        taker = queue.popleft()
        lost = came[taker][1] if came[taker] else None  # type: ignore[index]  # it has one, or it is the first
        for reviewer, _ in table.ranked[taker]:
            looks += 1
            if reviewer == gone or reviewer in table.team[taker] or not table.fits_in(taker, lost, reviewer):
                continue
            if table.room[reviewer] > 0:
                return _back(came, taker, reviewer)
            for other in table.products_of(reviewer):
                if other not in came and table.is_free(other, reviewer):
                    came[other] = (taker, reviewer)
                    queue.append(other)
    return []


def _back(came: dict[int, tuple[int, int] | None], taker: int, reviewer: int) -> list[tuple[int, int, int | None]]:
    chain: list[tuple[int, int, int | None]] = [(taker, reviewer, None)]
    while (before := came[taker]) is not None:
        giver = taker
        taker, reviewer = before
        chain.append((taker, reviewer, giver))
    return chain
