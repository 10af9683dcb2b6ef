"""A round told by its actions: from passed checks to a decision, and every way it may end."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from registry import queries as registry
from registry.actions.submit import withdraw as withdraw_version
from registry.ledger.machine import IllegalMoveError, StaleError
from registry.ledger.models import Event
from reviews import queries
from reviews.actions.assignments import agree, decline, invite, withdraw
from reviews.actions.decide import decide
from reviews.actions.reports import report, save_draft
from reviews.actions.silence import expire_unanswered
from reviews.handlers import begin_review
from reviews.lifecycle import INVITATION_TIME
from reviews.models import Assignment, Review, Round
from tests.factories.people import PersonFactory, cast
from tests.factories.reviews import checked, submitted, written

transactional = pytest.mark.django_db(transaction=True)


def states(stage):
    version = registry.version(stage.round.version_id)
    return Round.objects.get(pk=stage.round.pk).state, version.state


@transactional
def test_passing_the_checks_opens_a_round_by_itself():
    people = cast()
    version = checked(submitted("muse-gto", people.alice))
    round_ = Round.objects.get(version=version)
    assert (round_.number, round_.state, round_.version.state) == (1, "open", "in_review")


@transactional
def test_the_next_version_of_a_product_is_the_next_round():
    people = cast()
    checked(submitted("muse-gto", people.alice))
    version = checked(submitted("muse-gto", people.alice, label="1.0.1"))
    assert Round.objects.get(version=version).number == 2


def test_a_round_ends_with_an_accepted_version(stage):
    stage.report()
    decision = decide(actor=stage.cast.carol, round_=stage.round, outcome="accept", rationale="Both tracks agree.")
    assert states(stage) == ("decided", "accepted")
    assert (decision.outcome, decision.editor) == ("accept", stage.cast.carol)
    assert Round.objects.get(pk=stage.round.pk).outcome == "accept"


@pytest.mark.parametrize(("outcome", "state"), [("minor", "revise"), ("major", "revise"), ("reject", "rejected")])
def test_a_round_ends_the_other_ways(stage, outcome, state):
    stage.report(recommendation="major")
    decide(actor=stage.cast.carol, round_=stage.round, outcome=outcome, rationale="Reviewer 1 shows why.")
    assert states(stage) == ("decided", state)


UNREAD = [((), "code, science case"), (("code",), "science case"), (("science",), "code")]


@pytest.mark.parametrize(("sent", "named"), UNREAD)
def test_a_decision_needs_a_report_in_each_track(stage, sent, named):
    if sent:
        stage.report(*sent)
    with pytest.raises(PermissionDenied, match=f"none yet: {named}\\."):
        decide(actor=stage.cast.carol, round_=stage.round, outcome="reject", rationale="No.")
    assert states(stage) == ("reviewing", "in_review")


WRONG = [
    ({"outcome": "perhaps", "rationale": "Why."}, {"outcome"}),
    ({"outcome": "accept", "rationale": "  "}, {"rationale"}),
    ({"outcome": "accept", "rationale": "Thanks to Quentin  Ray VEILED."}, {"rationale"}),
    ({"outcome": "accept", "rationale": "Ask ruth-secret@example.org."}, {"rationale"}),
    ({"outcome": "", "rationale": ""}, {"outcome", "rationale"}),
]


@pytest.mark.parametrize(("given", "fields"), WRONG)
def test_a_decision_says_what_is_missing_and_changes_nothing(stage, given, fields):
    stage.report()
    with pytest.raises(ValidationError) as refused:
        decide(actor=stage.cast.carol, round_=stage.round, **given)
    assert set(refused.value.message_dict) == fields
    assert states(stage) == ("deciding", "in_review")


def test_a_rationale_may_name_a_reviewer_who_signed(stage):
    stage.report(signed=True)
    decide(actor=stage.cast.carol, round_=stage.round, outcome="accept", rationale="Quentin Ray Veiled is right.")
    assert states(stage) == ("decided", "accepted")


def test_who_still_owes_a_report_is_released_by_the_decision(stage):
    third = PersonFactory(username="third-one")
    late = invite(actor=stage.cast.carol, round_=stage.round, reviewer=third, track="code")
    stage.report()
    decide(actor=stage.cast.carol, round_=stage.round, outcome="accept", rationale="Enough.")
    assert Assignment.objects.get(pk=late.pk).state == "withdrawn"
    with pytest.raises(IllegalMoveError):
        agree(actor=third, assignment=Assignment.objects.get(pk=late.pk))


def test_the_second_decision_is_refused(stage):
    stage.report()
    stale = Round.objects.get(pk=stage.round.pk)
    decide(actor=stage.cast.carol, round_=stage.round, outcome="accept", rationale="Yes.")
    with pytest.raises(StaleError):
        decide(actor=stage.erin, round_=stale, outcome="reject", rationale="No.")
    assert states(stage) == ("decided", "accepted")


def test_a_withdrawn_version_cancels_its_round(stage, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_version(actor=stage.cast.alice, version=registry.version(stage.round.version_id), reason="A mistake.")
    assert states(stage) == ("cancelled", "withdrawn")
    assert set(Assignment.objects.values_list("state", flat=True)) == {"withdrawn"}


def _asked(stage):
    return invite(actor=stage.cast.carol, round_=stage.round, reviewer=stage.cast.dan, track="code")


def _agreed(stage):
    asked = _asked(stage)
    agree(actor=stage.cast.dan, assignment=asked)
    return asked


def _silent(stage):
    asked = _asked(stage)
    Assignment.objects.filter(pk=asked.pk).update(invited_at=asked.invited_at - INVITATION_TIME - timedelta(hours=1))
    assert expire_unanswered() == 1
    return asked


READING = [
    ("invited", _asked, True),
    ("declined", lambda s: decline(actor=s.cast.dan, assignment=_asked(s), reason="busy"), False),
    ("silent", _silent, False),
    ("taken back", lambda s: withdraw(actor=s.cast.carol, assignment=_asked(s)), False),
    ("stepped down", lambda s: withdraw(actor=s.cast.dan, assignment=_agreed(s)), False),
]


@pytest.mark.parametrize(("act", "reads"), [r[1:] for r in READING], ids=[r[0] for r in READING])
def test_a_reviewer_reads_the_version_as_long_as_it_is_asked_of_them(stage, act, reads):
    act(stage)
    version = stage.round.version
    assert type(version).objects.readable_by(stage.cast.dan).filter(pk=version.pk).exists() is reads
    assert bool(queries.round_(stage.cast.dan, stage.round.pk)) is reads


def test_an_invitation_that_nobody_answers_ends_once_and_may_be_asked_again(stage):
    asked = _silent(stage)
    assert expire_unanswered() == 0
    assert Assignment.objects.get(pk=asked.pk).state == "expired"
    with pytest.raises(IllegalMoveError):
        agree(actor=stage.cast.dan, assignment=Assignment.objects.get(pk=asked.pk))
    assert _asked(stage).state == "invited"


def test_who_agreed_or_has_time_left_is_let_be(stage):
    asked = _asked(stage)
    Assignment.objects.filter(pk=stage.code.pk).update(invited_at=asked.invited_at - 2 * INVITATION_TIME)
    assert expire_unanswered() == 0
    assert set(Assignment.objects.values_list("state", flat=True)) == {"invited", "agreed"}


def test_who_stands_in_two_tracks_reads_on_after_leaving_one(stage):
    other = invite(actor=stage.cast.carol, round_=stage.round, reviewer=stage.quentin, track="science")
    withdraw(actor=stage.cast.carol, assignment=other)
    assert queries.round_(stage.quentin, stage.round.pk)


def test_after_a_rejection_reviewers_keep_their_own_report_only(stage):
    stage.report()
    decide(actor=stage.cast.carol, round_=stage.round, outcome="reject", rationale="No.")
    version = stage.round.version
    assert not type(version).objects.readable_by(stage.quentin).filter(pk=version.pk).exists()
    assert Review.objects.visible_to(stage.quentin).filter(assignment=stage.code).exists()


MISSING = [
    ("everything", {"answers": {}, "text": "", "recommendation": ""}, {"text", "recommendation", "install", "cost"}),
    ("a sentence for a no", {"answers": "no"}, {"tests"}),
    ("a known recommendation", {"recommendation": "maybe"}, {"recommendation"}),
    ("words to the authors", {"text": " \n"}, {"text"}),
    ("anonymity of the text", {"text": "I am https://orcid.org/0000-0002-0820-667X"}, {"signed"}),
]


@pytest.mark.parametrize(("changes", "fields"), [m[1:] for m in MISSING], ids=[m[0] for m in MISSING])
def test_a_report_is_not_sent_without(stage, changes, fields):
    given = written("code")
    if changes.get("answers") == "no":
        changes = {"answers": dict(given.answers) | {"tests": {"answer": "no", "note": " "}}}
    with pytest.raises(ValidationError) as refused:
        report(actor=stage.quentin, assignment=stage.code, written=written("code", **changes))
    assert fields <= set(refused.value.message_dict)
    assert Assignment.objects.get(pk=stage.code.pk).state == "agreed"


def test_a_sent_report_does_not_change(stage):
    stage.report("code")
    with pytest.raises(IllegalMoveError):
        save_draft(actor=stage.quentin, assignment=Assignment.objects.get(pk=stage.code.pk), written=written("code"))
    stale = Assignment.objects.get(pk=stage.code.pk)
    stale.state = "agreed"
    with pytest.raises(StaleError, match="was sent and does not change"):
        save_draft(actor=stage.quentin, assignment=stale, written=written("code", text="Other."))
    assert Review.objects.get(assignment=stage.code).text == "The code is clear."


def test_a_draft_keeps_what_is_there_and_nothing_foreign(stage):
    answers = {"tests": {"answer": "perhaps", "note": "half", "evil": "x"}, "unknown": {"answer": "yes"}}
    review = save_draft(
        actor=stage.quentin, assignment=stage.code, written=written("code", answers=answers, recommendation="")
    )
    assert review.answers["tests"] == {"answer": "", "note": "half"}
    assert "unknown" not in review.answers
    assert review.submitted_at is None


def test_news_of_passed_checks_that_come_too_late_open_nothing(stage):
    event = Event.objects.filter(kind="version.pass", subject_id=stage.round.version_id).get()
    begin_review(event)
    assert Round.objects.count() == 1
