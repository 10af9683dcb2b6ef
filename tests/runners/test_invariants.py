"""What must be true of runs, and that each breach of it is said."""

import pytest

from registry.actions.validate import conclude
from registry.invariants import check_all
from registry.ledger.access import SYSTEM
from registry.ledger.record import record
from registry.purposes import Purpose
from runners.actions.finish import finish
from runners.lifecycle import State
from runners.models import Run
from tests.factories.runners import a_claim, a_report, a_run


def said():
    return [sentence for sentence in check_all() if "run" in sentence]


@pytest.fixture
def ended(db):
    taken = a_claim()
    finish(run_id=taken.run.pk, token=taken.token, report=a_report(taken.run))
    taken.run.refresh_from_db()
    return taken.run


def test_a_book_with_runs_of_every_kind_is_sound(ended):
    a_run()
    a_claim()
    assert not said()


def test_a_state_that_no_move_led_to_is_said(ended):
    Run.objects.filter(pk=ended.pk).update(state=State.CANCELLED)
    (led, brought) = said()
    assert led == f"{ended} is cancelled, but the ledger says finished"
    assert brought == f"{ended} is cancelled and has 1 validations"


def test_an_end_that_came_twice_is_said(ended):
    record("run.finish", ended, actor=SYSTEM, before=State.COMPARING, after=State.FINISHED)
    (moved, ends) = said()
    assert "which it was not in" in moved
    assert ends == f"{ended} is finished and has ended 2 times"


def test_a_validation_of_a_run_that_has_not_ended_is_said(db):
    run = a_claim().run
    conclude(version=run.version, report=a_report(run), run=str(run.pk), purpose=Purpose.REVALIDATION)
    assert said() == [f"{run} is leased and has 1 validations"]


def test_a_lease_that_nobody_holds_is_said(db):
    run = a_claim().run
    Run.objects.update(lease_until=None)
    assert said() == [f"{run} is leased, and its token and lease say something else"]
