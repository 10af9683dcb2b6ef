"""A decision is appealed, once and in time; a second editor rules, and may send the version back into review."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from registry import queries as registry
from registry.ledger.machine import IllegalMoveError, StaleError
from reviews.actions import appeals
from reviews.actions.decide import decide
from reviews.lifecycle import APPEAL_TIME
from reviews.models import Appeal, Assignment, Decision, Review, Round
from tests.factories.reviews import submitted


@pytest.fixture(params=["minor", "major", "reject"])
def decided(stage, request):
    stage.report()
    return decide(actor=stage.cast.carol, round_=stage.round, outcome=request.param, rationale="Not like this.")


def filed(stage, decision):
    return appeals.appeal(actor=stage.cast.alice, decision=decision, text="The second plot shows the opposite.")


def test_an_appeal_that_is_upheld_opens_a_new_round_of_the_same_version_in_other_hands(stage, decided):
    appeal = filed(stage, decided)
    round_ = appeals.uphold(actor=stage.erin, appeal=appeal, rationale="It does.")
    version = registry.version(decided.round.version_id)
    assert (round_.version_id, round_.number, round_.editor, round_.state) == (version.pk, 2, stage.erin, "open")
    assert version.state == "in_review"
    assert (appeal.state, appeal.editor, appeal.rationale) == ("upheld", stage.erin, "It does.")
    assert Decision.objects.get().outcome == decided.outcome  # what was decided stays written
    assert not Assignment.objects.filter(round=round_).exists()
    assert Review.objects.visible_to(stage.erin).count() == 2


def test_an_appeal_that_is_dismissed_leaves_all_as_it_is(stage, decided):
    before = registry.version(decided.round.version_id).state
    appeals.dismiss(actor=stage.erin, appeal=filed(stage, decided), rationale="The reports are right.")
    assert registry.version(decided.round.version_id).state == before
    assert Round.objects.count() == 1
    with pytest.raises(PermissionDenied, match="that ruling is final"):
        filed(stage, decided)


def test_of_two_rulings_the_first_stands(stage, decided):
    appeal = filed(stage, decided)
    stale = Appeal.objects.get(pk=appeal.pk)
    appeals.dismiss(actor=stage.erin, appeal=appeal, rationale="No.")
    with pytest.raises(StaleError):
        appeals.uphold(actor=stage.erin, appeal=stale, rationale="Yes.")
    with pytest.raises(IllegalMoveError):
        appeals.uphold(actor=stage.erin, appeal=appeal, rationale="Yes.")


def test_who_decided_does_not_rule(stage, decided):
    with pytest.raises(PermissionDenied, match="another editor rules"):
        appeals.dismiss(actor=stage.cast.carol, appeal=filed(stage, decided), rationale="I was right.")


def test_an_appeal_says_why_and_so_does_a_ruling(stage, decided):
    with pytest.raises(ValidationError, match="Say what"):
        appeals.appeal(actor=stage.cast.alice, decision=decided, text="  ")
    with pytest.raises(ValidationError, match="Say why"):
        appeals.uphold(actor=stage.erin, appeal=filed(stage, decided), rationale=" ")
    assert Appeal.objects.get().state == "filed"


def test_too_late_is_told_with_the_days(stage, decided):
    past = decided.decided_at - APPEAL_TIME - timedelta(minutes=1)
    Decision.objects.filter(pk=decided.pk).update(decided_at=past)
    decided.refresh_from_db()
    with pytest.raises(PermissionDenied, match="for 30 days"):
        filed(stage, decided)


def test_once_a_newer_version_is_there_nothing_is_left_to_appeal(stage, decided):
    submitted("muse-gto", stage.cast.alice, label="1.0.1")
    with pytest.raises(PermissionDenied, match="newer version"):
        filed(stage, decided)


def test_an_acceptance_is_not_appealed(stage):
    stage.report()
    decision = decide(actor=stage.cast.carol, round_=stage.round, outcome="accept", rationale="Yes.")
    with pytest.raises(PermissionDenied, match="nothing to appeal"):
        filed(stage, decision)


def test_who_sees_an_appeal(stage, decided):
    filed(stage, decided)
    seen = {role for role, person in stage.people().items() if Appeal.objects.visible_to(person).exists()}
    assert seen == {"author", "colleague", "editor", "other editor"}
