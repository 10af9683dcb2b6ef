"""Role × door: who may, and that each refusal has its words."""

import pytest

from registry.ledger.access import RULES, SYSTEM, can
from registry.models import Contribution, Token
from tests.factories.registry import proposed

ROLES = ("system", "alice", "amy", "bob", "carol", "dan", "nobody")
# door -> who may, for a version that alice submitted for the centre of alice and amy; carol edits
VERSION_DOORS = {
    "version.read": {"system", "alice", "amy", "carol"},
    "version.check": {"system"},
    "version.stall": {"system"},
    "version.fail": {"system"},
    "version.pass": {"system"},
    "version.review": {"system", "carol"},
    "version.revise": {"carol"},
    "version.reject": {"carol"},
    "version.accept": {"system", "carol"},
    "version.reopen": {"system"},
    "version.publish": {"system", "carol"},
    "version.supersede": {"system"},
    "version.withdraw": {"alice", "amy", "carol"},
    "version.inspect": {"alice", "amy", "bob", "carol", "dan"},
}
PRODUCT_DOORS = {
    "version.submit": {"alice", "amy"},
    "product.open": {"alice", "amy"},
    "product.close": {"alice", "amy"},
    "product.grant": {"system", "carol"},
}
CENTRE_DOORS = {
    "centre.found": {"system"},
    "membership.begin": {"system", "alice", "carol"},
    "membership.end": {"system", "alice", "carol"},
}
PERSON_DOORS = {
    "person.register": {"system"},
    "person.change": {"alice"},
    "person.verify": {"system"},
    "person.appoint": {"system"},
    "token.issue": {"alice"},
}
OWN_DOORS = {"token.revoke": {"alice"}, "contribution.reveal": {"alice"}}
TABLE = VERSION_DOORS | PRODUCT_DOORS | CENTRE_DOORS | PERSON_DOORS | OWN_DOORS


def actor(cast, role):
    return {"system": SYSTEM, "nobody": None}.get(role) or getattr(cast, role, None)


def subject(cast, door):
    version = proposed(cast.alice)
    if door in VERSION_DOORS:
        return version
    if door in PRODUCT_DOORS:
        return version.product
    if door in CENTRE_DOORS:
        return cast.muse
    if door in PERSON_DOORS:
        return cast.alice
    return {"token.revoke": Token(person=cast.alice), "contribution.reveal": Contribution(person=cast.alice)}[door]


@pytest.mark.parametrize("door", TABLE)
def test_who_may_open_which_door(cast, door):
    about = subject(cast, door)
    verdicts = {role: can(actor(cast, role), door, about) for role in ROLES}
    assert {role for role, verdict in verdicts.items() if verdict} == TABLE[door]
    assert all(verdict.why for verdict in verdicts.values() if not verdict)


def test_every_door_of_the_book_stands_in_the_table():
    ours = {name for name, rule in RULES.items() if rule.__module__ == "registry.permissions"}
    book = {name for name in ours if name.split(".")[0] in {d.split(".")[0] for d in TABLE}}
    assert book == set(TABLE)


@pytest.mark.parametrize("role", ["alice", "amy", "carol"])
def test_a_switched_off_account_may_nothing(cast, role):
    version = proposed(cast.alice)
    person = getattr(cast, role)
    person.is_active = False
    person.save()
    doors = VERSION_DOORS | {"version.submit": 0}
    assert not [d for d in doors if can(person, d, version.product if d == "version.submit" else version)]


def test_an_editor_does_not_decide_on_own_work(cast):
    version = proposed(cast.alice)
    cast.alice.is_editor = True
    cast.alice.save()
    verdict = can(cast.alice, "version.accept", version)
    assert not verdict
    assert "another editor" in verdict.why


def test_who_left_the_centre_is_no_author_any_more(cast):
    version = proposed(cast.alice)
    assert can(cast.amy, "version.withdraw", version)
    membership = cast.amy.memberships.get()
    membership.since = "2020-01-01"
    membership.until = "2020-12-31"
    membership.save()
    assert not can(cast.amy, "version.withdraw", version)
