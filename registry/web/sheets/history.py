"""What happened to a version, in the sentences of registry/kinds.py, as far as the reader may know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry import queries
from registry.kinds import say
from registry.ledger.models import Event
from registry.models import Version

SAID = ("statement", "why", "reason")


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    sentence: str
    said: str
    after: str


def lines(events: Iterable[Event], subject: str) -> tuple[Line, ...]:
    return tuple(_line(event, subject) for event in events)


def of(version: Version, *, actor: Any) -> tuple[Line, ...]:
    """Newest first."""
    return lines(queries.history(version, actor=actor), f"{version.product.name} {version.label}")


def farewell(version: Version) -> Line | None:
    """The withdrawal, for the tombstone: its reason is public although the version no longer is."""
    found = Event.objects.filter(kind="version.withdraw", subject_id=version.pk).select_related("actor")
    return next(iter(lines(found, f"{version.product.name} {version.label}")), None)


def _line(event: Event, subject: str) -> Line:
    sentence = say(event.kind, actor=event.actor, subject=subject)
    said = next((str(event.facts[name]) for name in SAID if event.facts.get(name)), "")
    return Line(event.at, sentence, said, event.after)
