"""Published versions are run again: when they are due, a few a day, spread, and never in the way of a first check."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from adp.report import Verdict
from registry.health import Ageing
from registry.ledger.access import can
from registry.models import Version
from registry.purposes import Purpose
from runners.actions.age import age, due_at, replicate_wanted, revalidate
from runners.actions.claim import claim
from runners.actions.finish import fail_infra, finish
from runners.actions.reap import lose
from runners.lifecycle import State
from runners.models import Node, Run
from tests.factories import replicas
from tests.factories.people import CentreFactory
from tests.factories.runners import a_node, a_report, a_run, a_version

LONG_AGO = timedelta(days=500)


def published(owner=None, *, ago=LONG_AGO):
    version = a_version(owner, state="published", published_at=timezone.now() - ago)
    Run.objects.create(version=version, state=State.FINISHED, queued_at=timezone.now() - ago)
    return version


@pytest.fixture
def unbounded(settings):
    settings.AGEING = {"per_day": 1000, "per_node": 1000, "waiting": 1000}


def aged():
    return list(Run.objects.exclude(purpose="check").order_by("queued_at").values_list("version", "purpose"))


def test_what_is_due_is_queued_once_for_each_environment(node, unbounded):
    version = published()
    assert age() == 2
    assert age() == 0
    assert aged() == [(version.pk, "revalidation"), (version.pk, "rebuild")]


@pytest.mark.parametrize("state", ["checked", "in_review", "superseded", "withdrawn", "failed"])
def test_only_what_is_published_is_run_again(node, unbounded, state):
    version = published()
    Version.objects.filter(pk=version.pk).update(state=state)
    assert age() == 0


def test_what_ran_lately_is_not_due(node, unbounded):
    published(ago=timedelta(days=60))
    assert age() == 0


def test_without_a_node_nothing_is_queued(db, unbounded):
    published()
    assert age() == 0


def test_the_most_overdue_is_first(node, unbounded, settings):
    settings.AGEING = {"per_day": 1, "rebuild": 1e4}
    published(ago=timedelta(days=200))
    oldest = published(ago=timedelta(days=300))
    assert age() == 1
    assert aged() == [(oldest.pk, "revalidation")]


@pytest.mark.parametrize(
    ("bound", "nodes", "most"),
    [({"per_day": 3}, 2, 3), ({"per_node": 2}, 2, 4), ({"waiting": 1}, 2, 1), ({"per_node": 2}, 1, 2)],
)
def test_no_more_than_the_bounds_in_one_day_whatever_is_due(db, settings, bound, nodes, most):
    settings.AGEING = {"per_day": 100, "per_node": 100, "waiting": 100, **bound}
    for n in range(nodes):
        a_node(f"node-{n}")
    for _ in range(6):
        published()
    assert sum(age() for _ in range(5)) == most
    if "waiting" not in bound:
        Run.objects.exclude(purpose="check").update(queued_at=Now() - timedelta(days=1, seconds=1))
        assert age() > 0


def test_what_could_not_be_judged_is_tried_the_next_day(node, unbounded, settings):
    settings.RUNNERS = {"faults": 1}
    settings.AGEING = {"rebuild": 1e4}
    published()
    assert age() == 1
    taken = claim(node=node[0])
    fail_infra(run_id=taken.run.pk, token=taken.token, reason="the disk is full")
    assert age() == 0
    Run.objects.filter(pk=taken.run.pk).update(queued_at=Now() - timedelta(hours=25))
    assert age() == 1
    assert not taken.run.version.validations.exists()


@given(key=st.uuids(), days=st.floats(1, 1000), spread=st.floats(0, 0.5))
def test_the_period_is_stretched_within_its_bounds_and_the_same_everywhere(key, days, spread):
    now = timezone.now()
    version = Version(pk=key)
    version.ran_at, version.ended = now, State.FINISHED
    keep = Ageing(spread=spread)
    found = due_at(version, Purpose.REVALIDATION, days, keep)
    assert found == due_at(version, Purpose.REVALIDATION, days, keep)
    second = timedelta(seconds=1)
    assert timedelta(days=days * (1 - spread)) - second <= found - now <= timedelta(days=days * (1 + spread)) + second


def test_what_was_published_together_is_spread_over_time(db):
    keep, now = Ageing(), timezone.now()
    dates = []
    for _ in range(200):
        version = Version()
        version.ran_at, version.ended = now, State.FINISHED
        dates.append((due_at(version, Purpose.REVALIDATION, keep.revalidate, keep) - now).days)
    busiest = max(dates.count(day) for day in set(dates))
    assert busiest < 20
    assert len(set(dates)) > 25


def test_no_re_validation_starves_a_fresh_submission(db, unbounded):
    """Five submissions and many due versions on two nodes: no submission ever waits for a place."""
    nodes = [a_node(f"node-{n}")[0] for n in range(2)]
    for _ in range(10):
        published()
    age()
    for _ in range(5):
        held = [claim(node=node) for node in nodes]
        assert sum(taken is not None for taken in held) == 1
        fresh = a_run()
        free = next(node for node, taken in zip(nodes, held, strict=True) if taken is None)
        taken = claim(node=free)
        assert taken.run == fresh
        finish(run_id=fresh.pk, token=taken.token, report=a_report(fresh))
        busy = next(taken for taken in held if taken)
        finish(run_id=busy.run.pk, token=busy.token, report=a_report(busy.run))


def test_an_author_asks_once_a_day_an_editor_whenever(cast, node):
    version = published(cast.alice)
    run = revalidate(actor=cast.alice, version=version)
    assert (run.purpose, run.state) == ("revalidation", State.QUEUED)
    assert "within the last day" in can(cast.alice, "run.revalidate", version).why
    assert can(cast.carol, "run.revalidate", version)
    assert revalidate(actor=cast.carol, version=version) == run


WHO = {"alice": True, "carol": True, "amy": False, "oscar": False, "bob": False, "dan": False, "nobody": False}


@pytest.mark.parametrize("who", WHO)
def test_who_may_ask_for_a_re_validation(cast, who):
    answer = can(getattr(cast, who, None), "run.revalidate", published(cast.alice))
    assert bool(answer) == WHO[who]
    assert answer or answer.why


def test_what_is_not_published_is_not_validated_again(cast):
    assert "published" in can(cast.carol, "run.revalidate", a_version(cast.alice, state="checked")).why


def test_a_tier_is_confirmed_when_another_centre_brings_a_node(cast):
    CentreFactory(handle="owning-centre", tier="0")
    first = replicas.checked(replicas.at("lyon"), cast.alice)
    type(first.version.product).objects.filter(pk=first.version.product_id).update(owner="owning-centre")
    assert replicate_wanted() == 0
    leiden = replicas.at("leiden")
    assert replicate_wanted() == 1
    assert replicate_wanted() == 0
    replicas.replicated(leiden)
    assert replicate_wanted() == 0


def test_a_red_version_is_told_by_its_run_and_infrastructure_is_not(node, cast, unbounded, settings):
    settings.AGEING = {"rebuild": 1e4}
    version = published(cast.alice)
    age()
    taken = claim(node=node[0])
    lose(run=taken.run, why="the node fell silent")
    version.refresh_from_db()
    assert not hasattr(version, "health")
    Run.objects.filter(pk=taken.run.pk).update(not_before=None)
    taken = claim(node=node[0])
    finish(run_id=taken.run.pk, token=taken.token, report=a_report(taken.run, Verdict.FAILED))
    version.refresh_from_db()
    assert version.health.level == "red"
    assert version.state == "published"
    assert Node.objects.get().is_enabled
