"""Whoever reviews stays unnamed: whole bodies and headers of every page and of the API, as author and as the public."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from registry import queries as registry
from registry.actions.publish import publish
from registry.ledger.access import SYSTEM
from reviews.actions.assignments import decline, invite
from reviews.actions.decide import decide
from tests.factories.people import PersonFactory

MOMENTS = ("invited", "reported", "major", "reject", "accept", "published")


def marks(*people):
    """Everything that names a person: handle, name, e-mail, id in both spellings, ORCID iD."""
    for p in people:
        yield from (p.username, p.name, p.email, str(p.pk), p.pk.hex, p.orcid)


def at(moment, scene):
    """The round, brought to a moment; also somebody who was asked and declined."""
    asked = invite(actor=scene.cast.carol, round_=scene.round, reviewer=scene.declined, track="code")
    decline(actor=scene.declined, assignment=asked, reason="busy", note="no time at all")
    if moment == "invited":
        return
    scene.stage.report(private_note="For the editor only, this")
    if moment == "reported":
        return
    outcome = "accept" if moment == "published" else moment
    decide(actor=scene.cast.carol, round_=scene.round, outcome=outcome, rationale="Reviewer 1 says it well.")
    if moment == "published":
        publish(actor=SYSTEM, version=registry.version(scene.round.version_id))


class Scene:
    def __init__(self, stage):
        self.stage, self.cast, self.round = stage, stage.cast, stage.round
        self.declined = PersonFactory(
            username="dorothea-declines", name="Dorothea Says No", orcid="0000-0003-4837-6671", verified=True
        )
        self.hidden = (
            *marks(stage.quentin, stage.ruth, self.declined),
            "For the editor only, this",
            "no time at all",
        )
        self.never = tuple(str(a.pk) for a in (stage.code, stage.science))


@pytest.fixture
def scene(stage):
    return Scene(stage)


def templates(patterns, prefix=""):
    for p in patterns:
        if isinstance(p, URLResolver):
            yield from templates(p.url_patterns, prefix + str(p.pattern))
        elif isinstance(p, URLPattern):
            yield prefix + str(p.pattern)


def addresses(scene):
    """Every address of the site that the round, its version, its people and its assignments can fill in."""
    version = scene.round.version
    values = {
        "slug:owner": "muse-gto", "slug:name": "pixel-table", "str:label": version.label, "slug:who": "alice",
        "str:who": "alice", "slug:handle": "muse-gto", "str:track": "code",
    }  # fmt: skip
    uuids = [scene.round.pk, version.pk, scene.stage.code.pk]
    for template in templates(get_resolver().url_patterns):
        path = "/" + template.removeprefix("^").removesuffix("$").replace("\\Z", "")
        for name, value in values.items():
            path = path.replace(f"<{name}>", value)
        path = path.replace("<uuid:assignment>", str(scene.stage.code.pk))
        for number in uuids if "<uuid:" in path else [""]:
            yield re.sub("<uuid:[a-z]+>", str(number), path)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("role", ["author", "colleague", "stranger", "nobody"])
def test_no_page_and_no_answer_names_a_reviewer(scene, moment, role):
    at(moment, scene)
    actor = scene.stage.people()[role]
    browser, api = Client(raise_request_exception=True), APIClient()
    if actor is not None:
        browser.force_login(actor)
        api.force_authenticate(actor)
    asked = [p for p in addresses(scene) if "<" not in p and not p.startswith(("/healthz", "/readyz"))]
    assert any(f"/reviews/{scene.round.pk}/" == p for p in asked)
    for path in asked:
        answer = (api if path.startswith("/api/") else browser).get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        whole = f"{answer.headers}\n{body.decode('utf-8', 'replace')}"
        found = [mark for mark in scene.hidden if mark in whole]
        assert not found, (path, answer.status_code, found)
        assert not [mark for mark in scene.never if mark in whole.replace(path, "")], path


def test_the_search_would_find_a_leak(scene):
    """The same search as editor finds the names: it looks where they would be."""
    at("reported", scene)
    browser = Client()
    browser.force_login(scene.cast.carol)
    whole = browser.get(f"/reviews/{scene.round.pk}/").content.decode()
    for person in (scene.stage.quentin, scene.stage.ruth, scene.declined):
        assert person.username in whole


def test_a_signed_report_bears_its_name_after_the_decision_only(scene):
    scene.stage.report("code", signed=True)
    scene.stage.report("science")
    browser = Client()
    browser.force_login(scene.cast.alice)
    path = f"/reviews/{scene.round.pk}/"
    assert "Quentin Ray Veiled" not in browser.get(path).content.decode()
    decide(actor=scene.cast.carol, round_=scene.round, outcome="major", rationale="More.")
    page = browser.get(path).content.decode()
    assert "Quentin Ray Veiled" in page
    assert "Ruth Unnamed" not in page


def test_other_reviewers_stay_unnamed_too(scene):
    at("major", scene)
    browser = Client()
    browser.force_login(scene.stage.ruth)
    page = browser.get(f"/reviews/{scene.round.pk}/").content.decode()
    assert not [mark for mark in marks(scene.stage.quentin) if mark in page]
