"""Submitting, following, fetching one version; every refusal a problem document."""

import hashlib
import json

import pytest
import yaml

from adp.errors import AuthorError, PlatformError
from adp.finding import Finding, Reason, Where
from registry.actions import decide, readers, submit
from registry.models import Version
from tests.factories.registry import (
    CUBE,
    inspection,
    proposed,
    reach_accepted,
    reach_checked,
    reach_failed,
    reach_published,
)

URL = "/api/v1/versions/"
HERE = "/api/v1/products/muse-gto/muse-pixtable/versions/1.0.0/"
PROPOSAL = {"url": "https://git.example.org/x", "ref": "v1.0.0"}


@pytest.fixture
def seen(monkeypatch):
    """What the fetcher finds; set `.error` to have it find nothing."""

    class Fetcher:
        found = inspection()
        error = None

        def __call__(self, url, ref, policy):
            if self.error:
                raise self.error
            return self.found

    fetcher = Fetcher()
    monkeypatch.setattr(submit, "inspect_apart", fetcher)
    return fetcher


@pytest.fixture
def published(cast):
    return reach_published(proposed(cast.alice), cast.carol)


def test_a_submission_answers_with_the_version(cast, api, seen):
    answer = api(cast.alice).post(URL, PROPOSAL, format="json")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["product"], body["label"], body["state"]) == ("muse-gto/muse-pixtable", "1.0.0", "submitted")
    assert body["source"]["commit"] == seen.found.commit
    again = api(cast.alice).post(URL, PROPOSAL, format="json")
    assert (again.status_code, again.json()["id"]) == (200, body["id"])


def test_a_faulty_proposal_is_a_problem_with_findings(cast, api, seen):
    where = Where(file="adp.toml", line=3, column=1)
    seen.error = AuthorError(
        Finding(Reason.MANIFEST_INVALID, "KEY_UNKNOWN", "no key titel", where=where, hint="title?")
    )
    answer = api(cast.alice).post(URL, PROPOSAL, format="json")
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert (body["status"], body["code"], body["hint"]) == (422, "refused", "title?")
    assert body["findings"][0]["where"] == {"file": "adp.toml", "line": 3, "column": 1}
    assert not Version.objects.exists()


def test_our_own_trouble_is_not_the_authors(cast, api, seen):
    seen.error = PlatformError("the fetcher could not start")
    answer = api(cast.alice).post(URL, PROPOSAL, format="json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


def test_a_preview_stores_nothing(cast, api, seen):
    answer = api(cast.alice).post(f"{URL}inspect/", PROPOSAL, format="json")
    assert answer.json()["manifest"]["product"]["name"] == "muse-pixtable"
    assert not Version.objects.exists()


BAD_BODIES = {
    "nothing": {},
    "no ref": {"url": "https://x.example"},
    "unknown field": PROPOSAL | {"state": "published"},
    "no object": [],
    "not text": {"url": {"a": 1}, "ref": "v1"},
}


@pytest.mark.parametrize("what", BAD_BODIES)
def test_a_bad_request_is_refused_field_by_field(cast, api, seen, what):
    answer = api(cast.alice).post(URL, BAD_BODIES[what], format="json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["errors"]


def test_too_much_json_is_refused_unread(cast, api, seen):
    answer = api(cast.alice).post(URL, b'{"url": "' + b"a" * 3_000_000, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b'{"url": ' + b"9" * 5000 + b"}", b"\xff\xfe"])
def test_hostile_json_is_refused(cast, api, seen, body):
    answer = api(cast.alice).post(URL, body, content_type="application/json")
    assert answer.status_code == 400


def test_the_public_cannot_submit(db, api, seen):
    answer = api().post(URL, PROPOSAL, format="json")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_key_opens_only_its_scopes(cast, api, seen):
    reading = api(cast.alice, scopes=("read",))
    assert reading.post(URL, PROPOSAL, format="json").status_code == 403
    assert reading.get("/api/v1/me/").status_code == 200
    assert api(cast.alice, scopes=("submit",)).get("/api/v1/me/").status_code == 403


SUBPATHS = ("", "report/", "provenance/", "citation/", "archive/", "events/")


@pytest.mark.parametrize("path", SUBPATHS)
def test_what_is_published_is_everybodys(published, api, path):
    answer = api().get(HERE + path)
    assert answer.status_code == 200
    answer.close()


@pytest.mark.parametrize("path", SUBPATHS)
def test_what_is_not_yours_to_see_is_not_there(cast, api, path):
    reach_checked(proposed(cast.alice))
    answer = api(cast.dan).get(HERE + path)
    nowhere = api(cast.dan).get(HERE.replace("muse-pixtable", "no-such-thing") + path)
    assert answer.status_code == 404
    assert answer.content == nowhere.content


def test_name_and_state_do_not_open_the_rest(cast, api):
    version = reach_checked(proposed(cast.alice))
    version.product.is_open = True
    version.product.save()
    body = api().get(HERE).json()
    assert (body["state"], set(body)) == ("checked", {"id", "product", "label", "state", "url", "reason"})
    for path in ("report/", "provenance/", "citation/", "archive/"):
        assert api().get(HERE + path).status_code == 404
    assert api().get(f"{HERE}events/").json()["results"] == []


def test_the_answer_carries_report_digest_files_and_credit(published, api):
    body = api().get(HERE).json()
    report = api().get(f"{HERE}report/").json()
    assert (body["verdict"], body["digest"]) == ("passed", report["digest"])
    assert {f["kind"] for f in body["files"]} == {"source", "product", "log", "report", "archive"}
    assert body["contributions"][0]["name"] == "Alice"
    assert body["manifest"]["product"]["name"] == "muse-pixtable"


def test_a_file_comes_as_an_attachment_that_proves_itself(published, api):
    file = next(f for f in api().get(HERE).json()["files"] if f["kind"] == "product")
    answer = api().get(f"{HERE}files/{file['id']}/")
    content = b"".join(answer.streaming_content)
    assert content == CUBE
    assert answer["ETag"] == f'"{hashlib.sha256(CUBE).hexdigest()}"'
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "must-revalidate" in answer["Cache-Control"]  # a withdrawal must reach caches
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_archive_is_what_the_ledger_says(published, api):
    answer = api().get(f"{HERE}archive/")
    digest = hashlib.sha256(b"".join(answer.streaming_content)).hexdigest()
    events = api().get(f"{HERE}events/").json()["results"]
    assert digest == next(e for e in events if e["kind"] == "version.publish")["facts"]["archive"]


def test_how_to_cite(published, api):
    forms = api().get(f"{HERE}citation/").json()
    assert forms["text"].startswith("Alice; Zoe Unknown (")
    cff = yaml.safe_load(forms["cff"])
    assert (cff["cff-version"], cff["version"], cff["license"]) == ("1.2.0", "1.0.0", "BSD-3-Clause")
    assert forms["bibtex"].startswith("@software{muse-gto-muse-pixtable-1-0-0,")


def test_a_failed_version_shows_its_report_to_its_authors(cast, api):
    reach_failed(proposed(cast.alice))
    assert api(cast.amy).get(f"{HERE}report/").json()["verdict"] == "failed"
    assert api(cast.dan).get(f"{HERE}report/").status_code == 404


def test_withdrawal_leaves_a_tombstone_with_its_reason(published, cast, api):
    refused = api(cast.alice).post(f"{HERE}withdraw/", {}, format="json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["reason"])
    api(cast.alice).post(f"{HERE}withdraw/", {"reason": "the calibration was wrong"}, format="json")
    stone = api().get(HERE).json()
    assert (stone["state"], stone["reason"]) == ("withdrawn", "the calibration was wrong")
    assert "manifest" not in stone
    assert api().get(f"{HERE}archive/").status_code == 404
    assert api(cast.alice).post(f"{HERE}withdraw/", {"reason": "again"}, format="json").status_code == 409


def test_a_stranger_is_told_why_not(published, cast, api):
    answer = api(cast.dan).post(f"{HERE}withdraw/", {"reason": "no"}, format="json")
    assert answer.status_code == 403
    assert "authors" in answer.json()["detail"]


def test_an_editor_publishes_by_hand_what_waits(cast, api):
    reach_accepted(proposed(cast.alice), cast.carol)
    assert api(cast.alice).post(f"{HERE}publish/").status_code == 403
    assert api(cast.carol).post(f"{HERE}publish/").json()["state"] == "published"
    assert api(cast.carol).post(f"{HERE}publish/").status_code == 409


def test_nobody_learns_who_reads(cast, api):
    """No answer of any address tells an author the name of a reviewer who was let in."""
    version = reach_checked(proposed(cast.alice))
    decide.open_review(version=version)
    readers.admit(version=version, person=cast.bob)
    assert api(cast.bob).get(HERE).status_code == 200
    for path in ("", "report/", "provenance/", "citation/", "events/"):
        answer = api(cast.alice).get(HERE + path)
        told = answer.content.decode() + json.dumps(dict(answer.headers))
        for secret in (cast.bob.username, cast.bob.name, cast.bob.orcid, str(cast.bob.pk), cast.bob.email):
            assert f'"{secret}"' not in told


def test_a_version_costs_a_handful_of_queries(published, api, django_assert_max_num_queries):
    client = api()
    with django_assert_max_num_queries(8):
        client.get(HERE)
