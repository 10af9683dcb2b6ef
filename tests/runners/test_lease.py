"""Claim, lose, claim again: each run ends exactly once, whatever dies on the way."""

from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.actions.submit import withdraw
from registry.ledger.access import SYSTEM
from registry.ledger.models import Event, Pending
from registry.ledger.record import record
from registry.models import Validation
from registry.people import Role
from runners import queries
from runners.actions.claim import claim
from runners.actions.finish import fail_infra, finish, hand_back
from runners.actions.queue import queue
from runners.actions.reap import reap
from runners.actions.stop import cancel, rerun
from runners.actions.tell import heartbeat
from runners.invariants import RUNS
from runners.lifecycle import ENDS, HELD, StaleAttemptError, State
from runners.models import Run
from tests.factories.people import MembershipFactory
from tests.factories.runners import (
    a_claim,
    a_node,
    a_report,
    a_run,
    a_version,
    let_the_lease_run_out,
    let_the_pause_pass,
)


def test_the_oldest_run_is_taken_first(node):
    first, _second = a_run(), a_run()
    assert claim(node=node[0]).run == first


def test_who_submits_much_does_not_keep_the_others_waiting(cast, node):
    many = [a_run(cast.alice) for _ in range(3)]
    few = [a_run(cast.dan) for _ in range(2)]
    taken = [claim(node=node[0]).run for _ in range(5)]
    assert taken == [many[0], few[0], many[1], few[1], many[2]]


def test_what_is_under_way_counts_when_turns_are_given(cast, node):
    first, *later = [a_run(cast.alice) for _ in range(3)]
    assert claim(node=node[0]).run == first
    newcomer = a_run(cast.dan)
    assert [r.pk for r in queries.queue()] == [newcomer.pk, *(r.pk for r in later)]
    assert queries.position(newcomer) == 1
    assert claim(node=node[0]).run == newcomer


def test_a_claimed_run_is_not_claimed_again(node):
    a_run()
    assert claim(node=node[0])
    assert claim(node=node[0]) is None


def test_a_claim_leases_the_run_with_a_new_token(node):
    taken = a_claim(node=node[0])
    run = Run.objects.get()
    assert (run.state, run.attempt, run.node) == (State.LEASED, 1, node[0])
    assert taken.token not in str(Run.objects.values())
    assert 50 < (run.lease_until - run.heartbeat_at).total_seconds() <= 60


def test_a_version_has_one_live_run(db):
    version = a_version()
    assert queue(version=version) == queue(version=version)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(version=version)


def test_a_heartbeat_renews_the_lease(db):
    taken = a_claim()
    let_the_lease_run_out(taken.run)
    heartbeat(run_id=taken.run.pk, token=taken.token, stage="unit", progress={})
    assert reap() == 0


def test_a_silent_node_loses_its_run(db):
    taken = a_claim()
    let_the_lease_run_out(taken.run)
    assert reap() == 1
    run = Run.objects.get()
    assert (run.state, run.faults, run.version.state) == (State.QUEUED, 1, "checking")
    assert run.not_before > run.heartbeat_at
    assert reap() == 0


def test_a_lost_run_waits_a_little_before_it_is_claimed_again(node):
    taken = a_claim(node=node[0])
    fail_infra(run_id=taken.run.pk, token=taken.token, reason="the disk is full")
    assert claim(node=node[0]) is None
    let_the_pause_pass(taken.run)
    assert claim(node=node[0]).run.attempt == 2


def test_what_is_handed_back_is_no_fault_and_waits_for_nobody(node):
    taken = a_claim(node=node[0])
    hand_back(run_id=taken.run.pk, token=taken.token, reason="the node was asked to stop")
    again = claim(node=node[0])
    assert (again.run.attempt, again.run.faults) == (2, 0)


def test_after_three_faults_the_run_is_set_aside_and_the_version_stalled(node):
    a_run()
    for _ in range(3):
        taken = claim(node=node[0])
        let_the_lease_run_out(taken.run)
        assert reap() == 1
        let_the_pause_pass(taken.run)
    run = Run.objects.get()
    assert (run.state, run.version.state) == (State.QUARANTINED, "stalled")
    assert claim(node=node[0]) is None
    assert not Validation.objects.exists()


def test_a_stalled_version_is_run_again_by_its_author(cast, node):
    taken = a_claim(cast.alice, node=node[0])
    cancel(actor=cast.alice, run=taken.run)
    with pytest.raises(PermissionDenied, match="not ended"):
        rerun(actor=cast.alice, run=taken.run)
    fail_infra(run_id=taken.run.pk, token=taken.token, reason="stopped as I was told")
    taken.run.refresh_from_db()
    assert taken.run.version.state == "stalled"
    again = rerun(actor=cast.alice, run=taken.run)
    assert again != taken.run
    assert claim(node=node[0]).run == again


def test_a_run_whose_silent_node_was_to_stop_it_is_cancelled_and_not_tried_again(cast):
    taken = a_claim(cast.alice)
    cancel(actor=cast.alice, run=taken.run)
    let_the_lease_run_out(taken.run)
    assert reap() == 1
    run = Run.objects.get()
    assert (run.state, run.faults, run.version.state) == (State.CANCELLED, 0, "stalled")


def test_a_report_that_comes_when_the_run_was_to_stop_is_not_taken(cast):
    taken = a_claim(cast.alice)
    cancel(actor=cast.alice, run=taken.run)
    _end(taken)
    assert Run.objects.get().state == State.CANCELLED
    assert not Validation.objects.exists()


def test_a_withdrawn_version_stops_the_run_that_a_node_has(cast, django_capture_on_commit_callbacks):
    taken = a_claim(cast.alice)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(actor=cast.alice, version=taken.run.version)
    assert heartbeat(run_id=taken.run.pk, token=taken.token, stage="unit", progress={}).cancel
    hand_back(run_id=taken.run.pk, token=taken.token, reason="stopped")
    run = Run.objects.get()
    assert (run.state, run.version.state) == (State.CANCELLED, "withdrawn")


def test_the_operator_of_the_node_stops_what_it_has_and_nothing_else(cast):
    machine, _ = a_node(centre=cast.muse)
    operator = MembershipFactory(centre=cast.muse, role=Role.OPERATOR).person
    with pytest.raises(PermissionDenied):
        cancel(actor=operator, run=a_run(cast.alice))
    taken = claim(node=machine)
    cancel(actor=operator, run=taken.run)
    assert taken.run.state == State.CANCELLING


def test_a_phase_that_is_past_does_not_come_back(db):
    taken = a_claim()
    own = {"run_id": taken.run.pk, "token": taken.token, "progress": {}}
    heartbeat(**own, stage="steps", phase="running")
    heartbeat(**own, stage="fetch", phase="fetching")
    heartbeat(**own, stage="data", phase="comparing")
    heartbeat(**own, stage="steps")
    assert Run.objects.get().state == State.COMPARING
    told = Event.objects.filter(subject_id=taken.run.pk).order_by("id").values_list("kind", flat=True)
    assert list(told) == ["run.queue", "run.claim", "run.start", "run.compare"]


def test_a_withdrawn_version_takes_its_run_along(cast, django_capture_on_commit_callbacks):
    run = a_run(cast.alice)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(actor=cast.alice, version=run.version)
    run.refresh_from_db()
    assert (run.state, run.version.state) == (State.CANCELLED, "withdrawn")


def test_a_submitted_version_is_queued(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        version = a_version(cast.alice)
        record("version.submit", version, actor=cast.alice, after=version.state)
    run = Run.objects.get(version=version)
    assert (run.state, run.version.state, run.needs["memory"]) == (State.QUEUED, "checking", 2 << 30)


def test_what_was_withdrawn_before_the_news_came_is_not_queued_and_not_tried_again(
    cast, django_capture_on_commit_callbacks
):
    version = a_version(cast.alice)
    with django_capture_on_commit_callbacks(execute=True):
        record("version.submit", version, actor=cast.alice, after=version.state)
        withdraw(actor=cast.alice, version=version)
    assert not Run.objects.exists()
    assert not Pending.objects.exists()


DEEDS = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(["claim", "beat", "die", "finish", "fail", "give_back", "late", "cancel"])
    ),
    max_size=40,
)


@given(deeds=DEEDS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_run_ends_exactly_once_whatever_dies(db, deeds):
    """Three nodes claim, work, fall silent, come back late with an old token: nothing ends twice or gets stuck."""
    with transaction.atomic():
        nodes = [a_node(f"n-{i}")[0] for i in range(3)]
        runs = [a_run() for _ in range(3)]
        holds, stale = {}, []
        for who, deed in deeds:
            _do(deed, nodes[who], who, holds, stale)
        _finish_the_rest(nodes[0])
        for run in runs:
            run.refresh_from_db()
            ends = Event.objects.filter(subject_id=run.pk, kind__in=ENDS).count()
            judged = Validation.objects.filter(version=run.version).count()
            assert ends == 1
            assert judged == (run.state == State.FINISHED)
            assert run.version.state == ("checked" if judged else "stalled")
        assert not [said for must in RUNS for said in must()]
        transaction.set_rollback(True)


def _do(deed, node, who, holds, stale):
    for run in Run.objects.live():
        let_the_pause_pass(run)
    if deed == "claim" and who not in holds and (taken := claim(node=node)):
        holds[who] = taken
    elif deed == "late" and stale:
        with suppress(StaleAttemptError):  # heard before, or refused: in neither case does it count again
            _end(stale[-1])
    elif deed == "cancel" and (run := Run.objects.live().exclude(state=State.CANCELLING).first()):
        cancel(actor=SYSTEM, run=run)
    elif who in holds:
        _work(deed, holds[who])
        if deed not in {"claim", "beat", "late"}:
            stale.append(holds.pop(who))


def _work(deed, taken):
    own = {"run_id": taken.run.pk, "token": taken.token}
    match deed:
        case "beat":
            heartbeat(**own, stage="unit", progress={})
        case "die":
            let_the_lease_run_out(taken.run)
            assert reap() == 1
        case "finish":
            _end(taken)
        case "fail":
            fail_infra(**own, reason="the disk is full")
        case "give_back":
            hand_back(**own, reason="stop")


def _end(taken):
    finish(run_id=taken.run.pk, token=taken.token, report=a_report(taken.run))


def _finish_the_rest(node):
    for run in Run.objects.filter(state__in=HELD):
        let_the_lease_run_out(run)
    reap()
    while Run.objects.live().exists():
        for run in Run.objects.live():
            let_the_pause_pass(run)
        _end(claim(node=node))


def test_the_actor_of_a_machine_s_deed_is_the_registry(db):
    a_claim()
    assert not Event.objects.filter(kind="run.claim", actor__isnull=False).exists()
    assert str(SYSTEM) == "the registry"
