"""Small calls for hypothesis, and every plan there is for the tiniest of them."""

from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st

from reviews.assignment import Bounds, Pool
from reviews.assignment.plan import broken
from reviews.assignment.pool import Ints
from reviews.assignment.shortage import shortages


@st.composite
def pools(draw: st.DrawFn, most: int = 8) -> Pool:
    """A sparse pool; product i belongs to reviewer i, as in a distributed call."""
    products, reviewers = draw(st.integers(1, most)), draw(st.integers(1, most))
    fits = draw(st.lists(st.one_of(st.none(), st.integers(0, 1000)), min_size=products * reviewers,
                         max_size=products * reviewers))  # fmt: skip
    pairs = [(p, r, f / 1000) for (p, r), f in zip(product(range(products), range(reviewers)), fits, strict=True)
             if f is not None]  # fmt: skip
    group = st.lists(st.integers(-1, 2), min_size=reviewers, max_size=reviewers)
    seniors = draw(st.lists(st.booleans(), min_size=reviewers, max_size=reviewers))
    return Pool.of(
        tuple(zip(*pairs, strict=True)) if pairs else ((), (), ()),
        products=products,
        reviewers=reviewers,
        institution=draw(group),
        country=draw(group),
        is_senior=seniors,
        author=[p if p < reviewers else -1 for p in range(products)],
    )


bounds = st.builds(
    Bounds,
    reviews=st.integers(1, 3),
    load=st.integers(1, 3),
    per_institution=st.sampled_from([None, 1, 2]),
    per_country=st.sampled_from([None, 1, 2]),
    seniors=st.integers(0, 1),
    reciprocal=st.booleans(),
)


def value(pool: Pool, bounds: Bounds, chosen: Ints) -> tuple[int, int]:
    """What a plan is judged by: what it misses (a review weighs two seniors), then the sum of fits. More is better."""
    short = shortages(pool, bounds, chosen)
    lack = sum(2 * s.missing + s.lacks_senior for s in short)
    return -lack, int(pool.score[chosen].sum())


def best(pool: Pool, bounds: Bounds) -> tuple[int, int]:
    """By trying every set of pairs."""
    sets = (c for n in range(pool.size + 1) for c in combinations(range(pool.size), n))
    plans = (np.array(c, dtype=np.int64) for c in sets)
    return max(value(pool, bounds, plan) for plan in plans if not broken(pool, bounds, plan))
