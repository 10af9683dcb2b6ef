"""The plan where only loads are bounded: one minimum-cost flow (OR-tools), exact, in milliseconds for hundreds."""

import numpy as np
from ortools.graph.python import min_cost_flow

from reviews.assignment.pool import SCALE, Bounds, Ints, Pool


def best(pool: Pool, bounds: Bounds, kept: Ints, left_out: Ints) -> Ints:
    """Chosen pairs: as many reviews as can be had, and of those the best fits. `kept` must be in, `left_out` must not.

    Each product has a way around the reviewers that costs more than any exchange can gain: where reviewers are too
    few it takes what there is, and every other product is served in full."""
    demand = bounds.demands(pool) - np.bincount(pool.product[kept], minlength=pool.products)
    loads = bounds.loads(pool) - np.bincount(pool.reviewer[kept], minlength=pool.reviewers)
    open_pairs = np.setdiff1d(np.arange(pool.size), np.union1d(kept, left_out))
    demand, loads = demand.clip(0), loads.clip(0)
    flow = min_cost_flow.SimpleMinCostFlow()
    people, things = pool.products, pool.products + pool.reviewers
    source, sink = things, things + 1
    around = SCALE * (2 * min(pool.products, pool.reviewers) + 1)
    arcs = flow.add_arcs_with_capacity_and_unit_cost
    reviewers, products = np.arange(pool.reviewers), np.arange(pool.products)
    arcs(np.full(pool.reviewers, source), people + reviewers, loads, np.zeros(pool.reviewers, dtype=np.int64))
    ones = np.ones(len(open_pairs), dtype=np.int64)
    pairs = arcs(
        people + pool.reviewer[open_pairs], pool.product[open_pairs], ones, -pool.score[open_pairs].astype(np.int64)
    )
    arcs(products, np.full(pool.products, sink), demand, np.zeros(pool.products, dtype=np.int64))
    arcs(np.full(pool.products, source), products, demand, np.full(pool.products, around, dtype=np.int64))
    flow.set_nodes_supplies(np.array([source, sink]), np.array([demand.sum(), -demand.sum()]))
    if (status := flow.solve()) != flow.OPTIMAL:
        raise RuntimeError(f"a flow that always exists was not found: {status}")
    return np.union1d(kept, open_pairs[flow.flows(pairs) > 0])
