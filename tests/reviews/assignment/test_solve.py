"""A plan keeps every bound, misses nothing that can be had, and is the best there is; what is missing is explained."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reviews.assignment import Alternative, Bounds, Pool, alternatives, refill, solve
from reviews.assignment.plan import broken
from tests.bench.instances import call
from tests.reviews.assignment.pools import best, bounds, pools, value


@given(pool=pools(), bounds=bounds)
def test_every_bound_holds(pool: Pool, bounds: Bounds) -> None:
    plan = solve(pool, bounds)
    assert broken(pool, bounds, plan.chosen) == []
    assert plan.total <= plan.unlifted <= plan.bound + 1e-6


@settings(max_examples=60)
@given(pool=pools(most=4), bounds=bounds)
def test_it_is_the_best_of_all_plans(pool: Pool, bounds: Bounds) -> None:
    assume(pool.size <= 10)
    plan = solve(pool, bounds, is_fair=False)
    assert value(pool, bounds, plan.chosen) == best(pool, bounds)


@given(pool=pools(), bounds=bounds)
def test_lifting_the_worst_never_lowers_it_and_takes_no_review_away(pool: Pool, bounds: Bounds) -> None:
    before, after = (solve(pool, bounds, is_fair=fair) for fair in (False, True))
    assert after.worst >= before.worst
    assert len(after.chosen) == len(before.chosen)
    assert [s.product for s in after.shortages] == [s.product for s in before.shortages]
    assert after.worst <= after.worst_bound or after.shortages


@given(pool=pools(), bounds=bounds)
def test_the_same_question_has_the_same_answer(pool: Pool, bounds: Bounds) -> None:
    assert solve(pool, bounds).chosen.tobytes() == solve(pool, bounds).chosen.tobytes()


@given(pool=pools(), bounds=bounds, data=st.data())
def test_what_is_agreed_stays_and_what_is_declined_goes(pool: Pool, bounds: Bounds, data: st.DataObject) -> None:
    chosen = solve(pool, bounds).chosen.tolist()
    assume(len(chosen) > 1)
    kept = data.draw(st.sets(st.sampled_from(chosen)))
    gone = data.draw(st.sets(st.integers(0, pool.size - 1), max_size=3)) - kept
    again = solve(pool, bounds, kept=sorted(kept), left_out=sorted(gone))
    assert kept <= set(again.chosen.tolist())
    assert not gone & set(again.chosen.tolist())
    assert broken(pool, bounds, again.chosen) == []


@given(pool=pools(), bounds=bounds, data=st.data())
def test_a_decline_is_refilled_where_it_can_be_and_moves_nobody_who_agreed(
    pool: Pool, bounds: Bounds, data: st.DataObject
) -> None:
    plan = solve(pool, bounds)
    assume(len(plan.chosen))
    declined = data.draw(st.sampled_from(plan.chosen.tolist()))
    kept = data.draw(st.sets(st.sampled_from(plan.chosen.tolist()))) - {declined}
    mended = refill(plan, declined, sorted(kept))
    assert declined not in mended.chosen
    assert kept <= set(mended.chosen.tolist())
    assert broken(pool, bounds, mended.chosen) == []
    assert len(mended.chosen) in {len(plan.chosen), len(plan.chosen) - 1}


def test_a_pair_both_kept_and_left_out_is_no_question() -> None:
    with pytest.raises(ValueError, match="both kept and left out"):
        solve(call(20, 20), kept=[3], left_out=[3])


def test_who_cannot_be_served_gets_what_there_is_and_is_told_why_and_the_others_are_served() -> None:
    """Product 0 has two candidates of one institution, product 1 three of different ones."""
    pairs = ([0, 0, 1, 1, 1], [0, 1, 2, 3, 4], [0.9, 0.8, 0.5, 0.5, 0.5])
    pool = Pool.of(pairs, products=2, reviewers=5, institution=[7, 7, 1, 2, 3])
    plan = solve(pool, Bounds(reviews=3, load=2, per_country=None))
    assert (plan.reviewers_of(0), plan.reviewers_of(1)) == ([0], [2, 3, 4])
    (short,) = plan.shortages
    assert short.sentence == (
        "2 of its reviews are missing: 2 people are eligible, 1 of them chosen, "
        "1 share an institution with one who is chosen"
    )


def test_two_people_do_not_judge_each_other_unless_they_may() -> None:
    pairs = ([0, 1, 0, 1], [1, 0, 2, 2], [1.0, 1.0, 0.1, 0.1])
    pool = Pool.of(pairs, products=2, reviewers=3, author=[0, 1])
    strict = solve(pool, Bounds(1, 2, None, None, 0), is_fair=False)
    free = solve(pool, Bounds.plain(1, 2), is_fair=False)
    assert (strict.total, free.total) == (1100, 2000)


def test_alternatives_say_who_else_could_and_what_it_costs() -> None:
    """Reviewer 1 has no room: with product 0 she would leave product 1 to reviewer 3."""
    pairs = ([0, 0, 0, 1, 1], [0, 1, 2, 1, 3], [0.9, 0.8, 0.4, 0.6, 0.5])
    plan = solve(Pool.of(pairs, products=2, reviewers=4), Bounds(reviews=1, load=1))
    assert [plan.reviewers_of(p) for p in (0, 1)] == [[0], [1]]
    assert alternatives(plan, 0) == [
        Alternative(0, 0.9, 1, is_chosen=True),
        Alternative(1, 0.8, 2, instead_of=0, takes_from=1, cost=0.2),
        Alternative(2, 0.4, 3, instead_of=0, cost=0.5),
    ]


def test_an_alternative_that_no_bound_allows_has_no_cost() -> None:
    pool = Pool.of(([0, 0, 0], [0, 1, 2], [0.9, 0.8, 0.4]), products=1, reviewers=3, institution=[5, 6, 6])
    plan = solve(pool, Bounds(reviews=2, load=1, seniors=0), kept=[0])
    assert [(a.reviewer, a.instead_of, a.cost) for a in alternatives(plan, 0, kept=[0])] == [
        (0, None, None),
        (1, None, None),
        (2, 1, pytest.approx(0.4)),
    ]


def test_a_call_of_a_hundred_under_all_bounds_is_near_its_bound() -> None:
    plan = solve(call(100, 100))
    assert plan.gap < 1e-3
    assert plan.shortages == ()
    assert (np.bincount(plan.pool.reviewer[plan.chosen]) <= 4).all()


WRONG = {
    "a pair stands in the pool twice": (([0, 0], [0, 0], [0.1, 0.2]), {}),
    "a reviewer outside": (([0], [5], [0.1]), {}),
    "a fit from 0 to 1": (([0], [0], [1.5]), {}),
    "2 are needed": (([0], [0], [0.5]), {"institution": [1]}),
}


@pytest.mark.parametrize("why", WRONG)
def test_a_pool_that_cannot_be_is_refused(why: str) -> None:
    pairs, more = WRONG[why]
    with pytest.raises(ValueError, match=why):
        Pool.of(pairs, products=2, reviewers=2, **more)


def test_a_load_for_each_is_kept_and_a_load_for_some_is_refused() -> None:
    pool = Pool.of(([0, 1], [0, 0], [0.5, 0.6]), products=2, reviewers=1)
    assert solve(pool, Bounds(reviews=1, load=(1,))).total == 600
    assert solve(pool, Bounds(reviews=(1, 0), load=2, seniors=0)).reviewers_of(1) == []
    with pytest.raises(ValueError, match="one per reviewer"):
        solve(pool, Bounds(reviews=1, load=(1, 2)))
    with pytest.raises(ValueError, match="one per product"):
        solve(pool, Bounds(reviews=(1,), load=1))


def test_what_only_fractions_could_cover_is_left_short_and_said():
    """Halves of two reviews that exclude each other cover more than whole ones can: once an infeasible programme."""
    zeros = np.zeros(6, int)
    pool = Pool(
        products=5,
        reviewers=6,
        product=np.array([1, 1, 2, 4, 4]),
        reviewer=np.array([2, 3, 1, 1, 3]),
        score=np.zeros(5, int),
        institution=zeros,
        country=zeros,
        is_senior=zeros.astype(bool),
        author=np.arange(5),
    )
    plan = solve(pool, Bounds(reviews=1, load=1, per_institution=None, per_country=None, seniors=0))
    assert len(plan.chosen) == 2
    assert {shortage.product for shortage in plan.shortages} == {0, 2, 3}
