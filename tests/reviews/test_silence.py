"""Who declines, falls silent or does not report is replaced; reminders come once each and stop by themselves."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from registry.ledger.models import Event
from registry.rounds import WORK
from reviews.actions.assignments import agree, decline, extend, invite
from reviews.actions.decide import decide
from reviews.actions.editors import line_up
from reviews.actions.remind import remind
from reviews.lifecycle import APPEAL_TIME, EXTENSION, INVITATION_TIME, PATIENCE, REVIEW_TIME
from reviews.models import Alternate, Appeal, Assignment, Decision, Round
from tests.factories.people import PersonFactory


@pytest.fixture
def rounds(django_capture_on_commit_callbacks):
    """What beat does, and the news it makes delivered."""

    def go():
        with django_capture_on_commit_callbacks(execute=True):
            return [work() for work in WORK]

    return go


def steps():
    return [e.facts["step"] for e in Event.objects.filter(kind__endswith=".remind").order_by("pk")]


def ago(row, field, past):
    type(row).objects.filter(pk=row.pk).update(**{field: timezone.now() - past})


def states(round_, track):
    return sorted(Assignment.objects.filter(round=round_, track=track).values_list("state", flat=True))


def lined_up(stage, *more):
    people = [PersonFactory(), PersonFactory(), *more]
    line_up(actor=stage.cast.carol, round_=stage.round, track="code", reviewers=people)
    return people


def _declines(stage):
    asked = invite(actor=stage.cast.carol, round_=stage.round, reviewer=PersonFactory(), track="code")
    decline(actor=asked.reviewer, assignment=asked, reason="busy")


def _does_not_answer(stage):
    asked = invite(actor=stage.cast.carol, round_=stage.round, reviewer=PersonFactory(), track="code")
    ago(asked, "invited_at", INVITATION_TIME + timedelta(hours=1))


def _does_not_report(stage):
    ago(stage.code, "due_at", PATIENCE + timedelta(hours=1))


@pytest.mark.parametrize("goes", [_declines, _does_not_answer, _does_not_report])
def test_the_next_in_line_is_asked_in_the_name_of_the_editor(stage, rounds, django_capture_on_commit_callbacks, goes):
    first, second = lined_up(stage)
    with django_capture_on_commit_callbacks(execute=True):
        goes(stage)
    rounds()
    asked = Assignment.objects.get(reviewer=first)
    assert (asked.state, asked.track, asked.invited_by) == ("invited", "code", stage.cast.carol)
    assert not Assignment.objects.filter(reviewer=second).exists()
    assert [a.reviewer for a in Alternate.objects.filter(round=stage.round)] == [second]


def test_who_may_not_be_asked_any_more_leaves_the_line(stage, rounds):
    first, second = lined_up(stage)
    stage.round.version.authors.add(first)
    _does_not_report(stage)
    rounds()
    assert not Assignment.objects.filter(reviewer=first).exists()
    assert Assignment.objects.get(reviewer=second).state == "invited"
    assert not Alternate.objects.exists()


def test_nobody_is_put_in_line_who_must_not_judge(stage):
    with pytest.raises(PermissionDenied, match="submitted this version"):
        lined_up(stage, stage.cast.alice)
    assert not Alternate.objects.exists()
    twice = PersonFactory()
    with pytest.raises(ValidationError, match="twice"):
        line_up(actor=stage.cast.carol, round_=stage.round, track="code", reviewers=[twice, twice])


def test_a_round_seeks_again_when_its_only_reviewer_of_a_track_lapses(stage, rounds):
    assert Round.objects.get(pk=stage.round.pk).state == "reviewing"
    _does_not_report(stage)
    rounds()
    assert states(stage.round, "code") == ["expired"]
    assert Round.objects.get(pk=stage.round.pk).state == "inviting"
    assert not stage.quentin.reading.exists()


LATE = [
    (timedelta(days=-8), []),
    (timedelta(days=-6), ["review-due-soon"]),
    (timedelta(hours=1), ["review-due"]),
    (timedelta(days=8), ["review-late"]),
    (timedelta(days=15), ["review-very-late"]),
]


@pytest.mark.parametrize(("late", "expected"), LATE)
def test_a_reviewer_is_reminded_once_of_the_latest_step_only(stage, late, expected):
    ago(stage.code, "due_at", late)
    ago(stage.science, "due_at", timedelta(days=-20))
    remind()
    remind()
    assert steps() == expected


def test_reminders_stop_with_the_report_and_begin_anew_with_an_extension(stage):
    ago(stage.code, "due_at", timedelta(days=8))
    ago(stage.science, "due_at", timedelta(days=8))
    stage.report("science")
    stage.code.refresh_from_db()
    extend(actor=stage.cast.carol, assignment=stage.code, due_at=timezone.now() + timedelta(days=5))
    remind()
    assert steps() == ["review-due-soon"]


def test_more_time_has_a_bound_and_needs_a_review_under_way(stage):
    far = stage.code.invited_at + REVIEW_TIME + EXTENSION + timedelta(minutes=1)
    with pytest.raises(ValidationError, match="until"):
        extend(actor=stage.cast.carol, assignment=stage.code, due_at=far)
    with pytest.raises(ValidationError):
        extend(actor=stage.cast.carol, assignment=stage.code, due_at=stage.code.due_at)
    stage.report("code")
    stage.code.refresh_from_db()
    with pytest.raises(PermissionDenied, match="reported"):
        extend(actor=stage.cast.carol, assignment=stage.code, due_at=far - timedelta(days=1))


def test_a_round_nobody_attends_a_decision_nobody_takes_a_revision_nobody_sends(stage):
    Assignment.objects.all().update(due_at=timezone.now() + timedelta(days=20))
    remind()
    assert steps() == []
    stage.report()
    stage.round.refresh_from_db()
    assert stage.round.state == "deciding"
    ago(stage.round, "ripe_at", timedelta(days=15))
    remind()
    assert steps() == ["decision-late"]
    decide(actor=stage.cast.carol, round_=stage.round, outcome="minor", rationale="A little more.")
    ago(Decision.objects.get(), "decided_at", timedelta(days=57))
    remind()
    remind()
    assert steps() == ["decision-late", "revision-very-quiet"]


def test_an_open_round_without_anybody_asks_its_editor_then_all(stage):
    Assignment.objects.all().delete()
    Round.objects.filter(pk=stage.round.pk).update(state="open", opened_at=timezone.now() - timedelta(days=4))
    remind()
    Round.objects.filter(pk=stage.round.pk).update(opened_at=timezone.now() - timedelta(days=11))
    remind()
    assert steps() == ["round-unattended", "round-unattended-long"]


def test_an_appeal_waits_for_a_ruling(stage):
    stage.report()
    decision = decide(actor=stage.cast.carol, round_=stage.round, outcome="reject", rationale="No.")
    due = timezone.now() - timedelta(days=1)
    Appeal.objects.create(decision=decision, author=stage.cast.alice, text="Look again.", due_at=due)
    assert remind() == 1
    assert steps() == ["appeal-due"]
    assert timedelta(days=30) == APPEAL_TIME


def test_who_agrees_ends_the_reminders_of_the_invitation(stage):
    asked = invite(actor=stage.cast.carol, round_=stage.round, reviewer=PersonFactory(), track="code")
    ago(asked, "invited_at", timedelta(days=5))
    asked.refresh_from_db()
    agree(actor=asked.reviewer, assignment=asked)
    assert remind() == 0
