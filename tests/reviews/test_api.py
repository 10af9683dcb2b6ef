"""The desk's API: the same doors, refusals as problem documents, scopes, a round from invitation to decision."""

import pytest
from rest_framework.test import APIClient

from registry.actions import tokens
from reviews.checklists import CHECKLISTS
from reviews.models import Assignment, Review
from tests.factories.reviews import written

pytestmark = pytest.mark.django_db
API = "/api/v1/"


@pytest.fixture
def as_():
    def sign_in(person):
        client = APIClient()
        if person is not None:
            client.force_authenticate(person)
        return client

    return sign_in


def round_path(stage, more=""):
    return f"{API}rounds/{stage.round.pk}/{more}"


def body(track, **changes):
    given = written(track)
    report = {"answers": given.answers, "text": given.text, "recommendation": given.recommendation}
    return report | changes


def test_a_round_from_invitation_to_decision(stage, as_):
    carol, dan = as_(stage.cast.carol), as_(stage.cast.dan)
    invited = carol.post(round_path(stage, "assignments/"), {"handle": "dan", "track": "code"}, format="json")
    assert (invited.status_code, invited.data["state"]) == (201, "invited")
    mine = f"{API}assignments/{invited.data['id']}/"
    assert dan.post(mine + "agree/", {}, format="json").data["state"] == "agreed"
    draft = dan.post(mine + "report/", {"text": "half", "draft": True}, format="json")
    assert (draft.status_code, Review.objects.get(assignment=invited.data["id"]).text) == (200, "half")
    assert dan.post(mine + "report/", body("code"), format="json").data["state"] == "reported"
    stage.report()
    decided = carol.post(round_path(stage, "decide/"), {"outcome": "accept", "rationale": "Good."}, format="json")
    assert decided.status_code == 200
    assert decided.data["round"]["outcome"] == "accept"
    assert decided.data["decision"]["editor"] == "carol"
    assert len(decided.data["reviews"]) == 3


def test_an_invitation_is_declined_with_its_reason(stage, as_):
    asked = as_(stage.cast.carol).post(
        round_path(stage, "assignments/"), {"handle": "dan", "track": "science"}, format="json"
    )
    path = f"{API}assignments/{asked.data['id']}/decline/"
    answer = as_(stage.cast.dan).post(path, {"reason": "conflict", "note": "Friends."}, format="json")
    assert (answer.data["state"], answer.data["decline_reason"]) == ("declined", "conflict")
    again = as_(stage.cast.carol).post(
        round_path(stage, "assignments/"), {"handle": "dan", "track": "code"}, format="json"
    )
    assert (again.status_code, again.data["detail"][:47]) == (403, "Dan declared a conflict of interest with this p")


REFUSALS = [
    # who, path, body, status, code
    ("editor", "assignments/", {"handle": "amy", "track": "code"}, 403, "forbidden"),
    ("editor", "assignments/", {"handle": "no-such-one", "track": "code"}, 404, "not-found"),
    ("editor", "assignments/", {"handle": "dan", "track": "style"}, 400, "invalid"),
    ("editor", "assignments/", {"handle": "dan", "track": "code", "state": "agreed"}, 400, "invalid"),
    ("editor", "decide/", {"outcome": "accept", "rationale": "Early."}, 403, "forbidden"),
    ("editor", "decide/", {"outcome": "accept"}, 400, "invalid"),
    ("author", "decide/", {"outcome": "accept", "rationale": "Mine."}, 403, "forbidden"),
    ("author", "assignments/", {"handle": "dan", "track": "code"}, 403, "forbidden"),
    ("reviewer", "decide/", {"outcome": "accept", "rationale": "Good."}, 403, "forbidden"),
    ("stranger", "decide/", {"outcome": "accept", "rationale": "Hello."}, 404, "not-found"),
    ("nobody", "decide/", {"outcome": "accept", "rationale": "Hello."}, 401, "not-authenticated"),
]


@pytest.mark.parametrize(("who", "more", "given", "status", "code"), REFUSALS)
def test_a_refusal_is_a_problem_document(stage, as_, who, more, given, status, code):
    answer = as_(stage.people()[who]).post(round_path(stage, more), given, format="json")
    assert (answer.status_code, answer.data["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.data["detail"]


VERBS = ["agree", "decline", "report", "withdraw"]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["author", "colleague", "other reviewer", "stranger"])
def test_somebody_elses_assignment_does_not_exist(stage, as_, who, verb):
    answer = as_(stage.people()[who]).post(f"{API}assignments/{stage.code.pk}/{verb}/", {}, format="json")
    assert answer.status_code == 404
    assert Assignment.objects.get(pk=stage.code.pk).state == "agreed"


def test_a_move_from_the_wrong_state_is_a_conflict(stage, as_):
    answer = as_(stage.quentin).post(f"{API}assignments/{stage.code.pk}/agree/", {}, format="json")
    assert (answer.status_code, answer.data["code"]) == (409, "conflict")


def test_an_incomplete_report_says_what_is_missing_by_item(stage, as_):
    answers = {"tests": {"answer": "no", "note": ""}}
    path = f"{API}assignments/{stage.code.pk}/report/"
    answer = as_(stage.quentin).post(path, body("code", answers=answers), format="json")
    assert answer.status_code == 400
    assert answer.data["errors"]["tests"] == ["A no needs a sentence: what is wrong, and where."]


ASKED = {
    "author": [("rounds/", 1), ("reviews/", 0)],
    "reviewer": [("rounds/", 1), ("reviews/", 1)],
    "editor": [("rounds/", 1), ("reviews/", 0)],
    "stranger": [("rounds/", 0), ("reviews/", 0)],
}


@pytest.mark.parametrize("who", ASKED)
def test_lists_hold_what_one_may_see(stage, as_, who):
    for path, count in ASKED[who]:
        answer = as_(stage.people()[who]).get(API + path)
        assert (answer.status_code, len(answer.data["results"])) == (200, count)
        assert answer["Cache-Control"] == "private, no-store"


def test_the_public_sees_no_round_and_has_no_reviews(stage, as_):
    assert as_(None).get(f"{API}rounds/").data["results"] == []
    assert as_(None).get(round_path(stage)).status_code == 404
    assert as_(None).get(f"{API}reviews/").status_code == 401


@pytest.mark.parametrize("track", CHECKLISTS)
def test_the_questions_are_public(as_, track):
    answer = as_(None).get(f"{API}checklists/{track}/")
    assert [item["id"] for item in answer.data] == [item.id for item in CHECKLISTS[track]]
    assert as_(None).get(f"{API}checklists/style/").status_code == 404


def test_a_token_needs_the_scope_review(stage):
    client = APIClient()
    path = f"{API}assignments/{stage.code.pk}/withdraw/"
    for scopes, status in ((["read", "submit"], 403), (["read", "review"], 200)):
        made = tokens.issue(actor=stage.quentin, person=stage.quentin, name="laptop", scopes=scopes)
        key = made[1] if isinstance(made, tuple) else made.key
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
        assert client.post(path, {}, format="json").status_code == status
