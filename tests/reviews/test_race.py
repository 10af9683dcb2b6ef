"""Two editors press at once: exactly one decides, and nothing of the other's is kept."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from registry.ledger.machine import IllegalMoveError, StaleError
from registry.ledger.models import Event
from reviews.actions.assignments import invite
from reviews.actions.decide import decide
from reviews.models import Assignment, Decision, Round
from tests.factories.reviews import open_stage


def at_once(*deeds):
    """Each deed in its own thread and connection, let go together; the names of what they raised."""
    gate, outcomes = threading.Barrier(len(deeds)), []

    def run(deed):
        try:
            gate.wait()
            deed()
            outcomes.append("done")
        except (StaleError, IllegalMoveError, PermissionDenied) as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(5))
def test_of_two_editors_exactly_one_decides(turn):
    stage = open_stage()
    stage.report()
    rows = [Round.objects.get(pk=stage.round.pk) for _ in range(2)]
    deeds = [
        lambda: decide(actor=stage.cast.carol, round_=rows[0], outcome="major", rationale="More."),
        lambda: decide(actor=stage.erin, round_=rows[1], outcome="reject", rationale="No."),
    ]
    outcomes = at_once(*deeds)
    assert sorted(outcomes).count("done") == 1
    decision = Decision.objects.get(round=stage.round)
    round_ = Round.objects.select_related("version").get(pk=stage.round.pk)
    assert (round_.outcome, round_.version.state) == (
        decision.outcome,
        {"major": "revise", "reject": "rejected"}[decision.outcome],
    )
    assert Event.objects.filter(kind="round.decide").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_editors_invite_the_same_person_once():
    stage = open_stage()
    deeds = [
        lambda: invite(actor=stage.cast.carol, round_=stage.round, reviewer=stage.cast.dan, track="code"),
        lambda: invite(actor=stage.erin, round_=stage.round, reviewer=stage.cast.dan, track="code"),
    ]
    assert sorted(at_once(*deeds)).count("done") == 1
    assert Assignment.objects.filter(reviewer=stage.cast.dan).count() == 1
