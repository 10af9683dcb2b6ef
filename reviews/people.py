"""What the book knows about a person against a version: the facts the rules of conflicts.py weigh."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from registry.people import Person
from reviews.conflicts import WINDOW, Joint, Standing
from reviews.identity import Identity
from reviews.lifecycle import AssignmentState, DeclineReason
from reviews.models import Assignment, Round

MANY_AUTHORS = 50  # in a crowd of this size two names on one product do not mean that people know each other


def identity(person: Person) -> Identity:
    return Identity(name=person.name, handle=person.username, email=person.email, orcid=person.orcid)


def standing(person: Person, round_: Round) -> Standing:
    version = round_.version
    owner = version.product.owner
    named = {orcid for orcid, _name in _contributors(version.manifest)}
    return Standing(
        submitted=version.submitted_by_id == person.pk,
        author=version.authors.filter(pk=person.pk).exists(),
        # also an ORCID iD nobody verified: it gives no rights, but it is enough to stand aside
        contributor_orcid=person.orcid if person.orcid in named else "",
        owns=owner.person_id == person.pk,
        owning_centre=owner.centre.name if owner.centre and _serves(person, owner.centre.pk) else "",
        shared=tuple(_shared_centres(person, round_)),
        joint=tuple(_joint_works(person, round_)),
        declared_at=_declared(person, round_),
    )


def authors(round_: Round) -> list[Person]:
    version = round_.version
    found = {p.pk: p for p in (*version.authors.all(), version.submitted_by)}
    if version.product.owner.person is not None:
        found[version.product.owner.person.pk] = version.product.owner.person
    return list(found.values())


def _lately() -> Q:
    """Memberships that last still, or ended within the window."""
    return Q(until__isnull=True) | Q(until__gte=(timezone.now() - WINDOW).date())


def _serves(person: Person, centre_id: uuid.UUID) -> bool:
    return person.memberships.filter(_lately(), centre_id=centre_id).exists()


def _shared_centres(person: Person, round_: Round) -> Iterator[tuple[str, str]]:
    """Centres where both were members at the same time, lately."""
    mine = list(person.memberships.filter(_lately()).select_related("centre"))
    others = [author for author in authors(round_) if author.pk != person.pk]
    found = {
        (m.centre.name, str(author))
        for m in mine
        for author in others
        for t in author.memberships.filter(_lately(), centre=m.centre_id)
        if (m.until is None or t.since <= m.until) and (t.until is None or m.since <= t.until)
    }
    yield from sorted(found)


def _joint_works(person: Person, round_: Round) -> Iterator[Joint]:
    """Other products of the last years that name this person and, by account or ORCID iD, one of the authors."""
    theirs = {a.pk: str(a) for a in authors(round_) if a.pk != person.pk}
    orcids = {o: name for o, name in _contributors(round_.version.manifest) if o != person.orcid}
    mine = type(round_.version).objects.filter(
        Q(authors=person) | Q(submitted_by=person), created_at__gte=timezone.now() - WINDOW
    )
    others = mine.exclude(product=round_.version.product_id).distinct().order_by("-created_at")
    for version in others.select_related("product").prefetch_related("authors"):
        contributors = _contributors(version.manifest)
        if len(contributors) > MANY_AUTHORS:
            continue
        both = {theirs[a.pk] for a in version.authors.all() if a.pk in theirs}
        both |= {theirs[version.submitted_by_id]} if version.submitted_by_id in theirs else set()
        both |= {orcids[o] for o, _name in contributors if o in orcids}
        at = version.published_at or version.created_at
        yield from (Joint(other=name, work=str(version), at=at) for name in sorted(both))


def _contributors(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    """(ORCID iD, name) of those who gave one."""
    return [(str(c["orcid"]), str(c.get("name", ""))) for c in manifest.get("contributors", ()) if c.get("orcid")]


def _declared(person: Person, round_: Round) -> datetime | None:
    """When this person last said about any version of the product that a conflict stands in the way."""
    said = Assignment.objects.filter(
        reviewer=person,
        round__version__product=round_.version.product_id,
        state=AssignmentState.DECLINED,
        decline_reason=DeclineReason.CONFLICT,
    )
    return said.order_by("-declined_at").values_list("declined_at", flat=True).first()
