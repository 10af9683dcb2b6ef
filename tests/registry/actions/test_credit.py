"""Credit is read off the ledger; a hidden deed is shown when its doer says so, and not before it may be."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from registry.actions.credit import credit_authors, credit_deed, reveal
from registry.actions.people import verify_orcid
from registry.actions.publish import publish
from registry.kinds import KINDS, Kind
from registry.ledger.access import SYSTEM
from registry.ledger.deliver import deliver_pending
from registry.ledger.record import record
from registry.models import Contribution, Event
from tests.factories.registry import proposed, reach_accepted, reach_published


def test_an_editor_is_credited_for_the_decision(cast):
    version = reach_accepted(proposed(cast.alice), cast.carol)
    deliver_pending.run()
    row = Contribution.objects.get(person=cast.carol)
    assert (row.role, row.version, row.is_public, row.orcid) == ("Editor", version, True, cast.carol.orcid)


def test_the_submitter_is_an_author_even_where_the_manifest_does_not_say_so(cast):
    version = proposed(cast.alice)
    version.manifest = version.manifest | {"contributors": [{"name": "Somebody Else", "roles": ["Methodology"]}]}
    made = credit_authors(event=record("version.publish", version, actor=SYSTEM), version=version)
    assert [(row.role, row.person, row.position) for row in made] == [
        ("Methodology", None, 1),
        ("Author", cast.alice, 2),
    ]


def test_an_entry_with_the_submitters_name_and_no_orcid_is_the_submitters(cast):
    version = proposed(cast.alice)
    contributors = [
        {"name": cast.alice.name, "roles": ["Software"]},
        {"name": "Somebody Else", "roles": ["Methodology"]},
    ]
    event = record("version.publish", version, actor=SYSTEM)
    version.manifest = version.manifest | {"contributors": contributors}
    made = credit_authors(event=event, version=version)
    assert [(row.role, row.person) for row in made] == [("Software", cast.alice), ("Methodology", None)]


def test_a_deed_is_credited_once(cast):
    version = reach_accepted(proposed(cast.alice), cast.carol)
    event = version_event(version)
    credit_deed(event=event)
    credit_deed(event=event)
    assert Contribution.objects.filter(person=cast.carol).count() == 1


def version_event(version):
    return Event.objects.get(kind="version.accept", subject_id=version.pk)


@pytest.fixture
def hidden(cast, monkeypatch):
    monkeypatch.setitem(KINDS, "review.test", Kind("{actor} reviewed", credit="Reviewer"))
    version = reach_accepted(proposed(cast.alice), cast.carol)
    event = record("review.test", version, actor=cast.bob)
    return credit_deed(event=event)


def test_what_the_registry_does_earns_nobody_credit(cast, monkeypatch):
    monkeypatch.setitem(KINDS, "review.test", Kind("reviewed", credit="Reviewer"))
    assert credit_deed(event=record("review.test", cast.muse, actor=SYSTEM)) is None


def test_a_hidden_deed_cannot_be_shown_before_publication(cast, hidden):
    with pytest.raises(ValidationError):
        reveal(actor=cast.bob, contribution=hidden)
    assert not Contribution.objects.get(pk=hidden.pk).is_public


def test_only_its_doer_shows_a_hidden_deed(cast, hidden):
    publish(actor=SYSTEM, version=hidden.version)
    with pytest.raises(PermissionDenied):
        reveal(actor=cast.carol, contribution=hidden)
    reveal(actor=cast.bob, contribution=hidden)
    assert Contribution.objects.visible_to(None).filter(pk=hidden.pk).exists()


def test_a_verified_orcid_claims_what_was_written_under_it(cast):
    reach_published(proposed(cast.alice), cast.carol)
    cast.dan.orcid = "0000-0002-1694-233X"
    cast.dan.save()
    assert not cast.dan.contributions.exists()
    verify_orcid(actor=SYSTEM, person=cast.dan)
    assert [c.role for c in cast.dan.contributions.all()] == ["Reference data"]
    assert cast.dan.authored.exists()
