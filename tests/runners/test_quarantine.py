"""What we failed at three times waits for a person, who has it tried anew or says why not; once."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from registry.ledger.access import SYSTEM
from registry.ledger.machine import IllegalMoveError
from registry.ledger.models import Event
from runners import operations
from runners.actions.finish import fail_infra
from runners.actions.quarantine import close, release
from runners.actions.stop import rerun
from runners.lifecycle import State
from runners.models import Run
from tests.factories.runners import a_claim, set_aside


@pytest.fixture
def run(cast):
    return set_aside(cast.alice)


def test_it_waits_until_somebody_sees_to_it(run):
    assert [r.pk for r in operations.quarantine()] == [run.pk]
    assert "We could not check it, 3 times: the disk is full." in [t.why for t in operations.todo()]


def test_tried_anew_it_has_three_attempts_again_and_the_old_run_stays(cast, run):
    again = release(actor=cast.oscar, run=run)
    assert (again.state, again.faults, again.version_id) == (State.QUEUED, 0, run.version_id)
    run.refresh_from_db()
    assert run.state == State.QUARANTINED
    assert run.version.__class__.objects.get(pk=run.version_id).state == "checking"
    assert list(operations.quarantine()) == []
    assert Event.objects.get(kind="run.release").facts == {"again": str(again.pk)}


def test_closed_it_waits_no_more_and_the_reason_is_kept(cast, run):
    close(actor=cast.oscar, run=run, why="the product is withdrawn anyway")
    assert list(operations.quarantine()) == []
    assert Event.objects.get(kind="run.close").facts["why"] == "the product is withdrawn anyway"


@pytest.mark.parametrize("deed", [release, lambda **given: close(**given, why="no")])
def test_the_second_of_two_is_told(cast, run, deed):
    deed(actor=cast.oscar, run=run)
    with pytest.raises(IllegalMoveError):
        deed(actor=cast.oscar, run=run)
    assert Run.objects.exclude(pk=run.pk).count() <= 1


@pytest.mark.parametrize("who", ["alice", "amy", "bob", "carol", "dan"])
def test_only_operators_see_to_it(cast, run, who):
    for deed in (release, lambda **given: close(**given, why="no")):
        with pytest.raises(PermissionDenied):
            deed(actor=getattr(cast, who), run=run)
    assert [r.pk for r in operations.quarantine()] == [run.pk]


def test_what_its_author_has_run_again_waits_for_nobody(cast, run):
    rerun(actor=cast.alice, run=run)
    assert list(operations.quarantine()) == []


def test_what_is_not_set_aside_is_not_released(cast):
    taken = a_claim(cast.alice)
    with pytest.raises(IllegalMoveError):
        release(actor=SYSTEM, run=taken.run)
    fail_infra(run_id=taken.run.pk, token=taken.token, reason="once is not three times")
    with pytest.raises(IllegalMoveError):
        release(actor=SYSTEM, run=Run.objects.get(pk=taken.run.pk))


def test_the_command_does_the_same(run, capsys):
    call_command("quarantine")
    assert str(run.pk) in capsys.readouterr().out
    with pytest.raises(CommandError, match="say why"):
        call_command("quarantine", "close", str(run.pk))
    call_command("quarantine", "release", str(run.pk))
    assert "tried anew as" in capsys.readouterr().out
    with pytest.raises(CommandError, match="seen to"):
        call_command("quarantine", "close", str(run.pk), why="too late")
    call_command("quarantine")
    assert capsys.readouterr().out == ""
