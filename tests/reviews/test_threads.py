"""Comments on places of a version: drafts that go with the report, answers, suggestions, and who reads them when."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from registry.ledger.access import can
from registry.ledger.machine import IllegalMoveError, StaleError
from reviews.actions import threads
from reviews.actions.assignments import agree, invite
from reviews.actions.decide import decide
from reviews.actions.reports import report
from reviews.anchors import Anchor, nearest, paragraphs
from reviews.models import Comment, Round, Thread
from reviews.talk import talks
from tests.factories.registry import SOURCE
from tests.factories.reviews import checked, submitted, written

LINE = Anchor("line", "pixtable/shift.py", 1)


def speak(stage, who=None, anchor=LINE, **more):
    return threads.open_thread(
        actor=who or stage.quentin, round_=stage.round, anchor=anchor, **{"text": "Why 20.5?", **more}
    )


def seen_by(stage):
    return {role for role, person in stage.people().items() if Thread.objects.visible_to(person).exists()}


def test_a_draft_goes_with_the_report_and_is_read_by_authors_after_the_decision(stage):
    thread = speak(stage)
    assert seen_by(stage) == {"reviewer"}
    stage.report("code")
    assert seen_by(stage) == {"reviewer", "editor", "other editor"}
    stage.report("science")
    decide(actor=stage.cast.carol, round_=stage.round, outcome="minor", rationale="Mend.")
    assert seen_by(stage) == {"author", "colleague", "reviewer", "other reviewer", "editor", "other editor"}
    said = talks(stage.cast.alice, stage.round)[0].said[0]
    assert said.by.startswith("Reviewer ")
    assert "Quentin" not in str(talks(stage.cast.alice, stage.round))
    assert Thread.objects.get().excerpt == "STEP = 20.5"
    assert str(thread) == "a comment on pixtable/shift.py, line 1"


def test_an_editors_words_are_read_at_once_by_all_of_the_round(stage):
    speak(stage, stage.cast.carol)
    assert seen_by(stage) == {"author", "colleague", "reviewer", "other reviewer", "editor", "other editor"}
    assert talks(stage.cast.alice, stage.round)[0].said[0].by == "Carol, editor"


def test_authors_answer_and_accept_and_the_reviewer_resolves(stage):
    speak(stage, suggestion="STEP = 20.5  # pixels, see SCIENCE.md")
    stage.report()
    decide(actor=stage.cast.carol, round_=stage.round, outcome="minor", rationale="Mend.")
    thread, comment = Thread.objects.get(), Comment.objects.get()
    threads.reply(actor=stage.cast.alice, thread=thread, text="It is the offset of the field.")
    threads.accept(actor=stage.cast.alice, comment=comment)
    with pytest.raises(PermissionDenied, match="accepted before"):
        threads.accept(actor=stage.cast.alice, comment=comment)
    with pytest.raises(PermissionDenied, match="Only who opened it"):
        threads.resolve(actor=stage.cast.alice, thread=thread)
    threads.resolve(actor=stage.quentin, thread=thread)
    with pytest.raises(IllegalMoveError):
        threads.resolve(actor=stage.quentin, thread=thread)
    threads.reopen(actor=stage.cast.carol, thread=thread)
    told = talks(stage.quentin, stage.round)[0]
    assert [said.by for said in told.said] == ["you", "Alice, author"]
    assert told.said[0].is_accepted


def test_of_two_authors_who_accept_the_second_is_told(stage):
    speak(stage, suggestion="x")
    stage.report()
    decide(actor=stage.cast.carol, round_=stage.round, outcome="minor", rationale="Mend.")
    stale = Comment.objects.get()
    threads.accept(actor=stage.cast.alice, comment=Comment.objects.get())
    with pytest.raises(StaleError):
        threads.accept(actor=stage.cast.amy, comment=stale)


PLACES = {
    "a line that is not there": Anchor("line", "pixtable/shift.py", 99),
    "no line": Anchor("line", "pixtable/shift.py"),
    "no such file": Anchor("file", "nothing.py"),
    "outside": Anchor("file", "../etc/passwd"),
    "no such finding": Anchor("finding", "NOTHING"),
    "no such comparison": Anchor("comparison", "nothing"),
    "no such paragraph": Anchor("paragraph", "science case", 99),
    "no such kind": Anchor("mood", "x"),
}


@pytest.mark.parametrize("case", PLACES)
def test_only_places_that_exist_are_spoken_about(stage, case):
    with pytest.raises(ValidationError, match="no such place"):
        speak(stage, anchor=PLACES[case])
    assert not Thread.objects.exists()


def test_files_comparisons_and_paragraphs_are_places(stage):
    type(stage.round.version).objects.filter(pk=stage.round.version_id).update(science_case="One.\n\nTwo.\n")
    stage.round.version.refresh_from_db()
    for anchor in (
        Anchor("file", "README.md"),
        Anchor("comparison", "reproduces"),
        Anchor("paragraph", "science case", 2),
    ):
        speak(stage, anchor=anchor)
    assert [t.excerpt for t in Thread.objects.order_by("opened_at")] == ["", "agrees", "Two."]
    assert paragraphs("a\r\n\r\nb") == ["a", "b"]


WRONG = [({"text": "  "}, "text"), ({"weight": "heavy"}, "weight")]


@pytest.mark.parametrize(("given", "field"), WRONG)
def test_a_comment_says_something(stage, given, field):
    with pytest.raises(ValidationError) as refused:
        speak(stage, **given)
    assert set(refused.value.message_dict) == {field}


def test_a_suggestion_stands_on_a_line(stage):
    with pytest.raises(ValidationError, match="in place of a line"):
        speak(stage, anchor=Anchor("file", "README.md"), suggestion="x")


def test_who_names_themselves_in_a_comment_does_not_send_it_unsigned(stage):
    speak(stage, text="As I, Quentin Ray Veiled, wrote")
    with pytest.raises(ValidationError, match="names you"):
        report(actor=stage.quentin, assignment=stage.code, written=written("code"))
    assert report(actor=stage.quentin, assignment=stage.code, written=written("code", signed=True)).submitted_at
    with pytest.raises(PermissionDenied, match="Your report is sent"):
        speak(stage)


SPEAKERS = {
    "author": False, "colleague": False, "reviewer": True, "other reviewer": True, "editor": True,
    "other editor": True, "stranger": False, "nobody": False,
}  # fmt: skip


@pytest.mark.parametrize("role", SPEAKERS)
def test_who_opens_a_thread(stage, role):
    assert bool(can(stage.people()[role], "thread.open", stage.round)) is SPEAKERS[role]


def test_a_draft_is_taken_back_by_who_wrote_it_only_and_what_was_sent_stays(stage):
    speak(stage)
    comment = Comment.objects.get()
    assert not can(stage.ruth, "thread.discard", comment)
    threads.discard(actor=stage.quentin, comment=comment)
    assert not Thread.objects.exists()
    speak(stage)
    stage.report("code")
    assert can(stage.quentin, "thread.discard", Comment.objects.get()).why == "What was sent stays."


def page(stage, query=""):
    return reverse("reviews:round", args=[stage.round.pk]) + query


def test_the_code_is_read_in_the_workspace_and_commented_on_a_line(stage, client):
    client.force_login(stage.quentin)
    shown = client.get(page(stage, "?file=pixtable/shift.py&at=1")).content.decode()
    assert 'id="L1"' in shown
    assert "Comment on line 1" in shown
    given = {"place": "line", "path": "pixtable/shift.py", "line": "1", "text": "Why?", "weight": "blocking"}
    answer = client.post(reverse("reviews:thread", args=[stage.round.pk]), given)
    assert answer.headers["Location"].endswith("?file=pixtable%2Fshift.py#L1")
    shown = client.get(page(stage, "?file=pixtable/shift.py")).content.decode()
    assert "draft, only you see it" in shown
    refused = client.post(
        reverse("reviews:thread", args=[stage.round.pk]), given | {"line": "7", "text": "All I typed"}
    )
    assert refused.status_code == 422
    assert "no such place" in refused.content.decode()


def test_hostile_code_is_shown_as_text(stage, client):
    evil = {
        **SOURCE,
        "a.py": b'x = "<script>alert(1)</script>"\x1b[31m # \xe2\x80\xae\n',
        "b.bin": b"\0\1",
        "<b>.py": b"1\n",
    }
    by = stage.cast.alice
    version = checked(submitted("muse-gto", by, name="second", authors=(by,)), source=evil)
    from reviews.actions.rounds import open_round  # noqa: PLC0415 - the second product of this test only

    round_ = Round.objects.filter(version=version).first() or open_round(version_id=version.pk)
    client.force_login(stage.cast.carol)
    for name in ("a.py", "b.bin", "%3Cb%3E.py", "nothing"):
        answer = client.get(reverse("reviews:round", args=[round_.pk]) + f"?file={name}")
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "<script>alert(1)" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "<b>.py" not in text


def test_a_page_that_saves_as_one_types_wants_no_page_back(stage, client):
    client.force_login(stage.quentin)
    url = reverse("reviews:report", kwargs={"pk": stage.round.pk, "assignment": stage.code.pk})
    answer = client.post(url, {"text": "so far", "do": "draft"}, headers={"X-Autosave": "1"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert "so far" in client.get(page(stage)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_open_comment_stands_at_its_line_in_the_next_round(client):
    from tests.factories.reviews import open_stage  # noqa: PLC0415 - with real commits

    stage = open_stage()
    speak(stage)
    stage.report()
    decide(actor=stage.cast.carol, round_=stage.round, outcome="major", rationale="More.")
    moved = {**SOURCE, "pixtable/shift.py": b"# offsets\nSTEP = 20.5\n"}
    by = stage.cast.alice
    version = checked(submitted("muse-gto", by, label="1.0.1", authors=(by,)), source=moved)
    round_ = Round.objects.get(version=version)
    mine = invite(actor=stage.cast.carol, round_=round_, reviewer=stage.quentin, track="code")
    agree(actor=stage.quentin, assignment=mine)
    client.force_login(stage.quentin)
    shown = client.get(reverse("reviews:round", args=[round_.pk]) + "?file=pixtable/shift.py").content.decode()
    assert shown.index('id="L2"') < shown.index("Why 20.5?")
    assert nearest(1, "STEP = 20.5", ["# offsets", "STEP = 20.5"]) == 2
    assert nearest(1, "gone", ["a"]) is None
