"""The attempts of a run, read off the ledger: who had it, from when to when, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from registry.ledger.models import Event
from runners.models import Run

ENDS: Mapping[str, str] = {
    "run.finish": "ended with a report: {verdict}",
    "run.lose": "ended without a verdict: {why}",
    "run.hand_back": "handed back: {why}",
    "run.confirm": "stopped, as somebody asked",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """`node` as it was called then; `ended` is None, and `how` empty, while it goes on."""

    number: int
    node: str
    began: datetime
    ended: datetime | None = None
    how: str = ""


def attempts(run: Run) -> list[Attempt]:
    """Oldest first."""
    found = dict[int, Attempt]()
    events = Event.objects.filter(subject_id=run.pk, kind__in=["run.claim", *ENDS]).order_by("pk")
    for kind, at, facts in events.values_list("kind", "at", "facts"):
        number = int(facts.get("attempt", 0))
        if kind == "run.claim":
            found[number] = Attempt(number, str(facts.get("node", "")), at)
        elif number in found:
            found[number] = replace(found[number], ended=at, how=_said(kind, facts))
    return list(found.values())


def _said(kind: str, facts: Mapping[str, Any]) -> str:
    return ENDS[kind].format(verdict=facts.get("verdict", ""), why=facts.get("why") or "no reason given")
