"""Send each reminder once, as long as what it is about still waits; so they stop by themselves."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone

from registry import queries as registry
from registry.ledger.access import SYSTEM
from registry.ledger.record import record
from reviews import reminders
from reviews.lifecycle import (
    DECISION_TIME,
    INVITATION_TIME,
    UNDER_WAY,
    AppealState,
    AssignmentState,
    Outcome,
    RoundState,
)
from reviews.models import Appeal, Assignment, Decision, Reminder, Round
from reviews.reminders import Step

REVISES = (Outcome.MINOR, Outcome.MAJOR)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits, since when its clock counts, and the event that tells of it."""

    subject: models.Model
    kind: str
    steps: tuple[Step, ...]
    deadline: datetime
    round: Round


def remind() -> int:
    """Returns how many reminders were sent."""
    now = timezone.now()
    return sum(_send(waiting, now) for waiting in _all())


def _all() -> Iterator[Waiting]:
    yield from _assignments()
    yield from _rounds()
    for appeal in Appeal.objects.filter(state=AppealState.FILED).select_related("decision__round"):
        yield Waiting(appeal, "appeal.remind", reminders.APPEAL, appeal.due_at, appeal.decision.round)
    for decision in _unanswered():
        yield Waiting(decision.round, "round.remind", reminders.REVISION, decision.decided_at, decision.round)


def _assignments() -> Iterator[Waiting]:
    waiting = Assignment.objects.waiting().filter(round__state__in=UNDER_WAY).select_related("round")
    for a in waiting:
        invited = a.state == AssignmentState.INVITED
        steps, deadline = (
            (reminders.INVITATION, a.invited_at + INVITATION_TIME) if invited else (reminders.REVIEW, a.due_at)
        )
        yield Waiting(a, "assignment.remind", steps, deadline, a.round)


def _rounds() -> Iterator[Waiting]:
    for r in Round.objects.filter(state=RoundState.OPEN):
        yield Waiting(r, "round.remind", reminders.UNATTENDED, r.opened_at, r)
    for r in Round.objects.filter(state=RoundState.DECIDING):
        yield Waiting(r, "round.remind", reminders.DECISION, (r.ripe_at or r.due_at) + DECISION_TIME, r)


def _unanswered() -> Iterable[Decision]:
    """Revisions asked for, of versions after which none was submitted."""
    asked = Decision.objects.filter(outcome__in=REVISES, round__version__state="revise").select_related(
        "round__version"
    )
    return [d for d in asked if not registry.has_later(d.round.version)]


@transaction.atomic
def _send(waiting: Waiting, now: datetime) -> bool:
    steps = reminders.due(waiting.steps, waiting.deadline, now)
    sent = [_note(waiting.subject.pk, step, waiting.deadline) for step in steps]
    if not sent or not sent[-1]:
        return False
    step, round_ = steps[-1], waiting.round
    facts = {"round": str(round_.pk), "version": str(round_.version_id), "step": step.name}
    record(waiting.kind, waiting.subject, actor=SYSTEM, **facts)
    return True


def _note(subject: uuid.UUID, step: Step, deadline: datetime) -> bool:
    """True for the one who writes it down first."""
    return Reminder.objects.get_or_create(subject=subject, step=step.name, deadline=deadline)[1]
