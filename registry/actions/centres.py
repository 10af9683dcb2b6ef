"""Centres are registered; people begin and end to serve them."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from registry.ledger.access import require
from registry.ledger.record import record
from registry.models import Centre, Handle, Membership, Person
from registry.people import Actor


@transaction.atomic
def found(*, actor: Actor, handle: str, name: str, tier: str = "N", ror: str = "") -> Centre:
    """Raises ValidationError when the handle is taken or a value is malformed."""
    centre = Centre(handle=handle, name=name, tier=tier, ror=ror)
    require(actor, "centre.found", centre)
    centre.full_clean()
    if Handle.objects.filter(name=handle).exists():
        raise ValidationError({"handle": ["this handle is taken"]})
    centre.save(force_insert=True)
    Handle.objects.create(name=handle, centre=centre)
    record("centre.found", centre, actor=actor, tier=tier)
    return centre


@transaction.atomic
def begin_membership(
    *, actor: Actor, centre: Centre, person: Person, role: str = "member", since: dt.date | None = None
) -> Membership:
    require(actor, "membership.begin", centre)
    membership = Membership(centre=centre, person=person, role=role, since=since or timezone.now().date())
    membership.full_clean()
    membership.save(force_insert=True)
    record("membership.begin", membership, actor=actor, centre=str(centre.pk), role=role)
    return membership


@transaction.atomic
def end_membership(*, actor: Actor, membership: Membership, until: dt.date | None = None) -> None:
    require(actor, "membership.end", membership.centre)
    membership.until = until or timezone.now().date()
    membership.full_clean()
    membership.save(update_fields=["until"])
    record("membership.end", membership, actor=actor, centre=str(membership.centre_id), role=membership.role)
