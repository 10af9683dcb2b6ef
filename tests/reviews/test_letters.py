"""Each step is told by mail, once, to whom it concerns, in plain text and HTML; nothing in it is a secret or a name."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from registry.actions.letters import ATTEMPTS, send_letters, write
from registry.ledger.models import Event
from registry.models import Letter, Person
from registry.rounds import WORK
from reviews import letters
from reviews.actions import appeals
from reviews.actions.assignments import agree, decline, invite
from reviews.actions.decide import decide
from reviews.actions.editors import set_modes
from reviews.actions.rounds import open_round
from reviews.models import Assignment
from tests.factories.people import PersonFactory
from tests.factories.reviews import checked, submitted
from tests.reviews.test_leaks import marks


@pytest.fixture
def post(django_capture_on_commit_callbacks):
    """Do something, and open the letters it led to: (to, subject)."""

    def do(deed):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            deed()
        send_letters()
        return sorted((message.to[0].split("@")[0], message.subject) for message in mail.outbox)

    return do


@pytest.fixture
def quiet(stage):
    """What led to the stage is not told here."""
    Letter.objects.all().delete()
    return stage


def whole(message):
    return f"{message.message()}\n{message.body}\n{message.alternatives[0].content}"


def test_an_invitation_is_mailed_with_its_page_and_no_secret(quiet, post):
    reviewer = PersonFactory(username="newcomer")
    found = post(lambda: invite(actor=quiet.cast.carol, round_=quiet.round, reviewer=reviewer, track="code"))
    assert found == [("newcomer", f"Will you review {quiet.round.version}?")]
    message = mail.outbox[0]
    assert f"/reviews/{quiet.round.pk}/" in message.body
    assert "would be due on" in message.body
    assert message.alternatives[0].mimetype == "text/html"
    assert "token" not in message.body
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_editors_learn_of_a_decline_and_reviewers_and_authors_of_the_decision(quiet, post):
    asked = invite(actor=quiet.cast.carol, round_=quiet.round, reviewer=quiet.cast.dan, track="code")
    Letter.objects.all().delete()
    found = post(lambda: decline(actor=quiet.cast.dan, assignment=asked, reason="busy"))
    assert {to for to, _ in found} == {"carol", "erin"}
    quiet.report()
    Letter.objects.all().delete()
    found = post(
        lambda: decide(actor=quiet.cast.carol, round_=quiet.round, outcome="minor", rationale="A little more.")
    )
    assert {to for to, _ in found} == {"alice", "quentin-hidden", "ruth-secret"}
    assert all("minor changes are asked for" in message.body for message in mail.outbox)


def test_no_letter_to_an_author_or_a_blind_reviewer_names_whom_they_must_not_know(
    stage, django_capture_on_commit_callbacks
):
    by = stage.cast.alice
    version = checked(submitted("muse-gto", by, name="veiled-product", authors=(by,)))
    round_ = open_round(version_id=version.pk)
    set_modes(actor=stage.cast.carol, round_=round_, mode="single-blind", science_mode="double-blind")
    sybil = PersonFactory(name="Sybil Sees Nothing", username="sybil-sees")
    with django_capture_on_commit_callbacks(execute=True):
        asked = invite(actor=stage.cast.carol, round_=round_, reviewer=sybil, track="science")
        agree(actor=sybil, assignment=asked)
        Assignment.objects.filter(pk=asked.pk).update(due_at=timezone.now() - timedelta(days=8))
    with django_capture_on_commit_callbacks(execute=True):
        for work in WORK:
            work()
    send_letters()
    hers = [whole(m) for m in mail.outbox if m.to == [sybil.email]]
    assert len(hers) == 2
    authors = (*marks(by), "muse-gto", "veiled-product", version.url)
    assert not [mark for mark in authors for text in hers if mark in text]
    theirs = [whole(m) for m in mail.outbox if m.to == [by.email]]
    assert not [mark for mark in marks(sybil) for text in theirs if mark in text]


def test_a_reminder_goes_to_whom_its_step_names(quiet, post):
    Assignment.objects.filter(pk=quiet.code.pk).update(due_at=timezone.now() - timedelta(days=8))
    found = post(lambda: [work() for work in WORK])
    assert {to for to, subject in found if subject.startswith("Reminder")} == {"quentin-hidden", "carol", "erin"}
    assert any("The review is a week late." in message.body for message in mail.outbox)


def test_an_appeal_goes_to_other_editors_and_its_ruling_to_who_filed_it(quiet, post):
    quiet.report()
    decision = decide(actor=quiet.cast.carol, round_=quiet.round, outcome="reject", rationale="No.")
    Letter.objects.all().delete()
    filed = []
    found = post(lambda: filed.append(appeals.appeal(actor=quiet.cast.alice, decision=decision, text="Look.")))
    assert {to for to, _ in found} == {"carol", "erin"}
    found = post(lambda: appeals.dismiss(actor=quiet.erin, appeal=filed[0], rationale="No."))
    assert {to for to, _ in found} == {"alice"}


def test_the_same_event_told_twice_is_one_letter(quiet, post):
    post(lambda: invite(actor=quiet.cast.carol, round_=quiet.round, reviewer=quiet.cast.dan, track="code"))
    event = Event.objects.get(kind="assignment.invite", subject_id=Assignment.objects.get(reviewer=quiet.cast.dan).pk)
    before = Letter.objects.count()
    letters.tell(event)
    assert Letter.objects.count() == before
    assert send_letters() == 0


def _event():
    return Event.objects.order_by("pk").last()


def test_who_wants_one_a_day_gets_one_and_who_wants_none_none(quiet):
    Person.objects.filter(pk=quiet.quentin.pk).update(letters_wanted="daily")
    Person.objects.filter(pk=quiet.ruth.pk).update(letters_wanted="none")
    quiet.quentin.refresh_from_db()
    quiet.ruth.refresh_from_db()
    first, second = Event.objects.order_by("-pk")[:2]
    for event in (first, second):
        write(event=event, person=quiet.quentin, subject="S", text="T", path="/desk/")
        assert write(event=event, person=quiet.ruth, subject="S", text="T", path="/desk/") is None
    assert send_letters() == 0
    Letter.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert send_letters() == 1
    assert mail.outbox[-1].subject == "2 things at Pharos: S"
    assert not Letter.objects.filter(sent_at=None).exists()


def test_a_server_that_is_away_is_tried_again_and_given_up_in_the_end(quiet, monkeypatch):
    def away(self, messages):
        raise ConnectionRefusedError

    write(event=_event(), person=quiet.quentin, subject="S", text="T", path="/desk/")
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
    for _ in range(ATTEMPTS + 3):
        assert send_letters() == 0
    assert Letter.objects.get().attempts == ATTEMPTS
    monkeypatch.undo()
    Letter.objects.update(attempts=0)
    assert send_letters() == 1


def test_a_subject_is_one_line_whatever_it_says(quiet):
    write(event=_event(), person=quiet.quentin, subject="Hello\r\nBcc: all@example.org", text="T", path="/desk/")
    assert send_letters() == 1
    assert "\n" not in mail.outbox[-1].subject
    assert mail.outbox[-1].message()["Bcc"] is None


def test_whoever_follows_a_letter_without_being_signed_in_is_asked_to(quiet, client):
    answer = client.get(f"/reviews/{quiet.round.pk}/")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"?next=/reviews/{quiet.round.pk}/")
    unknown = client.get("/reviews/00000000-0000-4000-8000-000000000000/")
    assert unknown.status_code == 302


def test_how_mail_comes_is_chosen_on_the_account_page(quiet, client):
    client.force_login(quiet.quentin)
    assert 'value="each"' in client.get("/account/").content.decode()
    client.post("/account/mail/", {"letters_wanted": "daily"})
    assert Person.objects.get(pk=quiet.quentin.pk).letters_wanted == "daily"
    client.post("/account/mail/", {"letters_wanted": "by owl"})
    assert Person.objects.get(pk=quiet.quentin.pk).letters_wanted == "daily"
