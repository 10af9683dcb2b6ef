"""Every state of a round and an assignment against every door: the table moves, all else raises, writing nothing."""

import itertools

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from registry.kinds import KINDS
from registry.ledger.access import RULES, SYSTEM
from registry.ledger.machine import IllegalMoveError, advance
from registry.ledger.models import Event
from reviews.actions.assignments import decline, invite
from reviews.lifecycle import APPEAL, ASSIGNMENT, ROUND, AssignmentState, Outcome, RoundState
from reviews.models import Assignment, Decision, Review, Round

ROOMS = ("round.", "assignment.", "appeal.")
DEEDS = {
    "round.open", "round.take", "round.hand", "round.observe", "round.unobserve", "round.line_up", "round.remind",
    "round.set_modes", "assignment.invite", "assignment.extend", "assignment.remind", "appeal.file", "appeal.remind",
}  # fmt: skip
DOORS = {*ROUND.moves, *ASSIGNMENT.moves, *APPEAL.moves, *DEEDS}


def test_every_door_has_a_rule_and_a_sentence():
    ours = {name for name in RULES if name.startswith(ROOMS)}
    assert ours == DOORS == {kind for kind in KINDS if kind.startswith(ROOMS)}


def test_what_could_name_a_reviewer_is_secret():
    assert all(KINDS[door].secret for door in DOORS if door.startswith("assignment."))
    assert not any(KINDS[door].public for door in DOORS)


@pytest.mark.parametrize(("state", "door"), list(itertools.product(AssignmentState.values, ASSIGNMENT.moves)))
def test_an_assignment_moves_only_by_the_table(stage, state, door):
    Assignment.objects.filter(pk=stage.code.pk).update(state=state)
    assignment = Assignment.objects.get(pk=stage.code.pk)
    actor = stage.quentin if door in {"assignment.agree", "assignment.decline", "assignment.report"} else SYSTEM
    before = Event.objects.count()
    move = ASSIGNMENT.moves[door]
    if state in move.sources:
        advance(assignment, door, actor=actor)
        assert Assignment.objects.get(pk=assignment.pk).state == move.target
        assert Event.objects.count() == before + 1
    else:
        with pytest.raises(IllegalMoveError):
            advance(assignment, door, actor=actor)
        assert Assignment.objects.get(pk=assignment.pk).state == state
        assert Event.objects.count() == before


@pytest.mark.parametrize(("state", "door"), list(itertools.product(RoundState.values, ROUND.moves)))
def test_a_round_moves_only_by_the_table(stage, state, door):
    stage.report()
    Round.objects.filter(pk=stage.round.pk).update(state=state)
    round_ = Round.objects.get(pk=stage.round.pk)
    actor = stage.cast.carol if door == "round.decide" else SYSTEM
    if state in ROUND.moves[door].sources:
        advance(round_, door, actor=actor)
        assert round_.state == ROUND.moves[door].target
    else:
        with pytest.raises(IllegalMoveError):
            advance(round_, door, actor=actor)
        assert Round.objects.get(pk=round_.pk).state == state


def _copy(assignment):
    return Assignment.objects.create(
        round=assignment.round,
        reviewer=assignment.reviewer,
        track=assignment.track,
        invited_by=assignment.invited_by,
        due_at=assignment.due_at,
    )


def _decision(stage, rationale="Because."):
    return Decision.objects.create(
        round=stage.round, editor=stage.cast.carol, outcome=Outcome.ACCEPT, rationale=rationale
    )


def _sent_without_recommendation(stage):
    return Review.objects.create(assignment=stage.code, submitted_at=stage.round.opened_at)


CONSTRAINTS = [
    ("a round of an unknown state", lambda s: Round.objects.filter(pk=s.round.pk).update(state="asleep")),
    ("a round of an unknown outcome", lambda s: Round.objects.filter(pk=s.round.pk).update(outcome="perhaps")),
    ("an assignment of an unknown state", lambda s: Assignment.objects.filter(pk=s.code.pk).update(state="lost")),
    ("an assignment of an unknown track", lambda s: Assignment.objects.filter(pk=s.code.pk).update(track="style")),
    ("a second open round", lambda s: Round.objects.create(version=s.round.version, number=9, due_at=s.round.due_at)),
    ("the same reviewer twice in a track", lambda s: _copy(s.code)),
    ("two decisions of one round", lambda s: [_decision(s), _decision(s)]),
    ("a decision without a rationale", lambda s: _decision(s, rationale="")),
    ("a sent review that recommends nothing", _sent_without_recommendation),
]


@pytest.mark.parametrize("write", [c[1] for c in CONSTRAINTS], ids=[c[0] for c in CONSTRAINTS])
def test_the_database_refuses(stage, write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write(stage)


def test_after_a_decline_the_same_person_can_be_asked_again(stage):
    first = invite(actor=stage.cast.carol, round_=stage.round, reviewer=stage.cast.dan, track="code")
    decline(actor=stage.cast.dan, assignment=first, reason="busy", note="From March on.")
    assert invite(actor=stage.cast.carol, round_=stage.round, reviewer=stage.cast.dan, track="code").pk != first.pk


def test_who_stands_in_a_track_is_not_asked_twice(stage):
    with pytest.raises(PermissionDenied, match="was asked already and has agreed"):
        invite(actor=stage.cast.carol, round_=stage.round, reviewer=stage.quentin, track="code")


def test_an_unknown_reason_or_track_is_refused(stage):
    with pytest.raises(ValidationError):
        invite(actor=stage.cast.carol, round_=stage.round, reviewer=stage.cast.dan, track="style")
    asked = invite(actor=stage.cast.carol, round_=stage.round, reviewer=stage.cast.dan, track="code")
    with pytest.raises(ValidationError):
        decline(actor=stage.cast.dan, assignment=asked, reason="mood")
