"""Every pair of state and door: legal ones move, all others raise and write nothing."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from registry.ledger.access import SYSTEM, can
from registry.ledger.machine import IllegalMoveError, StaleError, advance
from registry.lifecycle import VERSION, State
from registry.models import Event, Version
from tests.factories.people import cast as make_cast
from tests.factories.registry import in_state, proposed

PAIRS = [(state, door) for state in State.values for door in VERSION.moves]


def who_may(cast, door, version):
    return next(a for a in (SYSTEM, cast.carol, cast.alice) if can(a, door, version))


def dated(version, door):
    """What publish does first: the date stands before the state does."""
    if door == "version.publish":
        Version.objects.filter(pk=version.pk).update(published_at="2026-11-22T00:00:00Z")


@pytest.mark.parametrize(("state", "door"), PAIRS)
def test_every_pair(cast, state, door):
    version = in_state(state, cast.alice)
    actor = who_may(cast, door, version)
    before = Event.objects.count()
    if state in VERSION.moves[door].sources:
        dated(version, door)
        event = advance(version, door, actor=actor)
        version.refresh_from_db()
        assert (event.before, event.after) == (state, version.state)
        assert version.state == VERSION.moves[door].target
        assert Event.objects.count() == before + 1
    else:
        with pytest.raises(IllegalMoveError):
            advance(version, door, actor=actor)
        version.refresh_from_db()
        assert version.state == state
        assert Event.objects.count() == before


def test_the_second_of_two_loses(cast):
    one = proposed(cast.alice)
    two = Version.objects.get(pk=one.pk)
    advance(one, "version.withdraw", actor=cast.alice)
    with pytest.raises(StaleError):
        advance(two, "version.check", actor=SYSTEM)
    assert two.state == State.SUBMITTED


def test_who_may_not_moves_nothing(cast):
    version = in_state(State.IN_REVIEW, cast.alice)
    before = Event.objects.count()
    with pytest.raises(PermissionDenied, match="only an editor"):
        advance(version, "version.accept", actor=cast.dan)
    version.refresh_from_db()
    assert (version.state, Event.objects.count()) == (State.IN_REVIEW, before)


def test_no_state_is_a_dead_end_but_the_ends():
    assert {s for s in State.values if not VERSION.open_from(s)} == {State.WITHDRAWN}


def test_the_database_knows_the_states(cast):
    version = proposed(cast.alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(state="famous")


class TestWalks(TestCase):
    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.sampled_from(sorted(VERSION.moves)), max_size=12))
    def test_a_random_walk_leaves_as_many_events_as_moves(self, doors):
        cast = make_cast()
        version = proposed(cast.alice)
        made, start = 0, Event.objects.count()
        for door in doors:
            if version.state in VERSION.moves[door].sources:
                dated(version, door)
                advance(version, door, actor=who_may(cast, door, version))
                made += 1
        version.refresh_from_db()
        assert version.state in State.values
        assert Event.objects.count() - start == made


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_editors_at_once_exactly_one_decides(files):
    cast = make_cast()
    for _ in range(5):
        version = in_state(State.IN_REVIEW, cast.alice, name=f"race-{Event.objects.count()}")
        won = _race(cast, version, 8)
        assert won.count(True) == 1
        assert Event.objects.filter(subject_id=version.pk, kind="version.accept").count() == 1


def _race(cast, version, runners):
    won, start = [], threading.Barrier(runners)

    def decide():
        mine = Version.objects.get(pk=version.pk)
        start.wait()
        try:
            advance(mine, "version.accept", actor=cast.carol)
        except StaleError:
            won.append(False)
        else:
            won.append(True)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide) for _ in range(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won
