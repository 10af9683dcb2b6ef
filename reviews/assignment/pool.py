"""The question: who could review what, how well it fits, and what must hold of any answer."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
SCALE = 1000  # a fit of 1.0; integers, so that .871 never beats .879 and the same input gives the same bytes
UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class Pool:
    """Eligible pairs, sorted by product and reviewer, each once; conflicts of interest are not among them.

    `product`, `reviewer`, `score` (m,): indices from 0, and the fit in thousandths, 0 or more. `institution`, `country`
    (reviewers,): numbers, UNKNOWN where nobody knows (two of these are not the same one). `is_senior` (reviewers,).
    `author` (products,): the reviewer whose own product it is, UNKNOWN when that person is not in the pool."""

    products: int
    reviewers: int
    product: Ints
    reviewer: Ints
    score: Ints
    institution: Ints
    country: Ints
    is_senior: Truths
    author: Ints

    @classmethod
    def of(
        cls,
        pairs: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike],
        *,
        products: int,
        reviewers: int,
        institution: npt.ArrayLike | None = None,
        country: npt.ArrayLike | None = None,
        is_senior: npt.ArrayLike | None = None,
        author: npt.ArrayLike | None = None,
    ) -> "Pool":
        """`pairs` are products, reviewers and fits (0 to 1) in any order; a pair of one's own product is dropped.
        Raises ValueError for a pair twice, an index or a fit outside its range, or arrays of another length."""
        product, reviewer = (np.asarray(a, dtype=np.int64) for a in pairs[:2])
        fit = np.asarray(pairs[2], dtype=np.float64)
        _in_range("product", product, products)
        _in_range("reviewer", reviewer, reviewers)
        if not (len(product) == len(reviewer) == len(fit)) or not ((fit >= 0) & (fit <= 1)).all():
            raise ValueError("every pair needs a fit from 0 to 1")
        owner = _filled(author, products)
        kept = owner[product] != reviewer
        order = np.lexsort((reviewer[kept], product[kept]))
        product, reviewer, fit = product[kept][order], reviewer[kept][order], fit[kept][order]
        if len(product) > 1 and ((np.diff(product) == 0) & (np.diff(reviewer) == 0)).any():
            raise ValueError("a pair stands in the pool twice")
        senior = np.ones(reviewers, dtype=np.bool_) if is_senior is None else np.asarray(is_senior, dtype=np.bool_)
        if len(senior) != reviewers:
            raise ValueError("is_senior must have one value per reviewer")
        return cls(
            products=products,
            reviewers=reviewers,
            product=product,
            reviewer=reviewer,
            score=np.rint(fit * SCALE).astype(np.int64),
            institution=_filled(institution, reviewers),
            country=_filled(country, reviewers),
            is_senior=senior,
            author=owner,
        )

    @property
    def size(self) -> int:
        return len(self.product)

    @cached_property
    def first(self) -> Ints:
        """(products + 1,): the pairs of product p are first[p] to first[p + 1]."""
        return np.searchsorted(self.product, np.arange(self.products + 1))

    @cached_property
    def mirror(self) -> Ints:
        """(m,): the pair in which the two people judge each other the other way round; UNKNOWN where there is none."""
        back = np.full(self.reviewers, UNKNOWN, dtype=np.int64)
        known = self.author != UNKNOWN
        back[self.author[known]] = np.flatnonzero(known)
        theirs, mine = back[self.reviewer], self.author[self.product]
        key = self.product * self.reviewers + self.reviewer
        wanted = theirs * self.reviewers + mine
        at = np.minimum(np.searchsorted(key, wanted), max(self.size - 1, 0))
        there = (theirs != UNKNOWN) & (mine != UNKNOWN) & (key[at] == wanted if self.size else False)
        return np.where(there, at, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What every plan keeps: `reviews` each product is to have, `load` each reviewer may have, at most so many of one
    institution and of one country per product (None: any number), at least so many seniors. With `reciprocal` False
    no two people judge each other's product."""

    reviews: int | tuple[int, ...] = 3
    load: int | tuple[int, ...] = 4
    per_institution: int | None = 1
    per_country: int | None = 2
    seniors: int = 1
    reciprocal: bool = False

    @classmethod
    def plain(cls, reviews: int | tuple[int, ...], load: int | tuple[int, ...]) -> "Bounds":
        """Loads alone."""
        return cls(reviews, load, per_institution=None, per_country=None, seniors=0, reciprocal=True)

    @property
    def is_plain(self) -> bool:
        return self == Bounds.plain(self.reviews, self.load)

    def loads(self, pool: Pool) -> Ints:
        """(reviewers,). Raises ValueError when there is not one load each."""
        return _each("load", self.load, "reviewer", pool.reviewers)

    def demands(self, pool: Pool) -> Ints:
        """(products,), the reviews each is to have. Raises ValueError when there is not one number each."""
        return _each("reviews", self.reviews, "product", pool.products)


def _each(name: str, given: int | tuple[int, ...], whom: str, size: int) -> Ints:
    found = np.asarray(given, dtype=np.int64)
    if found.ndim and len(found) != size:
        raise ValueError(f"{name} must be one number, or one per {whom}")
    return np.broadcast_to(found, (size,)).copy()


def _filled(given: npt.ArrayLike | None, size: int) -> Ints:
    found = np.full(size, UNKNOWN, dtype=np.int64) if given is None else np.asarray(given, dtype=np.int64)
    if len(found) != size:
        raise ValueError(f"{len(found)} values where {size} are needed")
    return found


def _in_range(name: str, values: Ints, size: int) -> None:
    if len(values) and not (values.min() >= 0 and values.max() < size):
        raise ValueError(f"a {name} outside 0 to {size - 1}")
