"""Each deed earns its credit; a reviewer's is the reviewer's alone until signed and published."""

import pytest
from django.contrib.auth.models import AnonymousUser

from registry import queries as registry
from registry.actions.publish import publish
from registry.ledger.access import SYSTEM
from reviews.actions.decide import decide

pytestmark = pytest.mark.django_db


def roles(actor, person):
    return [c.role for c in registry.contributions(actor=actor, person=person)]


@pytest.fixture
def decided(stage, django_capture_on_commit_callbacks):
    def go(outcome, *, signed=False):
        with django_capture_on_commit_callbacks(execute=True):
            stage.report("code", signed=signed)
            stage.report("science")
        with django_capture_on_commit_callbacks():  # publication itself is the book's own test
            decide(actor=stage.cast.carol, round_=stage.round, outcome=outcome, rationale="So.")
        return stage

    return go


def test_a_report_is_credited_to_its_writer_and_shown_to_nobody_else(decided):
    stage = decided("accept")
    assert roles(stage.quentin, stage.quentin) == ["Reviewer"]
    for reader in (AnonymousUser(), stage.cast.alice, stage.cast.dan, stage.ruth):
        assert roles(reader, stage.quentin) == []


@pytest.mark.parametrize("outcome", ["minor", "major", "reject", "accept"])
def test_a_decision_is_credited_once_whatever_it_is(stage, outcome, django_capture_on_commit_callbacks, monkeypatch):
    stage.report()
    monkeypatch.setattr("registry.handlers.after_commit", lambda *_, **__: None)  # no publication here
    with django_capture_on_commit_callbacks(execute=True):
        decide(actor=stage.cast.carol, round_=stage.round, outcome=outcome, rationale="So.")
    assert roles(stage.cast.carol, stage.cast.carol) == ["Editor"]


@pytest.mark.parametrize("signed", [True, False])
def test_a_signed_report_is_named_once_the_version_is_published(decided, signed, django_capture_on_commit_callbacks):
    stage = decided("accept", signed=signed)
    with django_capture_on_commit_callbacks(execute=True):
        publish(actor=SYSTEM, version=registry.version(stage.round.version_id))
    assert roles(AnonymousUser(), stage.quentin) == (["Reviewer"] if signed else [])
    assert roles(AnonymousUser(), stage.ruth) == []
