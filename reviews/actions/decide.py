"""The decision that ends a round, and moves the version with it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from registry.actions import decide as registry_decide
from registry.ledger.machine import advance
from registry.people import Person
from reviews import people
from reviews.actions.rounds import end_reading, release
from reviews.identity import Identity, given_away
from reviews.lifecycle import Outcome
from reviews.models import Assignment, Decision, Round

VERSION_DOORS: dict[str, Callable[..., Any]] = {
    Outcome.ACCEPT: registry_decide.accept,
    Outcome.REVISE: registry_decide.revise,
    Outcome.REJECT: registry_decide.reject,
}


@transaction.atomic
def decide(*, actor: Person, round_: Round, outcome: str, rationale: str) -> Decision:
    """Round, decision, version and assignments move together or not at all.

    Of two editors the second gets StaleError or IllegalMoveError; PermissionDenied says what stands in the way.
    """
    if problems := missing(round_, outcome, rationale):
        raise ValidationError(problems)
    Round.objects.open().filter(pk=round_.pk).update(outcome=outcome)
    advance(round_, "round.decide", actor=actor, outcome=outcome, version=str(round_.version_id))
    round_.outcome = outcome
    decision = Decision.objects.create(round=round_, editor=actor, outcome=outcome, rationale=rationale.strip())
    release(round_=round_)
    if outcome == Outcome.REJECT:
        end_reading(round_=round_)
    VERSION_DOORS[outcome](actor=actor, version=round_.version, statement=rationale.strip())
    return decision


def missing(round_: Round, outcome: str, rationale: str) -> dict[str, str]:
    problems: dict[str, str] = {}
    if outcome not in Outcome.values:
        problems["outcome"] = "Choose: accept, revise or reject."
    if not rationale.strip():
        problems["rationale"] = "Say why: the authors read it, and so does whoever asks in five years."
    elif mark := given_away(rationale, _unnamed(round_)):
        problems["rationale"] = f"This names a reviewer who did not sign (“{mark}”). Write “Reviewer 1” instead."
    return problems


def _unnamed(round_: Round) -> tuple[Identity, ...]:
    asked = Assignment.objects.filter(round=round_).exclude(review__signed=True, review__submitted_at__isnull=False)
    return tuple(people.identity(a.reviewer) for a in asked.select_related("reviewer"))
