"""What an operator does by hand: appoint editors, verify ORCID iDs, found centres."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from registry.ledger.access import can
from registry.ledger.models import Event
from registry.people import Centre, Person


def run(*words):
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def dan(cast):
    return Person.objects.get(username="dan")


def test_an_operator_appoints_an_editor_and_ends_it(dan):
    assert run("appoint", "dan") == "dan is an editor"
    dan.refresh_from_db()
    assert dan.is_editor
    assert run("appoint", "dan", "--end") == "dan is no longer an editor"
    dan.refresh_from_db()
    assert not dan.is_editor
    assert Event.objects.filter(kind="person.appoint", subject_id=dan.pk).count() == 2


def test_an_operator_verifies_an_orcid_that_was_given(dan):
    Person.objects.filter(pk=dan.pk).update(orcid="0000-0000-0000-0001", orcid_verified_at=None)
    assert run("verify_orcid", "dan") == "0000-0000-0000-0001 is dan's"
    dan.refresh_from_db()
    assert dan.verified_orcid == "0000-0000-0000-0001"


def test_an_operator_founds_a_centre_whose_curator_says_who_belongs_to_it(dan):
    words = ("found_centre", "eastern-centre", "Eastern Centre", "--tier", "1", "--curator", "dan")
    assert run(*words) == "eastern-centre is registered, tier 1"
    centre = Centre.objects.get(handle="eastern-centre")
    assert can(dan, "membership.begin", centre)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("appoint", "nobody"), "nobody has the handle"),
        (("verify_orcid", "nobody"), "nobody has the handle"),
        (("verify_orcid", "dan"), "no ORCID iD to verify"),
        (("found_centre", "dan", "A person's handle"), "taken"),
        (("found_centre", "new-centre", "New", "--curator", "nobody"), "nobody has the handle"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence_and_leaves_nothing(dan, words, sentence):
    Person.objects.filter(pk=dan.pk).update(orcid="", orcid_verified_at=None)
    before = Event.objects.count(), Centre.objects.count()
    with pytest.raises(CommandError, match=sentence):
        run(*words)
    assert (Event.objects.count(), Centre.objects.count()) == before
