"""Who handles a round, who looks on, and appeals, as people do it: by pages and by the API."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from registry import queries as registry
from reviews.actions.decide import decide
from reviews.models import Alternate, Appeal, Assignment, Observer, Review, Round
from tests.factories.people import PersonFactory


def signed_in(person):
    client = APIClient()
    client.force_login(person)
    return client


def door(stage, name, **more):
    return reverse(f"reviews:{name}", kwargs={"pk": stage.round.pk, **more})


def api(path):
    return f"/api/v1/{path}"


def test_an_editor_takes_a_round_and_hands_it_on_by_the_page(stage, client):
    client.force_login(stage.cast.carol)
    assert "nobody yet" in client.get(door(stage, "round")).content.decode()
    client.post(door(stage, "take"))
    assert "No editor" not in client.post(door(stage, "hand"), {"handle": "erin"}, follow=True).content.decode()
    assert Round.objects.get(pk=stage.round.pk).editor == stage.erin
    refused = client.post(door(stage, "line_up"), {"track": "code", "handles": ""})
    assert refused.status_code == 403
    assert "Erin handles this round" in refused.content.decode()


WRONG = [("alice", 403, "Only an editor"), ("no-such-person", 422, "Nobody has this handle"), ("", 422, "required")]


@pytest.mark.parametrize(("handle", "status", "words"), WRONG)
def test_a_round_is_handed_only_to_an_editor(stage, client, handle, status, words):
    client.force_login(stage.cast.carol)
    answer = client.post(door(stage, "hand"), {"handle": handle})
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert Round.objects.get(pk=stage.round.pk).editor is None


def test_the_line_is_kept_in_its_order_and_shown(stage, client):
    one, two = PersonFactory(name="One First"), PersonFactory(name="Two Second")
    client.force_login(stage.cast.carol)
    handles = f"{one.username}\n  {two.username}  \n\n"
    page = client.post(door(stage, "line_up"), {"track": "code", "handles": handles}, follow=True).content.decode()
    assert page.index("One First") < page.index("Two Second")
    assert [a.reviewer for a in Alternate.objects.filter(round=stage.round)] == [one, two]


def test_an_observer_reads_reports_without_names_and_takes_no_part(stage, client):
    looker = PersonFactory(name="Lou Looks")
    client.force_login(stage.cast.carol)
    client.post(door(stage, "observe"), {"handle": looker.username})
    stage.report()
    client.force_login(looker)
    page = client.get(door(stage, "round")).content.decode()
    assert "Reviewer 1" in page
    assert not any(name in page for name in ("Quentin", "Ruth", "Decide the round", "Invite"))
    assert Review.objects.visible_to(looker).count() == 2
    assert registry.is_readable(registry.version(stage.round.version_id), actor=looker)
    assert not Assignment.objects.visible_to(looker).exists()
    client.post(door(stage, "unobserve"), {"handle": looker.username})
    assert not Observer.objects.exists()
    assert client.get(door(stage, "round")).status_code == 404
    assert not registry.is_readable(registry.version(stage.round.version_id), actor=looker)


def test_who_has_a_conflict_does_not_look_on(stage, client):
    client.force_login(stage.cast.carol)
    answer = client.post(door(stage, "observe"), {"handle": "amy"})
    assert answer.status_code == 403
    assert "is a member of" in answer.content.decode()


def test_more_time_is_given_by_the_page(stage, client):
    client.force_login(stage.cast.carol)
    day = stage.code.due_at.date().replace(year=stage.code.due_at.year + 2)
    assert client.post(door(stage, "extend", assignment=stage.code.pk), {"due_on": day}).status_code == 422
    later = (stage.code.due_at.date()).fromordinal(stage.code.due_at.date().toordinal() + 5)
    client.post(door(stage, "extend", assignment=stage.code.pk), {"due_on": later})
    assert Assignment.objects.get(pk=stage.code.pk).due_at.date() == later


def test_an_appeal_from_the_authors_page_to_the_second_editors_desk_and_back_into_review(stage, client):
    stage.report()
    decide(actor=stage.cast.carol, round_=stage.round, outcome="reject", rationale="No.")
    client.force_login(stage.cast.alice)
    assert "File the appeal" in client.get(door(stage, "round")).content.decode()
    assert client.post(door(stage, "appeal"), {"text": ""}).status_code == 422
    page = client.post(door(stage, "appeal"), {"text": "The plot says otherwise."}, follow=True).content.decode()
    assert "waits for a ruling" in page
    client.force_login(stage.cast.carol)
    assert "Rule on the appeal" not in client.get("/desk/").content.decode()
    client.force_login(stage.erin)
    assert "Rule on the appeal" in client.get("/desk/").content.decode()
    answer = client.post(door(stage, "uphold"), {"rationale": "It does."})
    again = Round.objects.get(number=2)
    assert answer.headers["Location"] == reverse("reviews:round", args=[again.pk])
    assert again.editor == stage.erin


def test_the_same_by_the_api(stage):
    carol, alice, erin = (signed_in(p) for p in (stage.cast.carol, stage.cast.alice, stage.erin))
    mine = api(f"rounds/{stage.round.pk}/")
    assert carol.post(f"{mine}take/").json()["round"]["editor"] == "carol"
    assert erin.post(f"{mine}line_up/", {"track": "code", "handles": []}, format="json").status_code == 403
    line = carol.post(f"{mine}line_up/", {"track": "code", "handles": ["dan"]}, format="json").json()
    assert line == [{"track": "code", "rank": 1, "reviewer": "dan"}]
    stage.report()
    given = {"outcome": "minor", "rationale": "Mend.", "accepts_label": "1.0.1", "accepts_paths": ["README.md"]}
    decided = carol.post(f"{mine}decide/", given, format="json").json()["decision"]
    assert (decided["accepts_label"], decided["accepts_paths"]) == ("1.0.1", ["README.md"])
    filed = alice.post(f"{mine}appeal/", {"text": "Look again."}, format="json")
    assert filed.status_code == 201
    assert (
        carol.post(api(f"appeals/{filed.json()['id']}/dismiss/"), {"rationale": "x"}, format="json").status_code == 403
    )
    ruled = erin.post(api(f"appeals/{filed.json()['id']}/dismiss/"), {"rationale": "It stands."}, format="json").json()
    assert (ruled["state"], ruled["editor"]) == ("dismissed", "erin")
    assert alice.get(mine).json()["appeal"]["rationale"] == "It stands."
    assert Appeal.objects.get().state == "dismissed"


def test_reviewers_read_nothing_of_an_appeal(stage):
    stage.report()
    decide(actor=stage.cast.carol, round_=stage.round, outcome="major", rationale="More.")
    signed_in(stage.cast.alice).post(api(f"rounds/{stage.round.pk}/appeal/"), {"text": "Unfair."}, format="json")
    assert signed_in(stage.quentin).get(api(f"rounds/{stage.round.pk}/")).json()["appeal"] is None
