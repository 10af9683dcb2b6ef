"""The real node against the real site: claim, heartbeat, log, files, report; with a job that checks nothing."""

import pytest

from registry.ledger.models import Event
from registry.models import Artefact, Validation
from runners import queries
from runners.lifecycle import State
from runners.models import Run
from tests.factories.runners import a_node, a_run


def test_a_run_goes_from_the_queue_into_the_book(site, a_node_at):
    run = a_run()
    node, key = a_node()
    a_node_at(site, key=key).serve(once=True)
    run.refresh_from_db()
    assert (run.state, run.verdict, run.node) == (State.FINISHED, "passed", node)
    assert Event.objects.filter(subject_id=run.version_id, kind="version.pass").exists()
    assert sorted(a.kind for a in Artefact.objects.all()) == ["log", "product", "report"]
    assert Validation.objects.get().node == "rhone-2"
    assert "unit is fine" in queries.log_tail(run, 10_000)
    told = [e.kind for e in Event.objects.filter(subject_id=run.pk)]
    assert (told[:2], told[-2:]) == (["run.queue", "run.claim"], ["run.compare", "run.finish"])


@pytest.mark.parametrize(("check", "state"), [("is_our_fault", State.QUEUED), ("dies", State.QUEUED)])
def test_our_fault_is_no_verdict(site, a_node_at, check, state):
    run = a_run()
    a_node_at(site, check, key=a_node()[1]).serve(once=True)
    run.refresh_from_db()
    assert (run.state, run.faults, run.version.state) == (state, 1, "checking")
    assert not Validation.objects.exists()
    assert Run.objects.claimable().count() == 0
