"""People, centres and keys."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.actions import centres, people, tokens
from registry.ledger.access import SYSTEM
from registry.models import Event, Handle, Membership, Person, Token
from registry.models.identifiers import orcid_is_right
from tests.factories.people import PASSWORD, PersonFactory

GOOD = {"handle": "edwin", "name": "Edwin", "email": "edwin@example.org", "password": PASSWORD}


def test_who_registers_takes_a_handle(db):
    person = people.register(**GOOD, orcid="0000-0002-9079-593x")
    assert Handle.objects.get(name="edwin").person == person
    assert (person.orcid, person.verified_orcid) == ("0000-0002-9079-593X", "")
    assert person.check_password(PASSWORD)
    assert Event.objects.get().kind == "person.register"


BAD = {
    "handle": ("Edwin!", "lower-case"),
    "handle taken": ("muse-gto", "taken"),
    "handle reserved": ("admin", "reserved"),
    "orcid": ("0000-0002-1825-0098", "does not fit"),
    "email": ("", "needed"),
    "password": ("short", "too short"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_registration_says_what_is_wrong_and_stores_nothing(cast, what):
    field = what.split()[0]
    value, words = BAD[what]
    before = (Person.objects.count(), Event.objects.count())
    with pytest.raises(ValidationError) as caught:
        people.register(**(GOOD | {field: value}))
    assert words in " ".join(caught.value.message_dict[field])
    assert (Person.objects.count(), Event.objects.count()) == before


@pytest.mark.parametrize("orcid", ["0000-0002-1825-0097", "0000-0002-9079-593X"])
def test_a_right_orcid_passes(orcid):
    orcid_is_right(orcid)


@pytest.mark.parametrize("orcid", ["0000-0002-1825-009X", "0000-0002-9079-5930", "0000000218250097", "NA"])
def test_a_wrong_orcid_does_not(orcid):
    with pytest.raises(ValidationError):
        orcid_is_right(orcid)


def test_one_verified_orcid_belongs_to_one_account(cast):
    twin = PersonFactory(orcid=cast.bob.orcid)
    with pytest.raises(ValidationError, match="another account"):
        people.verify_orcid(actor=SYSTEM, person=twin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=twin.pk).update(orcid_verified_at=timezone.now())


def test_a_changed_orcid_is_to_be_verified_again(cast):
    people.change_profile(
        actor=cast.bob, person=cast.bob, name="Bob B", affiliation="Here", orcid="0000-0001-5109-3700"
    )
    cast.bob.refresh_from_db()
    assert (cast.bob.name, cast.bob.verified_orcid) == ("Bob B", "")


def test_only_an_admin_appoints_editors(cast):
    with pytest.raises(PermissionDenied):
        people.appoint_editor(actor=cast.carol, person=cast.dan)
    people.appoint_editor(actor=SYSTEM, person=cast.dan)
    assert Person.objects.get(pk=cast.dan.pk).is_editor


def test_a_centre_takes_a_handle_no_person_has(cast):
    with pytest.raises(ValidationError, match="taken"):
        centres.found(actor=SYSTEM, handle="alice", name="The Alice")
    centre = centres.found(actor=SYSTEM, handle="eso", name="ESO", tier="0", ror="https://ror.org/01qtasp15")
    assert centre.own_handle.name == "eso"


def test_a_curator_says_who_belongs_to_the_centre(cast):
    with pytest.raises(PermissionDenied):
        centres.begin_membership(actor=cast.amy, centre=cast.muse, person=cast.dan)
    membership = centres.begin_membership(actor=cast.alice, centre=cast.muse, person=cast.dan, role="operator")
    assert membership in Membership.objects.current()
    yesterday = timezone.now().date() - timedelta(days=1)
    Membership.objects.filter(pk=membership.pk).update(since=yesterday)
    membership.refresh_from_db()
    centres.end_membership(actor=cast.alice, membership=membership, until=yesterday)
    assert membership not in Membership.objects.current()


def test_a_key_is_shown_once_and_kept_as_a_digest(cast):
    issued = tokens.issue(actor=cast.alice, name="laptop", scopes=["read"])
    row = Token.objects.get()
    assert issued.key not in str(vars(row))
    assert tokens.recognise(issued.key) == row
    assert tokens.recognise(issued.key[:-1] + "!") is None
    assert tokens.recognise("") is None


@pytest.mark.parametrize("end", ["revoked", "expired", "switched off"])
def test_an_ended_key_opens_nothing(cast, end):
    issued = tokens.issue(actor=cast.alice)
    if end == "revoked":
        tokens.revoke(actor=cast.alice, token=issued.token)
    elif end == "expired":
        Token.objects.update(expires_at=timezone.now())
    else:
        Person.objects.filter(pk=cast.alice.pk).update(is_active=False)
    assert tokens.recognise(issued.key) is None


def test_nobody_makes_or_revokes_anothers_key(cast):
    with pytest.raises(PermissionDenied):
        tokens.issue(actor=cast.carol, person=cast.alice)
    issued = tokens.issue(actor=cast.alice)
    with pytest.raises(PermissionDenied):
        tokens.revoke(actor=cast.carol, token=issued.token)


@pytest.mark.parametrize(
    "wish", [{"scopes": ["everything"]}, {"scopes": []}, {"lifetime": timedelta(days=400)}, {"lifetime": timedelta()}]
)
def test_a_key_has_known_scopes_and_an_end(cast, wish):
    with pytest.raises(ValidationError):
        tokens.issue(actor=cast.alice, **wish)
