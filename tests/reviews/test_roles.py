"""Role by door: who may, and the reason given to who may not."""

import pytest
from django.core.exceptions import PermissionDenied

from registry import queries as registry
from registry.actions.submit import withdraw
from registry.ledger.access import RULES, SYSTEM, can
from registry.ledger.machine import StaleError
from reviews.actions.assignments import decline, invite
from reviews.actions.decide import decide
from reviews.actions.editors import take
from reviews.actions.reports import save_draft
from reviews.models import Appeal, Assignment, Observer, Review, Round
from tests.factories.people import PersonFactory
from tests.factories.reviews import written

EDITOR, INVITED, REGISTRY = "Only an editor", "Only the invited reviewer", "Only the registry itself"
AUTHOR, JUDGE = "You are an author of this product", "You review this version"
YES = ""
ROLES = (
    "author", "colleague", "reviewer", "other reviewer", "editor", "other editor", "stranger", "nobody", "registry",
)  # fmt: skip
ASKED = "Somebody was asked already"
NOTHING = "No editor accepted this version ahead"
NO_PART, SECOND = "Only an author may appeal", "You handled this round"
MATRIX = {
    # door                  author    colleague reviewer  other r.  editor    other e.  stranger  nobody    registry
    "round.open":          (REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, YES),
    "round.seek":          (REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, YES),
    "round.begin":         (REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, YES),
    "round.ripen":         (REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, YES),
    "round.remind":        (REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, YES),
    "round.cancel":        (REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, YES),
    "round.take":          (EDITOR,   EDITOR,   EDITOR,   EDITOR,   YES,      YES,      EDITOR,   EDITOR,   EDITOR),
    "round.hand":          (EDITOR,   EDITOR,   EDITOR,   EDITOR,   YES,      YES,      EDITOR,   EDITOR,   EDITOR),
    "round.line_up":       (EDITOR,   EDITOR,   EDITOR,   EDITOR,   YES,      YES,      EDITOR,   EDITOR,   EDITOR),
    "round.set_modes":     (ASKED,    ASKED,    ASKED,    ASKED,    ASKED,    ASKED,    ASKED,    ASKED,    ASKED),
    "round.observe":       (EDITOR,   EDITOR,   EDITOR,   EDITOR,   YES,      YES,      EDITOR,   EDITOR,   EDITOR),
    "round.unobserve":     (EDITOR,   EDITOR,   EDITOR,   EDITOR,   YES,      YES,      YES,      EDITOR,   EDITOR),
    "round.decide":        (EDITOR,   EDITOR,   EDITOR,   EDITOR,   YES,      YES,      EDITOR,   EDITOR,   NOTHING),
    "assignment.invite":   (EDITOR,   EDITOR,   EDITOR,   EDITOR,   YES,      YES,      EDITOR,   EDITOR,   EDITOR),
    "assignment.agree":    (INVITED,  INVITED,  YES,      INVITED,  INVITED,  INVITED,  INVITED,  INVITED,  INVITED),
    "assignment.decline":  (INVITED,  INVITED,  YES,      INVITED,  INVITED,  INVITED,  INVITED,  INVITED,  INVITED),
    "assignment.report":   (INVITED,  INVITED,  YES,      INVITED,  INVITED,  INVITED,  INVITED,  INVITED,  INVITED),
    "assignment.withdraw": (EDITOR,   EDITOR,   YES,      EDITOR,   YES,      YES,      EDITOR,   EDITOR,   YES),
    "assignment.extend":   (EDITOR,   EDITOR,   EDITOR,   EDITOR,   YES,      YES,      EDITOR,   EDITOR,   EDITOR),
    "assignment.expire":   (REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, YES),
    "assignment.lapse":    (REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, YES),
    "assignment.remind":   (REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, YES),
}  # fmt: skip
APPEALS = {
    "appeal.file":         (YES,      YES,      NO_PART,  NO_PART,  NO_PART,  NO_PART,  NO_PART,  NO_PART,  NO_PART),
    "appeal.uphold":       (EDITOR,   EDITOR,   EDITOR,   EDITOR,   SECOND,   YES,      EDITOR,   EDITOR,   EDITOR),
    "appeal.dismiss":      (EDITOR,   EDITOR,   EDITOR,   EDITOR,   SECOND,   YES,      EDITOR,   EDITOR,   EDITOR),
    "appeal.remind":       (REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, REGISTRY, YES),
}  # fmt: skip


def actors(stage):
    return stage.people() | {"registry": SYSTEM}


def subject(stage, door):
    if door == "assignment.invite":
        return Assignment(round=stage.round, reviewer=stage.cast.dan, track="code", invited_by=stage.cast.carol)
    if door in {"round.observe", "round.unobserve"}:
        return Observer(round=stage.round, person=stage.cast.dan, admitted_by=stage.cast.carol)
    return stage.code if door.startswith("assignment.") else stage.round


def hold(stage, table, door, about):
    who = actors(stage)
    for role, reason in zip(ROLES, table[door], strict=True):
        verdict = can(who[role], door, about)
        assert verdict.ok is (reason == YES), (role, verdict.why)
        assert verdict.why.startswith(reason), role


@pytest.mark.parametrize("door", MATRIX)
def test_every_role_at_every_door(stage, door):
    if door != "assignment.extend":
        stage.report()
    hold(stage, MATRIX, door, subject(stage, door))


@pytest.mark.parametrize("door", APPEALS)
def test_every_role_at_every_door_of_an_appeal(stage, door):
    stage.report()
    decision = decide(actor=stage.cast.carol, round_=stage.round, outcome="reject", rationale="No.")
    hold(stage, APPEALS, door, Appeal(decision=decision, author=stage.cast.alice, text="Look again."))


def test_the_matrix_is_whole():
    assert {*MATRIX, *APPEALS} == {name for name in RULES if name.startswith(("round.", "assignment.", "appeal."))}


def test_only_who_took_a_round_handles_it_and_the_others_read_who_does(stage):
    stage.report()
    take(actor=stage.erin, round_=stage.round)
    for door in ("round.decide", "assignment.invite", "round.line_up", "round.hand"):
        assert can(stage.erin, door, stage.round)
        assert (
            can(stage.cast.carol, door, stage.round).why == "Erin handles this round. Take it over first, if you must."
        )
    take(actor=stage.cast.carol, round_=stage.round)
    assert can(stage.cast.carol, "round.decide", stage.round)


def editors(stage):
    """Editors who are something else as well, and why each may not decide."""
    make = lambda **more: PersonFactory(editor=True, **more)
    author = make()
    stage.round.version.authors.add(author)
    judge = make()
    invite(actor=stage.cast.carol, round_=stage.round, reviewer=judge, track="code")
    named = make(orcid="0000-0002-1694-233X")
    retired = make(is_active=False)
    return [(author, AUTHOR), (judge, JUDGE), (named, "You are named in its manifest"), (retired, EDITOR)]


def test_an_editor_with_another_part_does_not_decide(stage):
    stage.report()
    for person, reason in editors(stage):
        verdict = can(person, "round.decide", stage.round)
        assert not verdict
        assert verdict.why.startswith(reason)


def test_an_editor_who_reported_in_the_round_does_not_decide_it(stage):
    stage.report()
    type(stage.quentin).objects.filter(pk=stage.quentin.pk).update(is_editor=True)
    stage.quentin.refresh_from_db()
    assert can(stage.quentin, "round.decide", stage.round).why.startswith(JUDGE)
    assert not Round.objects.edited_by(stage.quentin).exists()


INVITED_PEOPLE = [
    ("author", "submitted this version"),
    ("colleague", "is a member of MUSE GTO consortium"),
    ("reviewer", "was asked already"),
    ("editor", "You cannot invite yourself"),
]


@pytest.mark.parametrize(("role", "reason"), INVITED_PEOPLE)
def test_who_must_not_judge_is_not_invited_and_the_editor_reads_why(stage, role, reason):
    asked = Assignment(round=stage.round, reviewer=stage.people()[role], track="code", invited_by=stage.cast.carol)
    verdict = can(stage.cast.carol, "assignment.invite", asked)
    assert not verdict
    assert reason in verdict.why


def test_a_conflict_that_came_after_the_invitation_blocks_agreeing(stage):
    asked = invite(actor=stage.cast.carol, round_=stage.round, reviewer=stage.cast.dan, track="code")
    stage.round.version.authors.add(stage.cast.dan)
    assert can(stage.cast.dan, "assignment.agree", asked).why == "You are an author of this product."


SEES = {
    # role            round   assignments  reviews before / after the decision
    "author":         (True,  0, 0, 2),
    "colleague":      (True,  0, 0, 2),
    "reviewer":       (True,  1, 1, 2),
    "other reviewer": (True,  1, 1, 2),
    "editor":         (True,  2, 2, 2),
    "other editor":   (True,  2, 2, 2),
    "stranger":       (False, 0, 0, 0),
    "nobody":         (False, 0, 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("role", SEES)
def test_what_each_role_sees(stage, role):
    round_seen, assignments, before, after = SEES[role]
    actor = stage.people()[role]
    stage.report()
    assert Round.objects.visible_to(actor).exists() is round_seen
    assert Assignment.objects.visible_to(actor).count() == assignments
    assert Review.objects.visible_to(actor).count() == before
    decide(actor=stage.cast.carol, round_=stage.round, outcome="major", rationale="More.")
    assert Review.objects.visible_to(actor).count() == after
    assert Assignment.objects.visible_to(actor).count() == assignments


def test_a_draft_is_seen_by_its_writer_only(stage):
    save_draft(actor=stage.quentin, assignment=stage.code, written=written("code"))
    seen = {role for role, person in stage.people().items() if Review.objects.visible_to(person).exists()}
    assert seen == {"reviewer"}


def test_nobody_is_invited_by_an_editor_who_still_sees_the_round_open(stage):
    old = Round.objects.select_related("version").get(pk=stage.round.pk)
    stage.report()
    decide(actor=stage.cast.carol, round_=stage.round, outcome="reject", rationale="No.")
    late = PersonFactory()
    with pytest.raises((PermissionDenied, StaleError)):
        invite(actor=stage.erin, round_=old, reviewer=late, track="code")
    assert not late.reading.exists()


def test_who_reviewed_reads_a_version_no_longer_once_it_is_withdrawn(stage, django_capture_on_commit_callbacks):
    stage.report()
    decide(actor=stage.cast.carol, round_=stage.round, outcome="major", rationale="More.")
    version = registry.version(stage.round.version_id)
    assert registry.is_readable(version, actor=stage.quentin)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(actor=stage.cast.alice, version=version)
    assert not registry.is_readable(version, actor=stage.quentin)


def test_who_declined_is_not_shown_the_decision(stage, client):
    asked = invite(actor=stage.cast.carol, round_=stage.round, reviewer=PersonFactory(), track="code")
    decline(actor=asked.reviewer, assignment=asked, reason="busy")
    stage.report()
    decide(actor=stage.cast.carol, round_=stage.round, outcome="reject", rationale="Nothing for other eyes.")
    client.force_login(asked.reviewer)
    answer = client.post(f"/reviews/{stage.round.pk}/assignments/{asked.pk}/agree/")
    assert answer.status_code in {404, 409}
    assert "Nothing for other eyes." not in answer.content.decode()
