"""The decision that ends a round, and moves the version with it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from adp.manifest.identifiers import SEMVER
from registry.actions import decide as registry_decide
from registry.ledger.access import SYSTEM
from registry.ledger.machine import advance
from registry.people import Actor, Person
from reviews import people
from reviews.actions.rounds import end_reading, release
from reviews.conditions import Condition
from reviews.identity import Identity, given_away
from reviews.lifecycle import Outcome
from reviews.models import Assignment, Decision, Round

VERSION_DOORS: dict[str, Callable[..., Any]] = {
    Outcome.ACCEPT: registry_decide.accept,
    Outcome.MINOR: registry_decide.revise,
    Outcome.MAJOR: registry_decide.revise,
    Outcome.REJECT: registry_decide.reject,
}


@dataclass(frozen=True, slots=True)
class Ruling:
    outcome: str
    rationale: str
    accepts_label: str = ""
    accepts_paths: tuple[str, ...] = ()


@transaction.atomic
def decide(
    *,
    actor: Person,
    round_: Round,
    outcome: str,
    rationale: str,
    accepts_label: str = "",
    accepts_paths: Sequence[str] = (),
) -> Decision:
    """Round, decision, version and assignments move together or not at all.

    `accepts_label` with minor changes only: the version with this label is accepted by itself once its checks pass, if
    nothing but `accepts_paths` (files or folders of the repository; none: anything) differs from the one decided on.
    Of two editors the second gets StaleError or IllegalMoveError; PermissionDenied says what stands in the way.
    """
    ruling = Ruling(outcome, rationale, accepts_label, tuple(accepts_paths))
    if problems := missing(round_, ruling):
        raise ValidationError(problems)
    return _conclude(actor, round_, ruling, answerable=actor)


@transaction.atomic
def accept_ahead(*, round_: Round, condition: Condition) -> Decision:
    """What an editor accepted ahead: its checks passed, and nothing else changed. That editor answers for it."""
    ruling = Ruling(Outcome.ACCEPT, condition.sentence)
    return _conclude(SYSTEM, round_, ruling, answerable=condition.decision.editor)


def _conclude(actor: Actor, round_: Round, ruling: Ruling, *, answerable: Person) -> Decision:
    Round.objects.open().filter(pk=round_.pk).update(outcome=ruling.outcome)
    advance(round_, "round.decide", actor=actor, outcome=ruling.outcome, version=str(round_.version_id))
    round_.outcome = ruling.outcome
    decision = Decision.objects.create(
        round=round_,
        editor=answerable,
        outcome=ruling.outcome,
        rationale=ruling.rationale.strip(),
        accepts_label=ruling.accepts_label,
        accepts_paths=list(ruling.accepts_paths),
    )
    release(round_=round_)
    if ruling.outcome == Outcome.REJECT:
        end_reading(round_=round_)
    VERSION_DOORS[ruling.outcome](actor=actor, version=round_.version, statement=ruling.rationale.strip())
    return decision


def missing(round_: Round, ruling: Ruling) -> dict[str, str]:
    problems: dict[str, str] = {}
    if ruling.outcome not in Outcome.values:
        problems["outcome"] = "Choose: accept, minor, major or reject."
    if not ruling.rationale.strip():
        problems["rationale"] = "Say why: the authors read it, and so does whoever asks in five years."
    elif mark := given_away(ruling.rationale, _unnamed(round_)):
        problems["rationale"] = f"This names a reviewer who did not sign (“{mark}”). Write “Reviewer 1” instead."
    return problems | _ahead(round_, ruling)


def _ahead(round_: Round, ruling: Ruling) -> dict[str, str]:
    if not ruling.accepts_label:
        return {"accepts_paths": "Files are named only with the label they are about."} if ruling.accepts_paths else {}
    if ruling.outcome != Outcome.MINOR:
        return {"accepts_label": "Only with minor changes can a version be accepted ahead."}
    if not re.fullmatch(SEMVER, ruling.accepts_label) or ruling.accepts_label == round_.version.label:
        return {"accepts_label": "Give the label of the version that is to come, such as 1.2.1."}
    return {}


def _unnamed(round_: Round) -> tuple[Identity, ...]:
    asked = Assignment.objects.filter(round=round_).exclude(review__signed=True, review__submitted_at__isnull=False)
    return tuple(people.identity(a.reviewer) for a in asked.select_related("reviewer"))
