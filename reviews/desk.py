"""What waits for a person: duties as reviewer, as editor, as author; and what moves without them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from registry import confirmations
from registry import queries as registry
from registry.ledger.access import can
from registry.people import Person
from reviews.confidentiality import called
from reviews.lifecycle import INVITATION_TIME, AssignmentState, Track
from reviews.models import Appeal, Assignment, Round

DIFFERS = "No vote is taken: its page shows which product, by which rule, and how much."
LATER = 1000  # days: what has no date stands below what has one


@dataclass(frozen=True, slots=True)
class Todo:
    """One duty: what, why, by when, and the one verb that does it."""

    what: str
    why: str
    url: str
    verb: str
    due_at: datetime | None = None

    @property
    def is_late(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now()

    @property
    def days(self) -> int:
        """Whole days until it is due; negative: days late."""
        return LATER if self.due_at is None else (self.due_at.date() - timezone.now().date()).days

    @property
    def late_days(self) -> int:
        return -self.days


@dataclass(frozen=True, slots=True)
class Moving:
    """Something of this person's that waits for somebody else."""

    what: str
    url: str
    state: str
    next: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    todo: tuple[Todo, ...] = ()
    moving: tuple[Moving, ...] = ()
    reviewing: int = 0
    past: tuple[tuple[str, str], ...] = ()  # what was reviewed, and where the report is read

    @property
    def reported(self) -> int:
        return len(self.past)

    @property
    def late(self) -> int:
        return sum(t.is_late for t in self.todo)


def lay(person: Person) -> Desk:
    mine = Assignment.objects.filter(reviewer=person).select_related(
        "round__version__product__owner__centre", "reviewer", "review"
    )
    rounds = Round.objects.edited_by(person).open().select_related("version__product").prefetch_related("assignments")
    open_rounds = list(rounds)
    versions = newest(registry.versions_of(person))
    duties = (_as_reviewer(mine), _as_editor(open_rounds), _appeals(person), _as_author(versions), _alarms(person))
    todo = [todo for each in duties for todo in each]
    return Desk(
        todo=tuple(sorted(todo, key=lambda t: (t.days, t.what))),
        moving=(*_rounds_waiting(open_rounds), *_versions_waiting(versions)),
        reviewing=mine.waiting().count(),
        past=tuple(_past(mine)),
    )


def _past(assignments: Any) -> Iterator[tuple[str, str]]:
    for a in assignments.filter(state=AssignmentState.REPORTED).order_by("-invited_at"):
        yield (
            f"{called(a.reviewer, a.round)}, {a.get_track_display()}",
            f"{reverse('reviews:round', args=[a.round_id])}?track={a.track}",
        )


def _as_reviewer(assignments: Any) -> Iterator[Todo]:
    for a in assignments.filter(state=AssignmentState.INVITED):
        due = f"{a.due_at.day} {a.due_at:%b %Y}"
        yield Todo(
            what=f"Will you review {called(a.reviewer, a.round)}?",
            why=f"{a.get_track_display().capitalize()} track; the report would be due on {due}.",
            url=reverse("reviews:round", args=[a.round_id]),
            verb="Answer",
            due_at=a.invited_at + INVITATION_TIME,
        )
    for a in assignments.filter(state=AssignmentState.AGREED):
        begun = hasattr(a, "review")
        yield Todo(
            what=f"Review the {a.get_track_display()} of {called(a.reviewer, a.round)}",
            why=f"Round {a.round.number}; {'your draft is saved' if begun else 'not begun yet'}.",
            url=f"{reverse('reviews:round', args=[a.round_id])}?track={a.track}",
            verb="Continue" if begun else "Begin",
            due_at=a.due_at,
        )


ASKED = (AssignmentState.INVITED, AssignmentState.AGREED, AssignmentState.REPORTED)


def tracks(round_: Round, *states: str) -> set[str]:
    return {a.track for a in round_.assignments.all() if a.state in states}


def _as_editor(open_rounds: list[Round]) -> Iterator[Todo]:
    for r in open_rounds:
        url = reverse("reviews:round", args=[r.pk])
        lonely = [str(t.label) for t in Track if t.value not in tracks(r, *ASKED)]
        if lonely:
            why = f"Nobody is asked for the {' and the '.join(lonely)} yet."
            yield Todo(f"Invite reviewers for {r.version}", why, url, "Invite", r.due_at)
        elif len(tracks(r, AssignmentState.REPORTED)) == len(Track):
            yield Todo(f"Decide on {r.version}", "There is a report in each track.", url, "Decide", r.due_at)


def _appeals(person: Person) -> Iterator[Todo]:
    """Those this editor may rule on: somebody else decided."""
    for a in Appeal.objects.visible_to(person).filed().select_related("decision__round__version__product"):
        round_ = a.decision.round
        if can(person, "appeal.uphold", a):
            why = "The authors say the decision got something wrong. You had no part in it."
            url = reverse("reviews:round", args=[round_.pk])
            yield Todo(f"Rule on the appeal about {round_.version}", why, url, "Read", a.due_at)


def _alarms(person: Person) -> Iterator[Todo]:
    """What no longer holds, or differs elsewhere, told to who answers for it; it stays until it holds again."""
    for version in confirmations.alarms(person):
        is_red = getattr(getattr(version, "health", None), "level", "") == "red"
        what = f"{version} no longer passes its checks" if is_red else f"{version} differs at another centre"
        why = "Its last re-validation failed. Look why, and tell its users." if is_red else DIFFERS
        owner, name = version.product.owner_id, version.product.name
        url = f"{reverse('registry:version', args=[owner, name, version.label])}#holds"
        yield Todo(what, why, url, "Look")


def _rounds_waiting(open_rounds: list[Round]) -> Iterator[Moving]:
    """Rounds where every track has somebody and some track has no report yet."""
    for r in open_rounds:
        if len(tracks(r, *ASKED)) == len(Track) > len(tracks(r, AssignmentState.REPORTED)):
            url = reverse("reviews:round", args=[r.pk])
            yield Moving(str(r.version), url, "in_review", "the reviewers", r.opened_at)


def newest(versions: Iterable[Any]) -> list[Any]:
    """Of each product the first, given newest first: an old failure is no duty once a newer version is there."""
    found: dict[Any, Any] = {}
    for version in versions:
        found.setdefault(version.product_id, version)
    return list(found.values())


FAILED = {
    "failed": ("Correct {}", "A check failed. Correct it, tag a new version and submit again.", "See why"),
    "revise": (
        "Revise {}",
        "The editor asks for a revision; the reports say what. Submit it as a new version.",
        "Read",
    ),
}
WAITING = {
    "submitted": "a free node",
    "checking": "the node that checks it",
    "stalled": "the registry: we could not check it and try again",
    "checked": "the registry: a round opens",
    "in_review": "the editor and the reviewers",
    "accepted": "the registry: it is published",
}


def _as_author(versions: list[Any]) -> Iterator[Todo]:
    for v in versions:
        if v.state in FAILED:
            what, why, verb = FAILED[v.state]
            yield Todo(what.format(v), why, version_url(v), verb)


def _versions_waiting(versions: list[Any]) -> Iterator[Moving]:
    for v in versions:
        if v.state in WAITING:
            yield Moving(str(v), version_url(v), v.state, WAITING[v.state], v.created_at)


def version_url(version: Any) -> str:
    return reverse("registry:version", args=[version.product.owner_id, version.product.name, version.label])
