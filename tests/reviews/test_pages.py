"""Pages by role, and what a refused form gives back."""

import pytest
from django.urls import reverse

from reviews import queries
from reviews.actions.assignments import agree, invite
from reviews.actions.decide import decide
from reviews.actions.reports import save_draft
from reviews.actions.rounds import open_round
from reviews.checklists import CHECKLISTS
from reviews.lifecycle import Track
from reviews.models import Assignment, Decision, Review, Round
from tests.factories.reviews import checked, submitted, written


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.logout()
        if person is not None:
            client.force_login(person)
        return client

    return sign_in


def round_url(stage, name="round", assignment=None):
    more = {"assignment": assignment.pk} if assignment else {}
    return reverse(f"reviews:{name}", kwargs={"pk": stage.round.pk, **more})


def posted(track, **changes):
    given = written(track)
    fields = {f"answer-{i}": a["answer"] for i, a in given.answers.items()}
    notes = {f"note-{i}": a["note"] for i, a in given.answers.items()}
    return fields | notes | {"text": given.text, "recommendation": "accept", "do": "send"} | changes


PAGES = {
    # role            while open                             after a revision was asked for
    "author":         ((200, "The round is open."),          (200, "Reviewer 1 (")),
    "colleague":      ((200, "The round is open."),          (200, "Reviewer 1 (")),
    "reviewer":       ((200, "Send review"),                 (200, "Reviewer 2 (")),
    "other reviewer": ((200, "Send review"),                 (200, "Reviewer 2 (")),
    "editor":         ((200, "Decide the round"),            (200, "Quentin Ray Veiled")),
    "other editor":   ((200, "Decide the round"),            (200, "Quentin Ray Veiled")),
    "stranger":       ((404, ""),                            (404, "")),
    "nobody":         ((302, ""),                            (302, "")),
}  # fmt: skip


@pytest.mark.parametrize("role", PAGES)
def test_each_role_gets_its_page_of_a_round(stage, as_, role):
    browser = as_(stage.people()[role])
    for moment, (status, words) in enumerate(PAGES[role]):
        if moment:
            stage.report()
            decide(actor=stage.cast.carol, round_=stage.round, outcome="major", rationale="More.")
        page = browser.get(round_url(stage))
        assert page.status_code == status
        assert words in page.content.decode()
        if status == 200:
            assert "no-store" in page["Cache-Control"]
            assert page["Referrer-Policy"] == "same-origin"


DOORS = ["invite", "decide", "agree", "decline", "withdraw", "report"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("role", ["author", "colleague", "stranger", "nobody"])
def test_whoever_has_no_part_opens_no_door(stage, as_, role, door):
    assignment = None if door in {"invite", "decide"} else stage.code
    answer = as_(stage.people()[role]).post(round_url(stage, door, assignment), posted("code"))
    expected = {"author": 403, "colleague": 403}.get(role, 404) if assignment is None else 404
    if door in {"invite", "decide"} and role in {"author", "colleague"}:
        expected = 422  # the form is empty; the page they see again is the author's
    assert answer.status_code == (302 if role == "nobody" else expected)
    assert Round.objects.get(pk=stage.round.pk).state == "reviewing"
    assert set(Assignment.objects.values_list("state", flat=True)) == {"agreed"}


def test_an_author_who_fills_in_the_editors_form_reads_why_not(stage, as_):
    stage.report()
    page = as_(stage.cast.alice).post(round_url(stage, "decide"), {"outcome": "accept", "rationale": "Mine."})
    assert page.status_code == 403
    assert "Only an editor may do this." in page.content.decode()


def test_the_workspace_shows_the_version_beside_the_questions(stage, as_):
    page = as_(stage.quentin).get(round_url(stage)).content.decode()
    for item in CHECKLISTS["code"]:
        assert item.question in page
    assert "relation holds" in page
    assert "Because the sky moves." in page
    assert "BSD-3-Clause" in page
    assert "/files/" in page
    assert "source.tar" in page
    assert "style=" not in page


def test_a_report_is_sent_from_the_page(stage, as_):
    answer = as_(stage.quentin).post(round_url(stage, "report", stage.code), posted("code", signed="on"), follow=True)
    assert answer.redirect_chain == [(round_url(stage), 302)]
    assert "Your report is with the editor" in answer.content.decode()
    assert Review.objects.get(assignment=stage.code).signed


def test_a_draft_keeps_every_value(stage, as_):
    changes = {"do": "draft", "answer-tests": "no", "note-tests": "one row only"}
    changes |= {"text": "half a th", "recommendation": "minor"}
    browser = as_(stage.quentin)
    browser.post(round_url(stage, "report", stage.code), posted("code", **changes))
    page = browser.get(round_url(stage)).content.decode()
    assert 'name="answer-tests" value="no" checked' in page
    assert "one row only</textarea>" in page
    assert "half a th</textarea>" in page
    assert 'value="minor" checked' in page
    assert "draft saved" in page


def test_a_report_that_lacks_something_says_what_and_loses_nothing(stage, as_):
    changes = {"answer-tests": "no", "note-tests": "", "text": "All typed words", "private_note": "secret words"}
    page = as_(stage.quentin).post(round_url(stage, "report", stage.code), posted("code", **changes))
    body = page.content.decode()
    assert page.status_code == 422
    assert "A no needs a sentence" in body
    assert "All typed words</textarea>" in body
    assert "secret words</textarea>" in body
    assert 'name="answer-tests" value="no" checked' in body
    assert Assignment.objects.get(pk=stage.code.pk).state == "agreed"


def test_words_typed_while_the_round_was_closed_come_back(stage, as_):
    stage.report("science")
    third = stage.cast.dan
    late = invite(actor=stage.cast.carol, round_=stage.round, reviewer=third, track="code")
    agree(actor=third, assignment=late)
    stage.report("code")
    decide(actor=stage.cast.carol, round_=stage.round, outcome="accept", rationale="Enough.")
    page = as_(third).post(round_url(stage, "report", late), posted("code", text="Words of an hour"))
    assert page.status_code == 409
    assert "Words of an hour" in page.content.decode()


def test_an_editor_invites_from_the_page_and_reads_conflicts(stage, as_):
    browser = as_(stage.cast.carol)
    refused = browser.post(round_url(stage, "invite"), {"handle": "amy", "track": "science"})
    assert refused.status_code == 403
    assert "Amy is a member of MUSE GTO consortium, which owns the product." in refused.content.decode()
    assert 'value="amy"' in refused.content.decode()
    unknown = browser.post(round_url(stage, "invite"), {"handle": "nobody-here", "track": "science"})
    assert (unknown.status_code, "Nobody has this handle" in unknown.content.decode()) == (422, True)
    assert browser.post(round_url(stage, "invite"), {"handle": "dan", "track": "science"}).status_code == 302
    assert Assignment.objects.get(reviewer=stage.cast.dan).track == "science"


def test_an_invitation_is_answered_from_the_page(stage, as_):
    asked = invite(actor=stage.cast.carol, round_=stage.round, reviewer=stage.cast.dan, track="code")
    browser = as_(stage.cast.dan)
    assert "Will you review" in browser.get(round_url(stage)).content.decode()
    empty = browser.post(round_url(stage, "decline", asked), {"note": "kept words"})
    assert (empty.status_code, "kept words" in empty.content.decode()) == (422, True)
    declined = browser.post(round_url(stage, "decline", asked), {"reason": "busy", "note": ""})
    assert declined.url == reverse("reviews:desk")
    assert browser.get(round_url(stage)).status_code == 404


def test_an_editor_decides_from_the_page(stage, as_):
    browser = as_(stage.cast.carol)
    early = browser.post(round_url(stage, "decide"), {"outcome": "accept", "rationale": "Kept rationale."})
    assert early.status_code == 403
    assert "none yet: code, science case." in early.content.decode()
    assert "Kept rationale." in early.content.decode()
    stage.report()
    assert browser.post(round_url(stage, "decide"), {"outcome": "accept", "rationale": "Good."}).status_code == 302
    assert Decision.objects.get().rationale == "Good."
    again = as_(stage.erin).post(round_url(stage, "decide"), {"outcome": "reject", "rationale": "Late."})
    assert (again.status_code, "Nothing was changed" in again.content.decode()) == (409, True)


def test_a_reviewer_of_both_tracks_chooses_by_track(stage, as_):
    second = invite(actor=stage.cast.carol, round_=stage.round, reviewer=stage.quentin, track="science")
    browser = as_(stage.quentin)
    assert "Will you review" in browser.get(round_url(stage) + "?track=science").content.decode()
    assert "Send review" in browser.get(round_url(stage) + "?track=code").content.decode()
    assert second.track == Track.SCIENCE


DESKS = {
    "author": "In progress",
    "reviewer": "Review the code of muse-gto/pixel-table@1.0.0",
    "editor": "In progress",
    "stranger": "Nothing waits for you",
}


@pytest.mark.parametrize("role", DESKS)
def test_the_desk_says_what_waits(stage, as_, role):
    page = as_(stage.people()[role]).get(reverse("reviews:desk"))
    assert page.status_code == 200
    assert DESKS[role] in page.content.decode()


def test_the_desk_follows_the_round(stage, as_):
    def todo(person):
        return [t.what for t in queries.desk(person).todo]

    asked = invite(actor=stage.cast.carol, round_=stage.round, reviewer=stage.cast.dan, track="code")
    assert todo(stage.cast.dan) == ["Will you review muse-gto/pixel-table@1.0.0?"]
    assert asked.state == "invited"
    save_draft(actor=stage.ruth, assignment=stage.science, written=written("science"))
    assert todo(stage.ruth) == ["Review the science case of muse-gto/pixel-table@1.0.0"]
    stage.report()
    assert todo(stage.ruth) == []
    assert todo(stage.cast.carol) == ["Decide on muse-gto/pixel-table@1.0.0"]
    decide(actor=stage.cast.carol, round_=stage.round, outcome="major", rationale="More.")
    assert todo(stage.cast.carol) == []
    assert todo(stage.cast.alice) == ["Revise muse-gto/pixel-table@1.0.0"]
    submitted("muse-gto", stage.cast.alice, label="1.0.1")
    assert todo(stage.cast.alice) == []


def test_a_new_round_asks_the_editor_for_reviewers(stage):
    version = checked(submitted("muse-gto", stage.cast.alice, name="second-table"))
    open_round(version_id=version.pk)
    (todo,) = queries.desk(stage.cast.carol).todo
    assert todo.why == "Nobody is asked for the code and the science case yet."


def test_the_desk_asks_who_is_there(client, db):
    assert client.get(reverse("reviews:desk")).status_code == 302
