"""People come, prove who they are, and are appointed."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from registry.ledger.access import require
from registry.ledger.record import record
from registry.models import Contribution, Handle, Letters, Person, Version
from registry.people import Actor


@transaction.atomic
def register(*, handle: str, name: str, email: str, password: str, orcid: str = "", affiliation: str = "") -> Person:
    """A new account, its handle taken for ever. Raises ValidationError, each field with its sentences."""
    person = Person(username=handle, name=name, email=email, orcid=orcid.strip().upper(), affiliation=affiliation)
    _check(person, password)
    made = Person.objects.create_user(handle, email, password, name=name, orcid=person.orcid, affiliation=affiliation)
    record("person.register", made, actor=made)
    return made


def _check(person: Person, password: str) -> None:
    errors: dict[str, Any] = {}
    try:
        person.full_clean(exclude=["password"])
    except ValidationError as error:
        errors |= error.update_error_dict({})
    if "username" in errors:
        errors["handle"] = errors.pop("username")
    elif Handle.objects.filter(name=person.username).exists():
        errors["handle"] = ["this handle is taken"]
    if not person.email:
        errors["email"] = ["an e-mail address is needed"]
    try:
        validate_password(password, person)
    except ValidationError as error:
        errors["password"] = error.error_list
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def verify_orcid(*, actor: Actor, person: Person) -> None:
    """From here on the iD speaks: versions and contributions that name it become the person's own."""
    require(actor, "person.verify", person)
    if not person.orcid:
        raise ValidationError({"orcid": ["this account has no ORCID iD to verify"]})
    if Person.objects.filter(orcid=person.orcid, orcid_verified_at__isnull=False).exclude(pk=person.pk).exists():
        raise ValidationError({"orcid": ["another account has proved that this ORCID iD is its own"]})
    person.orcid_verified_at = timezone.now()
    person.save(update_fields=["orcid_verified_at"])
    Contribution.objects.filter(orcid=person.orcid, person=None).update(person=person)
    person.authored.add(*(v for v in Version.objects.all() if person.orcid in orcids(v.manifest)))
    record("person.verify", person, actor=actor, orcid=person.orcid)


def orcids(manifest: dict[str, Any]) -> set[str]:
    """The iDs a manifest's contributors give."""
    return {c["orcid"] for c in manifest.get("contributors", ()) if c.get("orcid")}


@transaction.atomic
def appoint_editor(*, actor: Actor, person: Person, is_editor: bool = True) -> None:
    require(actor, "person.appoint", person)
    person.is_editor = is_editor
    person.save(update_fields=["is_editor"])
    record("person.appoint", person, actor=actor, is_editor=is_editor)


@transaction.atomic
def want_letters(*, actor: Actor, person: Person, letters_wanted: str) -> None:
    """As it happens, once a day, or not at all."""
    require(actor, "person.change", person)
    if letters_wanted not in Letters.values:
        raise ValidationError({"letters_wanted": ["choose: each, daily or none"]})
    person.letters_wanted = letters_wanted
    person.save(update_fields=["letters_wanted"])
    record("person.change", person, actor=actor, letters_wanted=letters_wanted)


@transaction.atomic
def change_profile(*, actor: Actor, person: Person, name: str, affiliation: str, orcid: str) -> None:
    """A new ORCID iD has to be verified again."""
    require(actor, "person.change", person)
    if orcid != person.orcid:
        person.orcid, person.orcid_verified_at = orcid.strip().upper(), None
    person.name, person.affiliation = name, affiliation
    person.full_clean(exclude=["password"])
    person.save(update_fields=["name", "affiliation", "orcid", "orcid_verified_at"])
    record("person.change", person, actor=actor)
