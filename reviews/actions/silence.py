"""What becomes of who does not answer and of who does not report: the question goes to the next in line."""

import uuid
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from registry.ledger.access import SYSTEM, can
from registry.ledger.machine import IllegalMoveError, StaleError
from reviews.actions.assignments import invite_alternate, move, stop_reading
from reviews.lifecycle import INVITATION_TIME, PATIENCE, UNDER_WAY, AssignmentState
from reviews.models import Alternate, Assignment, Round


def expire_unanswered() -> int:
    """Invitations that nobody answered in time end; returns how many."""
    late = Assignment.objects.filter(
        state=AssignmentState.INVITED, invited_at__lt=timezone.now() - INVITATION_TIME, round__state__in=UNDER_WAY
    )
    return sum(_end(pk, "assignment.expire") for pk in late.values_list("pk", flat=True))


def lapse_overdue() -> int:
    """Reviews that are later than anybody can wait for end; returns how many."""
    late = Assignment.objects.filter(
        state=AssignmentState.AGREED, due_at__lt=timezone.now() - PATIENCE, round__state__in=UNDER_WAY
    )
    return sum(_end(pk, "assignment.lapse") for pk in late.values_list("pk", flat=True))


@transaction.atomic
def _end(pk: uuid.UUID, door: str) -> bool:
    assignment = Assignment.objects.select_related("round__version", "reviewer").get(pk=pk)
    try:
        move(assignment=assignment, door=door, actor=SYSTEM)
    except (IllegalMoveError, StaleError):  # answered, or taken back, a moment ago
        return False
    stop_reading(assignment=assignment)
    return True


@transaction.atomic
def ask_next(*, round_: Round, track: str) -> Assignment | None:
    """Invite the first in line who may be asked. Who may not any more (a conflict, say) leaves the line."""
    if not Round.objects.open().select_for_update().filter(pk=round_.pk).exists():
        return None
    for alternate in Alternate.objects.filter(round=round_, track=track).select_related(
        "round__version__product__owner", "reviewer", "named_by"
    ):
        asked = Assignment(round=round_, reviewer=alternate.reviewer, track=track, invited_by=alternate.named_by)
        may_be_asked = can(SYSTEM, "assignment.invite", asked)
        found = invite_alternate(alternate=alternate) if may_be_asked else None
        alternate.delete()
        if found:
            return found
    return None


ENDINGS: tuple[Callable[[], int], ...] = (expire_unanswered, lapse_overdue)
