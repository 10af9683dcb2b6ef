"""Seeded calls for reviewers as large ones look: topics, institutions in countries, seniority, conflicts."""

import numpy as np
from scipy import sparse

from reviews.assignment import Pool

TOPICS, COUNTRIES = 30, 25
SEED = 20250101


def call(products: int, reviewers: int, *, seed: int = SEED, most: int = 40, is_hard: bool = False) -> Pool:
    """Reviewer i proposes product i. A fit is the cosine of two mixtures of topics, with noise; each product keeps its
    `most` best reviewers and each reviewer the `most` / 2 best products. Conflicts: own product, team, co-authors,
    institution of the proposer. `is_hard`: most products crowd into five topics, some are niches few know."""
    rng = np.random.default_rng(seed)
    people, things = rng.dirichlet(np.full(TOPICS, 0.08), reviewers), rng.dirichlet(np.full(TOPICS, 0.08), products)
    if is_hard:
        _crowd(things, rng)
    own = min(products, reviewers)
    share = 0.25 if is_hard else 0.75
    things[:own] = share * people[:own] + (1 - share) * things[:own]
    institution, country = _places(reviewers, rng)
    seniority = rng.choice(3, reviewers, p=[0.35, 0.4, 0.25])
    people, things = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in (people, things))
    fit = (0.85 * (things @ people.T) + 0.15 * rng.beta(2, 8, (products, reviewers))).astype(np.float32)
    for product, conflicted in enumerate(_conflicts(products, people, institution, rng)):
        fit[product, conflicted] = -1
    product, reviewer = np.nonzero(_kept(fit, most))
    return Pool.of(
        (product, reviewer, np.round(fit[product, reviewer].astype(np.float64), 3).clip(0, 1)),
        products=products,
        reviewers=reviewers,
        institution=institution,
        country=country,
        is_senior=seniority >= 1,
        author=np.where(np.arange(products) < reviewers, np.arange(products), -1),
    )


def _crowd(things: np.ndarray, rng: np.random.Generator) -> None:
    hot = rng.random(len(things)) < 0.6
    things[hot] *= 0.15
    things[np.flatnonzero(hot), rng.integers(0, 5, hot.sum())] += 0.85
    niche = ~hot & (rng.random(len(things)) < 0.25)
    things[niche] = rng.dirichlet(np.full(TOPICS, 1.5), niche.sum())


def _places(reviewers: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    count = max(40, reviewers // 12)
    weight, size = 1 / np.arange(1, count + 1), 1 / np.arange(1, COUNTRIES + 1) ** 0.8
    institution = rng.choice(count, reviewers, p=weight / weight.sum())
    return institution, rng.choice(COUNTRIES, count, p=size / size.sum())[institution]


def _conflicts(
    products: int, people: np.ndarray, institution: np.ndarray, rng: np.random.Generator
) -> list[np.ndarray]:
    """Who must not judge each product."""
    reviewers = len(people)
    near = np.maximum(people @ people.T, 0) ** 3
    np.fill_diagonal(near, 0)
    edges = [(i, j) for i in range(reviewers) for j in rng.choice(reviewers, rng.poisson(4), p=near[i] / near[i].sum())]
    one, other = (np.array(side) for side in zip(*edges, strict=True))
    joint = sparse.csr_matrix((np.ones(len(one)), (one, other)), (reviewers, reviewers))
    joint = (joint + joint.T).tocsr()
    found = []
    for product in range(products):
        author = product if product < reviewers else int(rng.integers(reviewers))
        together = joint.indices[joint.indptr[author] : joint.indptr[author + 1]]
        found.append(np.concatenate([[author], together, np.flatnonzero(institution == institution[author])]))
    return found


def _kept(fit: np.ndarray, most: int) -> np.ndarray:
    """The union of each product's and each reviewer's best."""
    kept = np.zeros(fit.shape, dtype=bool)
    of_product, of_reviewer = min(most, fit.shape[1]), min(most // 2, fit.shape[0])
    np.put_along_axis(kept, np.argpartition(-fit, of_product - 1, axis=1)[:, :of_product], True, 1)
    np.put_along_axis(kept, np.argpartition(-fit, of_reviewer - 1, axis=0)[:of_reviewer], True, 0)
    return kept & (fit > 0)
