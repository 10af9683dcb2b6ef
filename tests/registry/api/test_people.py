"""People, keys, the ledger, and what the API says about itself."""

import pytest
import yaml
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from rest_framework.throttling import ScopedRateThrottle

from registry.api.access import Anyone, Closed, Door, SignedIn
from tests.factories.people import PASSWORD
from tests.factories.registry import proposed, reach_published

OPEN = ("/api/v1/products/", "/api/v1/people/", "/api/v1/centres/", "/api/v1/events/", "/api/v1/schema/")


@pytest.mark.parametrize("address", OPEN)
def test_the_public_may_read(db, api, address):
    assert api().get(address).status_code == 200


def test_a_key_for_handle_and_password(cast, api):
    given = {"username": "alice", "password": PASSWORD, "scopes": ["read", "submit"], "days": 7}
    answer = api().post("/api/v1/tokens/", given, format="json")
    assert (answer.status_code, answer.json()["scopes"]) == (201, ["read", "submit"])
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Token {answer.json()['token']}")
    me = client.get("/api/v1/me/").json()
    assert (me["handle"], me["memberships"]) == ("alice", [{"centre": "muse-gto", "role": "curator"}])
    listed = client.get("/api/v1/tokens/").json()
    assert "token" not in listed[0]


@pytest.mark.parametrize("given", [{"username": "alice", "password": "wrong"}, {"username": "nobody", "password": "x"}])
def test_a_wrong_password_and_an_unknown_handle_answer_alike(cast, api, given):
    answer = api().post("/api/v1/tokens/", given, format="json")
    assert (answer.status_code, answer.json()["detail"]) == (401, "handle or password is wrong")


def test_signing_in_is_throttled(cast, api, monkeypatch):
    cache.clear()
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"sign-in": "3/hour"})
    given = {"username": "alice", "password": "guess"}
    answers = [api().post("/api/v1/tokens/", given, format="json").status_code for _ in range(4)]
    assert answers == [401, 401, 401, 429]


def test_an_address_made_up_in_a_header_does_not_get_around_the_throttle(cast, api, monkeypatch):
    cache.clear()
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"sign-in": "3/hour"})
    given = {"username": "alice", "password": "guess"}
    guesses = [
        api().post("/api/v1/tokens/", given, format="json", headers={"X-Forwarded-For": f"198.51.100.{n}"})
        for n in range(4)
    ]
    assert [g.status_code for g in guesses] == [401, 401, 401, 429]


def test_the_page_s_sign_in_and_the_api_s_share_one_throttle(cast, api, monkeypatch):
    cache.clear()
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"sign-in": "3/hour"})
    given = {"username": "alice", "password": "guess"}
    assert [Client().post("/login/", given).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert api().post("/api/v1/tokens/", given, format="json").status_code == 429


def test_looking_at_a_repository_is_throttled_on_the_page_as_in_the_api(cast, monkeypatch):
    cache.clear()
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"submit": "2/hour"})
    browser = Client()
    browser.force_login(cast.alice)
    given = {"url": "file:///etc/passwd", "ref": "v1"}
    assert [browser.post("/submit/", given).status_code for _ in range(3)] == [422, 422, 429]
    assert browser.get("/submit/").status_code == 200


def test_a_key_may_be_revoked_by_its_owner(cast, api):
    client = api(cast.alice)
    key = client.get("/api/v1/tokens/").json()[0]
    assert api(cast.dan).delete(f"/api/v1/tokens/{key['id']}/").status_code == 404
    assert client.delete(f"/api/v1/tokens/{key['id']}/").status_code == 204
    assert client.get("/api/v1/me/").status_code == 401


def test_a_person_by_handle_and_by_orcid(cast, api):
    reach_published(proposed(cast.alice), cast.carol)
    for who in ("alice", cast.alice.orcid):
        found = api().get(f"/api/v1/people/{who}/").json()
        assert [c["role"] for c in found["contributions"]] == ["Methodology", "Software"]
    assert "email" not in found
    assert api().get("/api/v1/people/nobody/").status_code == 404


def test_who_never_did_anything_in_public_is_not_listed(cast, api):
    reach_published(proposed(cast.alice), cast.carol)
    assert [p["handle"] for p in api().get("/api/v1/people/").json()["results"]] == ["alice"]


def test_the_ledgers_numbers_stay_inside(cast, api):
    reach_published(proposed(cast.alice), cast.carol)
    events = api().get("/api/v1/events/").json()["results"]
    assert events[0]["kind"] == "product.grant"
    assert all(len(e["id"]) == 36 for e in events)


def test_an_event_says_its_sentence_with_names(cast, api):
    version = proposed(cast.alice)
    reach_published(version, cast.carol)
    said = {e["kind"]: e["sentence"] for e in api().get("/api/v1/events/").json()["results"]}
    assert said["version.submit"] == f"{cast.alice} submitted {version}"
    assert said["version.publish"] == f"{version} was published"
    assert said["product.grant"] == f"{version.product} was granted a tier"
    page = f"/api/v1/products/{version.product.path}/versions/{version.label}/events/"
    assert all("{" not in e["sentence"] for e in api(cast.carol).get(page).json()["results"])
    assert all("{" not in e["sentence"] for e in api(cast.carol).get("/api/v1/events/").json()["results"])


def test_more_events_cost_no_more_queries(cast, api):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert api().get("/api/v1/events/").status_code == 200
        return len(asked)

    reach_published(proposed(cast.alice), cast.carol)
    one = cost()
    for number in range(3):
        reach_published(proposed(cast.alice, name=f"another-{number}"), cast.carol)
    assert cost() == one


def test_every_view_says_who_may_come_in():
    """The default is closed; this finds a view that forgot."""
    known = (Anyone, SignedIn, Door)
    for view in _views(get_resolver().url_patterns, ""):
        classes = view.permission_classes
        assert Closed not in classes or hasattr(view, "get_permissions"), view
        assert view.__module__.startswith(("runners", "reviews")) or set(classes) <= {*known, Closed}, view


def _views(patterns, prefix):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _views(pattern.url_patterns, prefix + str(pattern.pattern))
        elif (prefix + str(pattern.pattern)).startswith("api/v1/") and pattern.name != "schema":
            yield pattern.callback.view_class


def test_the_schema_is_openapi_31(db, api):
    schema = yaml.safe_load(api().get("/api/v1/schema/").content)
    assert schema["openapi"].startswith("3.1")
    assert "/api/v1/products/{owner}/{name}/versions/{label}/archive/" in schema["paths"]


def test_the_docs_page_lists_every_operation(db, client):
    page = client.get("/api/docs/")
    text = page.content.decode()
    assert "POST /api/v1/versions/" in text
    assert "http://cdn" not in text
    assert "https://cdn" not in text


def test_a_session_needs_its_csrf_token(cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.alice)
    answer = browser.post("/api/v1/versions/", {"url": "https://x.example", "ref": "v1"}, "application/json")
    assert answer.status_code == 403
