"""The bounds of a plan as rows of a linear programme: sparse, and only those that can bind."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from reviews.assignment.pool import UNKNOWN, Bounds, Ints, Pool

Floats = npt.NDArray[np.float64]
INFINITY = float("inf")


@dataclass(frozen=True, eq=False)
class Rows:
    """Columns: one per pair, then per product the missing reviews, then per product whether the seniors are missing."""

    matrix: sparse.csc_matrix
    lower: Floats
    upper: Floats


def rows(pool: Pool, bounds: Bounds) -> Rows:
    built = _Builder(pool.size + 2 * pool.products)
    pairs, missing = np.arange(pool.size), pool.size + np.arange(pool.products)
    demand = bounds.demands(pool).astype(np.float64)
    built.add(np.r_[pool.product, np.arange(pool.products)], np.r_[pairs, missing], demand, demand)
    built.at_most(pool.reviewer, pairs, bounds.loads(pool).astype(np.float64))
    for most, group in ((bounds.per_institution, pool.institution), (bounds.per_country, pool.country)):
        if most is not None:
            _crowds(built, pool, group[pool.reviewer], most)
    if bounds.seniors:
        senior = np.flatnonzero(pool.is_senior[pool.reviewer])
        row = np.r_[pool.product[senior], np.arange(pool.products)]
        columns = np.r_[senior, pool.size + pool.products + np.arange(pool.products)]
        values = np.r_[np.ones(len(senior)), np.full(pool.products, float(bounds.seniors))]
        built.add(row, columns, np.full(pool.products, float(bounds.seniors)), np.full(pool.products, INFINITY), values)
    if not bounds.reciprocal:
        one = np.flatnonzero((pool.mirror != UNKNOWN) & (pairs < pool.mirror))
        both = np.column_stack([one, pool.mirror[one]]).ravel()
        built.at_most(np.repeat(np.arange(len(one)), 2), both, np.ones(len(one)))
    return built.done()


def _crowds(built: "_Builder", pool: Pool, group: Ints, most: int) -> None:
    """One row per product and group, where more than `most` of a group are eligible."""
    known = np.flatnonzero(group != UNKNOWN)
    key = np.column_stack([pool.product[known], group[known]])
    _, inverse, count = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    binds = count > most
    number = np.cumsum(binds) - 1
    inverse = inverse.ravel()
    kept = binds[inverse]
    built.at_most(number[inverse[kept]], known[kept], np.full(int(binds.sum()), float(most)))


class _Builder:
    def __init__(self, columns: int) -> None:
        self._columns, self._count = columns, 0
        self._parts: list[tuple[Ints, Ints, Floats]] = []
        self._lower: list[Floats] = []
        self._upper: list[Floats] = []

    def add(self, row: Ints, column: Ints, lower: Floats, upper: Floats, values: Floats | None = None) -> None:
        self._parts.append((row + self._count, column, np.ones(len(column)) if values is None else values))
        self._lower.append(lower)
        self._upper.append(upper)
        self._count += len(lower)

    def at_most(self, row: Ints, column: Ints, upper: Floats) -> None:
        self.add(row, column, np.full(len(upper), -INFINITY), upper)

    def done(self) -> Rows:
        row, column, values = (np.concatenate(p) for p in zip(*self._parts, strict=True))
        matrix = sparse.csc_matrix((values, (row, column)), (self._count, self._columns))
        return Rows(matrix, np.concatenate(self._lower), np.concatenate(self._upper))
