"""A round's state follows its assignments: who is asked, who agreed, whose report is there."""

from collections.abc import Iterable

from django.utils import timezone

from registry.ledger.access import SYSTEM
from registry.ledger.machine import advance
from reviews.lifecycle import STANDING, AssignmentState, RoundState, Track
from reviews.models import Assignment, Round

A = AssignmentState
DOORS = {
    RoundState.INVITING: "round.seek",
    RoundState.REVIEWING: "round.begin",
    RoundState.DECIDING: "round.ripen",
}


def hold(*, round_: Round) -> Round:
    """Lock the round's row before any of its assignments: whoever changes both takes them in this order."""
    return Round.objects.select_for_update().get(pk=round_.pk)


def follow(*, round_: Round) -> None:
    """To be called in the transaction that changed an assignment."""
    held = hold(round_=round_)
    wanted = standing(Assignment.objects.filter(round=held).values_list("track", "state"))
    if held.is_open and wanted != held.state and wanted in DOORS:
        advance(held, DOORS[wanted], actor=SYSTEM, version=str(held.version_id))
        if wanted == RoundState.DECIDING:
            Round.objects.filter(pk=held.pk).update(ripe_at=timezone.now())
    round_.refresh_from_db(fields=["state"])


def standing(assignments: Iterable[tuple[str, str]]) -> RoundState:
    """From (track, state) of everybody who was ever asked."""
    rows = list(assignments)
    if not rows:
        return RoundState.OPEN
    at_work = {track for track, state in rows if state in {A.AGREED, A.REPORTED}}
    if len(at_work) < len(Track):
        return RoundState.INVITING
    reported = {track for track, state in rows if state == A.REPORTED}
    awaited = any(state in STANDING - {A.REPORTED} for _, state in rows)
    return RoundState.DECIDING if len(reported) == len(Track) and not awaited else RoundState.REVIEWING
