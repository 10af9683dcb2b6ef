"""Who sees what, as conditions on rows; DESIGN §2. The table of permissions asks the same conditions of one row."""

from typing import Any

from django.db.models import Q

from registry.ledger.access import SYSTEM
from registry.lifecycle import OPEN, PUBLIC, State
from registry.models.centre import Membership, Role
from registry.models.person import Person

NOTHING = Q(pk__in=())
EVERYTHING = ~NOTHING


def sees_everything(actor: Any) -> bool:
    return actor is SYSTEM or (isinstance(actor, Person) and actor.is_active and actor.is_editor)


def known(actor: Any) -> Person | None:
    """An anonymous or switched-off account sees what the public sees."""
    return actor if isinstance(actor, Person) and actor.is_active else None


def current_centres(person: Person, *roles: Role) -> Any:
    found = Membership.objects.current().filter(person=person)
    return (found.filter(role__in=roles) if roles else found).values("centre")


def owns(actor: Any, via: str = "") -> Q:
    """Products of the actor, or of a centre the actor now belongs to; `via` leads from another row to its product."""
    person = known(actor)
    if person is None:
        return NOTHING
    return Q(**{f"{via}owner__person": person}) | Q(**{f"{via}owner__centre__in": current_centres(person)})


def authored(actor: Any, via: str = "") -> Q:
    """Versions the actor submitted, contributed to (by verified ORCID iD) or answers for as the owner."""
    person = known(actor)
    if person is None:
        return NOTHING
    itself = Q(**{f"{via}submitted_by": person}) | Q(**{f"{via}authors": person})
    return itself | owns(person, via=f"{via}product__")


def readable(actor: Any, via: str = "") -> Q:
    """Versions the actor may read whole: manifest, report, files."""
    if sees_everything(actor):
        return EVERYTHING
    public = Q(**{f"{via}state__in": PUBLIC})
    person = known(actor)
    if person is None:
        return public
    return public | authored(person, via) | Q(**{f"{via}readers__person": person})


def named(actor: Any, via: str = "") -> Q:
    """Versions whose label and state the actor may know. A withdrawn one that was public leaves a tombstone."""
    if sees_everything(actor):
        return EVERYTHING
    tombstone = Q(**{f"{via}state": State.WITHDRAWN, f"{via}published_at__isnull": False})
    in_the_open = Q(**{f"{via}product__is_open": True, f"{via}state__in": OPEN})
    found = readable(actor, via) | tombstone | in_the_open
    person = known(actor)
    if person is not None and current_centres(person, Role.OPERATOR).exists():
        found |= Q(**{f"{via}state__in": OPEN})
    return found
