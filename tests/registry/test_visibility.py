"""Who sees what: DESIGN §2 as a table of state × reader, for versions, products, files and events."""

import pytest

from registry import queries
from registry.actions import readers
from registry.ledger.access import SYSTEM, can
from registry.ledger.record import record
from registry.lifecycle import PUBLIC, State
from registry.models import Artefact, Contribution, Event, Product, Version
from tests.factories.registry import in_state, proposed, reach_checked, reach_published, stored

WHOLE, NAME, NOTHING = "whole", "name", "nothing"
READERS = ("public", "alice", "amy", "bob", "carol", "oscar", "dan", "system")
AUTHORS = {"alice": WHOLE, "amy": WHOLE}
ALWAYS = {"carol": WHOLE, "system": WHOLE}
ON_THE_WAY = AUTHORS | ALWAYS | {"oscar": NAME}
EXPECTED = {
    State.SUBMITTED: ON_THE_WAY,
    State.CHECKING: ON_THE_WAY,
    State.FAILED: ON_THE_WAY,
    State.STALLED: ON_THE_WAY,
    State.CHECKED: ON_THE_WAY,
    State.IN_REVIEW: ON_THE_WAY,
    State.REVISE: ON_THE_WAY,
    State.ACCEPTED: ON_THE_WAY,
    State.PUBLISHED: dict.fromkeys(READERS, WHOLE),
    State.SUPERSEDED: dict.fromkeys(READERS, WHOLE),
    State.REJECTED: AUTHORS | ALWAYS,
    State.WITHDRAWN: AUTHORS | ALWAYS,
}


def who(cast, reader):
    return {"public": None, "system": SYSTEM}.get(reader) or getattr(cast, reader, None)


def sees(version, actor):
    if Version.objects.readable_by(actor).filter(pk=version.pk).exists():
        return WHOLE
    return NAME if Version.objects.visible_to(actor).filter(pk=version.pk).exists() else NOTHING


def seen(cast, version):
    return {reader: sees(version, who(cast, reader)) for reader in READERS}


def rest(expected, others):
    return {reader: expected.get(reader, others) for reader in READERS}


@pytest.mark.parametrize("state", State.values)
def test_a_closed_product(cast, state):
    version = in_state(state, cast.alice)
    assert seen(cast, version) == rest(EXPECTED[state], NOTHING)


@pytest.mark.parametrize("state", State.values)
def test_a_product_in_the_open_shows_name_and_state_of_what_is_on_its_way(cast, state):
    version = in_state(state, cast.alice)
    Product.objects.update(is_open=True)
    ended = state in {State.REJECTED, State.WITHDRAWN}
    assert seen(cast, version) == rest(EXPECTED[state], NOTHING if ended else NAME)


def test_what_was_public_leaves_a_tombstone(cast):
    version = in_state(State.PUBLISHED, cast.alice)
    Version.objects.update(state=State.WITHDRAWN)
    version.refresh_from_db()
    assert seen(cast, version) == rest(AUTHORS | ALWAYS, NAME)


@pytest.mark.parametrize("state", State.values)
def test_who_was_let_in_reads_one_version_and_no_other(cast, state):
    version = in_state(state, cast.alice)
    other = in_state(State.IN_REVIEW, cast.alice, name="another")
    readers.admit(version=version, person=cast.bob)
    assert sees(version, cast.bob) == WHOLE
    assert sees(other, cast.bob) == NOTHING
    readers.dismiss(version=version, person=cast.bob)
    assert (sees(version, cast.bob) == WHOLE) is (state in PUBLIC)


@pytest.mark.parametrize("state", State.values)
def test_rows_and_rules_agree(cast, state):
    """QuerySets answer for lists, the table of permissions for one row: they must say the same."""
    version = in_state(state, cast.alice)
    for reader in READERS:
        actor = who(cast, reader)
        assert bool(can(actor, "version.read", version)) is (sees(version, actor) == WHOLE)


@pytest.mark.parametrize("state", State.values)
def test_a_product_shows_when_one_of_its_versions_does(cast, state):
    version = in_state(state, cast.alice)
    for reader in READERS:
        actor = who(cast, reader)
        shows = Product.objects.visible_to(actor).filter(pk=version.product_id).exists()
        assert shows is (sees(version, actor) != NOTHING)


@pytest.mark.parametrize("state", State.values)
def test_files_go_with_the_whole_version(cast, state):
    version = in_state(state, cast.alice)
    stored(version, kind="log", name="a.log", content=b"a line")
    for reader in READERS:
        actor = who(cast, reader)
        assert Artefact.objects.visible_to(actor).exists() is (sees(version, actor) == WHOLE)


KINDS_OF_A_CHECKED_VERSION = {
    "public": set(),
    "alice": {"version.submit", "version.check", "version.pass"},
    "amy": {"version.submit", "version.check", "version.pass"},
    "bob": set(),
    "carol": {"version.submit", "version.check", "version.pass"},
    "dan": set(),
}


def test_the_history_of_what_is_on_its_way_is_its_authors(cast):
    version = reach_checked(proposed(cast.alice))
    for reader, kinds in KINDS_OF_A_CHECKED_VERSION.items():
        found = queries.history(version, actor=who(cast, reader))
        assert {event.kind for event in found} == kinds, reader


def test_the_public_history_leaves_out_what_is_not_public(cast):
    version = reach_published(proposed(cast.alice), cast.carol)
    public = {event.kind for event in queries.history(version, actor=None)}
    assert public == {"version.submit", "version.pass", "version.review", "version.accept", "version.publish"}


def test_secret_deeds_are_read_by_who_did_them_alone(cast):
    event = record("token.issue", cast.muse, actor=cast.dan)
    readers_of = [r for r in READERS if queries.events(actor=who(cast, r)).filter(pk=event.pk).exists()]
    assert readers_of == ["dan", "system"]


def test_a_hidden_deed_shows_in_its_doers_credit_alone(cast):
    version = in_state(State.PUBLISHED, cast.alice)
    event = Event.objects.get(kind="version.submit", subject_id=version.pk)
    Contribution.objects.create(
        person=cast.bob, name="Bob", role="Reviewer", event=event, version=version, product=version.product
    )
    found = [r for r in READERS if queries.contributions(actor=who(cast, r), person=cast.bob).exists()]
    assert found == ["bob", "carol", "system"]
    assert cast.bob not in queries.people()
