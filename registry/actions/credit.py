"""Credit is read off the ledger and the manifest; nobody types it in."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from registry.kinds import KINDS
from registry.ledger.access import require
from registry.ledger.models import Event
from registry.ledger.record import record
from registry.lifecycle import PUBLIC
from registry.models import Centre, Contribution, Membership, Person, Role, Version

AUTHOR = "Author"
VALIDATION = "Validation"  # CRediT: verification of the reproducibility of results


def credit_deed(*, event: Event, version: Version | None = None) -> Contribution | None:
    """The actor's credit for one event, if its kind earns any; once per event. A desk whose events are about its own
    rows gives the version; for events about a version it is found."""
    kind = KINDS.get(event.kind)
    if kind is None or not kind.credit or event.actor is None:
        return None
    version = version or _version(event.subject_type, event.subject_id)
    made, _ = Contribution.objects.get_or_create(
        event=event,
        role=kind.credit,
        defaults={
            "person": event.actor,
            "name": str(event.actor),
            "orcid": event.actor.verified_orcid,
            "version": version,
            "product": version.product if version else None,
            "is_public": kind.public,
        },
    )
    return made


def attach(*, event: Event, version: Version) -> None:
    """A deed that was credited without its version, as that had to stay unnamed, is now about this one."""
    found = Contribution.objects.filter(event=event, version=None)
    found.update(version=version, product=version.product)


def _version(subject_type: str, subject_id: uuid.UUID) -> Version | None:
    found = Version.objects.select_related("product").filter(pk=subject_id)
    return found.first() if subject_type == "registry.version" else None


def credit_authors(*, event: Event, version: Version) -> list[Contribution]:
    """The manifest's contributors, in author order, one row per role; proved by the publication.

    An entry belongs to the account that verified its ORCID iD; one without an iD that bears the submitter's name is the
    submitter's, who vouched for the manifest. A submitter without an entry is an author all the same."""
    given, submitter = version.manifest["contributors"], version.submitted_by
    accounts = _accounts(given)
    people = [accounts.get(c.get("orcid", "")) or _as_submitter(c, submitter) for c in given]
    rows = [
        _authored(event, version, person, c["name"], c.get("orcid", ""), role, position)
        for position, (c, person) in enumerate(zip(given, people, strict=True), start=1)
        for role in dict.fromkeys(c["roles"])
    ]
    if submitter not in people:
        orcid, last = submitter.verified_orcid, len(given) + 1
        rows.append(_authored(event, version, submitter, str(submitter), orcid, AUTHOR, last))
    return Contribution.objects.bulk_create(rows)


def _accounts(given: list[dict[str, Any]]) -> dict[str, Person]:
    named = [c["orcid"] for c in given if c.get("orcid")]
    found = Person.objects.filter(orcid__in=named, orcid_verified_at__isnull=False)
    return {person.orcid: person for person in found}


def _as_submitter(contributor: dict[str, Any], submitter: Person) -> Person | None:
    return submitter if not contributor.get("orcid") and contributor["name"] == submitter.name else None


def _authored(
    event: Event, version: Version, person: Person | None, name: str, orcid: str, role: str, position: int
) -> Contribution:
    return Contribution(
        event=event,
        person=person,
        name=name,
        orcid=orcid,
        role=role,
        position=position,
        product=version.product,
        version=version,
        is_public=True,
    )


def credit_centre(*, event: Event, version: Version, centre: Centre) -> list[Contribution]:
    """A centre ran somebody else's version: it and those who operate its nodes validated it, whatever came out."""
    operators = Membership.objects.current().filter(centre=centre, role=Role.OPERATOR).select_related("person")
    people = [m.person for m in operators.order_by("person__username")]
    named = [(None, centre.name, ""), *((p, str(p), p.verified_orcid) for p in people)]
    rows = [
        Contribution(
            event=event,
            person=person,
            name=name,
            orcid=orcid,
            role=VALIDATION,
            product=version.product,
            version=version,
            is_public=True,
        )
        for person, name, orcid in named
    ]
    return Contribution.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def reveal(*, actor: Person, contribution: Contribution) -> None:
    """A reviewer signs: the credit becomes public, once the version is."""
    require(actor, "contribution.reveal", contribution)
    if contribution.version is None or contribution.version.state not in PUBLIC:
        raise ValidationError("a contribution can be shown once its version is published")
    if Contribution.objects.filter(pk=contribution.pk, is_public=False).update(is_public=True):
        record("contribution.reveal", contribution, actor=actor)
    contribution.is_public = True
