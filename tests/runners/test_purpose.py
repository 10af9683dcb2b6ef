"""Only a check decides what becomes of a version; what is repeated waits for it, and never takes its last place."""

import pytest
from django.db import Error, IntegrityError, transaction

from adp.report import Verdict
from registry import queries as book
from registry.ledger.access import can
from registry.ledger.models import Event
from registry.models import Validation
from registry.purposes import Purpose
from runners import queries
from runners.actions.claim import claim
from runners.actions.finish import fail_infra, finish
from runners.actions.queue import queue
from runners.lifecycle import State
from runners.models import Run
from tests.factories.runners import a_node, a_report, a_run, a_version, let_the_pause_pass

REPEATS = [purpose for purpose in Purpose if purpose != Purpose.CHECK]


def a_repeat(purpose=Purpose.REVALIDATION, owner=None, state="published") -> Run:
    return queue(version=a_version(owner, state="checked" if state == "published" else state), purpose=purpose)


@pytest.mark.parametrize("purpose", [Purpose.REVALIDATION, Purpose.REBUILD])
@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.FAILED])
def test_a_repeated_run_enters_the_book_and_moves_no_version(node, purpose, verdict):
    run = a_repeat(purpose)
    taken = claim(node=node[0])
    finish(run_id=run.pk, token=taken.token, report=a_report(run, verdict))
    run.version.refresh_from_db()
    assert run.version.state == "checked"
    kept = Validation.objects.get()
    assert (kept.purpose, kept.verdict) == (purpose, verdict)
    assert Event.objects.get(kind="version.repeat").facts["purpose"] == purpose


def test_the_report_that_was_reviewed_is_never_replaced(node):
    first = a_run()
    finish(run_id=first.pk, token=claim(node=node[0]).token, report=a_report(first))
    again = queue(version=book.version(first.version_id), purpose=Purpose.REVALIDATION)
    finish(run_id=again.pk, token=claim(node=node[0]).token, report=a_report(again, Verdict.FAILED))
    assert book.latest_validation(first.version).run == str(first.pk)
    assert queries.latest_run(first.version_id) == first


def test_one_run_per_version_and_purpose_is_live(db):
    version = a_version()
    runs = {queue(version=version, purpose=purpose).pk for purpose in Purpose for _ in range(2)}
    assert len(runs) == len(Purpose)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(version=version, purpose=Purpose.REBUILD)


def test_a_repeated_run_that_is_set_aside_leaves_the_version_alone(node, settings):
    settings.RUNNERS = {"faults": 1}
    run = a_repeat()
    fail_infra(run_id=run.pk, token=claim(node=node[0]).token, reason="the disk is full")
    run.refresh_from_db()
    assert (run.state, run.version.state) == (State.QUARANTINED, "checked")


def test_what_was_never_judged_is_taken_first_whatever_waits_longer(node, cast):
    old = [a_repeat(purpose, cast.dan) for purpose in reversed(REPEATS)]
    fresh = [a_run(cast.alice), a_run(cast.alice)]
    assert [r.pk for r in queries.queue()] == [r.pk for r in (*fresh, *reversed(old))]
    assert claim(node=node[0]).run == fresh[0]


def test_what_is_repeated_does_not_cost_its_submitter_a_turn(node, cast):
    a_repeat(owner=cast.alice)
    assert claim(node=node[0])
    first, second = a_run(cast.alice), a_run(cast.dan)
    assert [r.pk for r in queries.queue()] == [first.pk, second.pk]


def test_one_place_of_several_is_kept_for_what_was_never_judged(db):
    nodes = [a_node(f"node-{n}")[0] for n in range(3)]
    for _ in range(3):
        a_repeat()
    assert [bool(claim(node=node)) for node in nodes] == [True, True, False]
    fresh = a_run()
    assert claim(node=nodes[2]).run == fresh


def test_a_single_place_is_shared(node):
    first, _second = a_repeat(), a_repeat()
    taken = claim(node=node[0])
    assert taken.run == first
    assert claim(node=node[0]) is None
    fail_infra(run_id=first.pk, token=taken.token, reason="the disk is full")
    assert claim(node=node[0])


def test_a_lost_repeat_is_tried_again(node):
    run = a_repeat()
    fail_infra(run_id=run.pk, token=claim(node=node[0]).token, reason="the disk is full")
    let_the_pause_pass(run)
    assert claim(node=node[0]).run == run


@pytest.mark.parametrize("purpose", REPEATS)
def test_an_author_cannot_stop_what_shows_how_well_a_version_holds(cast, purpose):
    run = a_repeat(purpose, cast.alice)
    assert not can(cast.alice, "run.cancel", run)
    assert can(cast.carol, "run.cancel", run)


def test_a_validation_is_still_written_once_after_its_table_was_made_anew(node):
    run = a_run()
    finish(run_id=run.pk, token=claim(node=node[0]).token, report=a_report(run))
    for change in (lambda: Validation.objects.update(verdict="failed"), lambda: Validation.objects.all().delete()):
        with pytest.raises(Error, match="written once"), transaction.atomic():
            change()
