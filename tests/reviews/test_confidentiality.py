"""Open, single-blind and double-blind: no door names whom its table withholds; the page says what cannot be hidden."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from registry import queries as registry
from registry.actions.publish import publish
from registry.ledger.access import SYSTEM, can
from reviews import queries
from reviews.actions import threads
from reviews.actions.assignments import agree, decline, invite
from reviews.actions.decide import decide
from reviews.actions.editors import set_modes
from reviews.actions.reports import report
from reviews.anchors import Anchor
from reviews.confidentiality import ROLES, TABLE, called, is_blind, redact
from reviews.lifecycle import Mode
from reviews.models import Assignment, Round
from tests.factories.people import PersonFactory
from tests.factories.reviews import checked, submitted, written
from tests.reviews.test_leaks import addresses, marks

MOMENTS = ("invited", "reported", "major", "reject", "accept")


class Blind:
    """A double-blind science track: sybil judges the science case, quentin the code."""

    def __init__(self, stage):
        self.stage, self.cast = stage, stage.cast
        by = stage.cast.alice
        version = checked(submitted("muse-gto", by, name="veiled-product", authors=(by,)))
        found = Round.objects.filter(version=version).first()
        if found is None:
            from reviews.actions.rounds import open_round  # noqa: PLC0415 - where nobody delivers the news

            found = open_round(version_id=version.pk)
        self.round = found
        set_modes(actor=stage.cast.carol, round_=found, mode="single-blind", science_mode="double-blind")
        self.sybil = PersonFactory(name="Sybil Sees Nothing", username="sybil-sees", orcid="0000-0003-4837-6671")
        self.code = invite(actor=stage.cast.carol, round_=found, reviewer=stage.quentin, track="code")
        self.science = invite(actor=stage.cast.carol, round_=found, reviewer=self.sybil, track="science")
        self.authors = (
            *marks(by), "Zoe Unknown", "0000-0002-1694-233X", "muse-gto", "MUSE GTO consortium",
            found.version.url, found.version.commit, "veiled-product",
        )  # fmt: skip

    def at(self, moment):
        if moment == "invited":
            return
        for a in (self.code, self.science):
            agree(actor=a.reviewer, assignment=a)
        anchor = Anchor("file", "README.md")
        threads.open_thread(actor=self.cast.carol, round_=self.round, anchor=anchor, text="Alice, please look.")
        for a in (self.code, self.science):
            text = "The code of @alice is clear." if a.track == "code" else "The case is clear."
            report(actor=a.reviewer, assignment=a, written=written(a.track, text=text))
        if moment != "reported":
            decide(actor=self.cast.carol, round_=self.round, outcome=moment, rationale="Alice has done well.")


@pytest.fixture
def blind(stage):
    return Blind(stage)


def crawl(actor, blind):
    """Every page and answer the actor gets, at every address that this round, its version and people can fill in."""
    browser, api = Client(), APIClient()
    if actor is not None:
        browser.force_login(actor)
        api.force_authenticate(actor)
    scene = type("Scene", (), {"round": blind.round, "stage": type("S", (), {"code": blind.science})})
    for path in addresses(scene):
        if "<" in path or path.startswith(("/healthz", "/readyz")):
            continue
        answer = (api if path.startswith("/api/") else browser).get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        yield path, f"{answer.status_code} {answer.headers}\n{body.decode('utf-8', 'replace')}"


def public(blind):
    """What anybody reads: people have pages, and centres; that alice exists is no secret, that she wrote this is."""
    return {path for path, _ in crawl(None, blind)}


@pytest.mark.parametrize("moment", MOMENTS)
def test_no_door_names_the_authors_to_the_blind_reviewer(blind, moment):
    blind.at(moment)
    assert is_blind(blind.sybil, blind.round)
    anybody = dict(crawl(None, blind))
    for path, whole in crawl(blind.sybil, blind):
        new = [mark for mark in blind.authors if mark in whole.replace(path, "") and mark not in anybody[path]]
        assert not new, (path, new)
    assert called(blind.sybil, blind.round) == "“Pixel tables of MUSE”"


@pytest.mark.parametrize("moment", MOMENTS)
def test_no_door_names_the_blind_reviewer_to_the_authors(blind, moment):
    blind.at(moment)
    for actor in (blind.cast.alice, blind.cast.amy, blind.cast.dan, None):
        for path, whole in crawl(actor, blind):
            assert not [mark for mark in marks(blind.sybil) if mark in whole], path


def test_the_search_would_find_the_names_for_whoever_may_know(blind):
    blind.at("reported")
    whole = dict(crawl(blind.cast.carol, blind))[f"/reviews/{blind.round.pk}/"]
    assert "Sybil Sees Nothing" in whole
    assert "muse-gto" in whole


def test_errors_name_nobody_to_a_blind_reviewer(blind):
    blind.round.version.authors.add(blind.sybil)
    client = APIClient()
    client.force_authenticate(blind.sybil)
    answer = client.post(f"/api/v1/assignments/{blind.science.pk}/agree/")
    assert answer.status_code == 403
    assert not [mark for mark in blind.authors if mark in answer.content.decode()]
    browser = Client()
    browser.force_login(blind.sybil)
    where = {"pk": blind.round.pk, "assignment": blind.science.pk}
    page = browser.post(reverse("reviews:agree", kwargs=where)).content.decode()
    assert "conflict of interest with the authors" in page
    assert not [mark for mark in blind.authors if mark in page]


def test_who_declined_stays_blind(blind):
    decline(actor=blind.sybil, assignment=blind.science, reason="busy")
    assert is_blind(blind.sybil, blind.round)


def test_once_it_is_public_the_reviewer_reads_what_it_was_and_has_the_credit(blind, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        blind.at("accept")
    credit = registry.contributions(actor=blind.sybil, person=blind.sybil)
    version = registry.version(blind.round.version_id)
    if version.state != "published":
        assert [c.version for c in credit] == [None]
        with django_capture_on_commit_callbacks(execute=True):
            publish(actor=SYSTEM, version=version)
    assert not is_blind(blind.sybil, blind.round)
    assert [c.version for c in registry.contributions(actor=blind.sybil, person=blind.sybil)] == [version]
    assert called(blind.sybil, Round.objects.get(pk=blind.round.pk)) == "muse-gto/veiled-product@1.0.0"


def test_code_cannot_be_blind_and_whoever_reads_it_is_not_asked_for_the_blind_track(blind):
    with pytest.raises(ValidationError, match="names its authors"):
        set_modes(actor=blind.cast.carol, round_=blind.round, mode="double-blind", science_mode="open")
    asked = Assignment(round=blind.round, reviewer=blind.stage.quentin, track="science", invited_by=blind.cast.carol)
    assert "sees who wrote it" in can(blind.cast.carol, "assignment.invite", asked).why
    with pytest.raises(PermissionDenied, match="Somebody was asked already"):
        set_modes(actor=blind.cast.carol, round_=blind.round, mode="open", science_mode="open")


def test_an_open_track_names_its_reviewers_to_authors_once_they_agreed(stage):
    Round.objects.filter(pk=stage.round.pk).update(mode="open")
    stage.round.refresh_from_db()
    late = invite(actor=stage.cast.carol, round_=stage.round, reviewer=PersonFactory(), track="code")
    seen = queries.assignments(stage.cast.alice, stage.round)
    assert [a.reviewer for a in seen] == [stage.quentin]
    assert late.reviewer not in [a.reviewer for a in seen]
    stage.report()
    decide(actor=stage.cast.carol, round_=stage.round, outcome="major", rationale="More.")
    told = {t.track: t.by for t in queries.reports(stage.cast.alice, stage.round)}
    assert "Quentin Ray Veiled" in told["code"]
    assert "Ruth" not in told["science"]


def test_the_table_is_whole():
    assert set(TABLE) == set(Mode.values)
    assert all(set(row) == set(ROLES) for row in TABLE.values())
    assert [role for role, sight in TABLE[Mode.DOUBLE_BLIND].items() if not sight.authors] == ["reviewer"]


def test_redaction_takes_whole_names_in_any_case(blind):
    text = redact("ALICE wrote muse-gto/veiled-product; malice is a word.", blind.round)
    assert text == "[withheld] wrote [withheld]; malice is a word."
