"""The table itself: every door is tried, every reason an author can get is got, nothing stands in it twice."""

from collections import Counter

import pytest

from adp.finding import Reason
from adp.sandbox.options import LIMITS
from tests.hostile.case import HARMLESS, MARKS, Case, Door
from tests.hostile.table import CASES

pytestmark = pytest.mark.batched
ELSEWHERE = {  # not an attack's end
    Reason.REFERENCE_INVALID: "tests/adp/reference, tests/adp/checks",
    Reason.INFRA: "ours alone",
    Reason.CANCELLED: "tests/runners",
}


def ends(case: Case) -> set[Reason | str]:
    return {case.ends_on(engine) for engine in MARKS}


def test_no_case_stands_twice() -> None:
    assert [name for name, count in Counter(c.name for c in CASES).items() if count > 1] == []


@pytest.mark.parametrize("door", Door)
def test_every_door_is_tried(door: Door) -> None:
    assert len([c for c in CASES if c.door is door]) >= 20


def test_every_reason_is_got() -> None:
    got = {end for case in CASES for end in ends(case)}
    assert got - {HARMLESS} == set(Reason) - set(ELSEWHERE)


def test_every_limit_is_reached() -> None:
    """Of the engines' own table."""
    got = {end for case in CASES if case.door is Door.SANDBOX for end in ends(case)}
    assert {limit.reason for limit in LIMITS if limit.reason} <= got


def test_a_case_says_what_it_tries() -> None:
    assert [c.name for c in CASES if not c.does or len(c.does) > 200] == []
