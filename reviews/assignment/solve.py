"""One plan for all products at once: coverage first, then the total fit, then the worst-off product lifted."""

import numpy as np
import numpy.typing as npt

from reviews.assignment import flow, programme
from reviews.assignment.lift import lift
from reviews.assignment.plan import Plan
from reviews.assignment.pool import Bounds, Pool
from reviews.assignment.shortage import shortages
from reviews.assignment.table import Table

NOBODY: tuple[int, ...] = ()


def solve(
    pool: Pool,
    bounds: Bounds = Bounds(),  # noqa: B008 (frozen)
    *,
    kept: npt.ArrayLike = NOBODY,
    left_out: npt.ArrayLike = NOBODY,
    is_fair: bool = True,
) -> Plan:
    """The plan with the most reviews, then the most seniors, then the best total fit within `bounds`; with `is_fair`
    the worst-off product is then lifted as far as exchanges carry, at some cost to the total.

    `kept` and `left_out` are indices of pairs: agreed already, or declined. What cannot be served gets what there is,
    and a Shortage says why. The same input gives the same plan. Raises ValueError when `kept` break a bound."""
    held, gone = (np.unique(np.asarray(v, dtype=np.int64)) for v in (kept, left_out))
    if len(np.intersect1d(held, gone)):
        raise ValueError("a pair is both kept and left out")
    if bounds.is_plain:
        chosen = flow.best(pool, bounds, held, gone)
        bound = float(pool.score[chosen].sum())
    else:
        chosen, bound = programme.best(pool, bounds, held, gone)
    short = shortages(pool, bounds, chosen)
    unlifted, lifts = int(pool.score[chosen].sum()), 0
    if is_fair:
        table = Table(pool, bounds, chosen, held, gone)
        lifts = lift(table, frozenset(s.product for s in short))
        chosen = table.chosen()
        short = shortages(pool, bounds, chosen)
    return Plan(pool, bounds, chosen, bound, short, lifts, unlifted)
