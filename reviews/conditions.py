"""Accepted ahead: does this version keep the conditions under which an editor has accepted it before it was there?"""

from collections.abc import Iterable
from dataclasses import dataclass

from registry import sources
from reviews.lifecycle import Outcome
from reviews.models import Decision, Round

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Condition:
    """`unmet` empty: it holds. `sentence` is the decision's rationale then, and else what an editor reads."""

    decision: Decision
    unmet: tuple[str, ...]
    sentence: str


def condition_of(round_: Round) -> Condition | None:
    """Of the decision before, if it was about this round's version. The version has passed its checks."""
    before = Round.objects.filter(version__product=round_.version.product_id, number=round_.number - 1)
    decision = Decision.objects.filter(
        round__in=before, outcome=Outcome.MINOR, accepts_label=round_.version.label
    ).first()
    if decision is None:
        return None
    unmet = tuple(_elsewhere(decision, round_)) if decision.accepts_paths else ()
    return Condition(decision, unmet, _sentence(decision, round_, unmet))


def _elsewhere(decision: Decision, round_: Round) -> Iterable[str]:
    """Files outside the ones named that differ from the version decided on."""
    allowed = [path.strip("/") for path in decision.accepts_paths]
    for change in sources.changes(decision.round.version, round_.version):
        if not any(change.path == path or change.path.startswith(f"{path}/") for path in allowed):
            yield change.path


def _sentence(decision: Decision, round_: Round, unmet: tuple[str, ...]) -> str:
    label, number = round_.version.label, decision.round.number
    if not unmet:
        return f"Accepted as decided in round {number}: all checks passed on {label}."
    more = f" and {len(unmet) - SHOWN} more" if len(unmet) > SHOWN else ""
    return (
        f"Round {number} accepted {label} ahead if only {', '.join(decision.accepts_paths)} changed; "
        f"also changed: {', '.join(unmet[:SHOWN])}{more}. An editor looks at it."
    )
