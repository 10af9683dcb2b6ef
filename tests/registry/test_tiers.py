"""What each tier asks for."""

from dataclasses import replace

import pytest

from registry.tiers import CRITERIA, ORDER, Evidence, missing, reason

ALL = Evidence(is_published=True, independent_tests=2, replications=1, owner_tier="0")


def test_who_has_everything_lacks_nothing():
    assert {tier: missing(tier, ALL) for tier in ORDER} == dict.fromkeys(ORDER, ())


LACKS = {
    "no published version": (replace(ALL, is_published=False), ("N", "2", "1", "0")),
    "no independent test": (replace(ALL, independent_tests=0), ("2", "1", "0")),
    "no replication": (replace(ALL, replications=0), ("1", "0")),
    "a consortium owns it": (replace(ALL, owner_tier="2"), ("1", "0")),
    "a person owns it": (replace(ALL, owner_tier=""), ("2", "1", "0")),
}


@pytest.mark.parametrize("what", LACKS)
def test_a_lack_keeps_from_its_tier_and_all_above(what):
    evidence, tiers = LACKS[what]
    assert tuple(tier for tier in ORDER if missing(tier, evidence)) == tiers


def test_every_tier_can_be_explained():
    assert all(reason(tier) for tier in CRITERIA)
