"""Save a draft, send the report. Drafts are the reviewer's own: no event, nobody else sees them."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from registry.ledger.access import require
from registry.ledger.machine import StaleError, advance
from registry.people import Person
from reviews import checklists, people
from reviews.actions.follow import follow, hold
from reviews.actions.threads import drafted, send_drafts
from reviews.identity import given_away
from reviews.lifecycle import Recommendation
from reviews.models import Assignment, Review


@dataclass(frozen=True, slots=True)
class Written:
    """All a reviewer writes: answers by item id, {"answer": yes|no|n/a, "note": …}; texts are CommonMark."""

    answers: checklists.Answers = field(default_factory=dict)
    text: str = ""
    private_note: str = ""
    recommendation: str = ""
    signed: bool = False


@transaction.atomic
def save_draft(*, actor: Person, assignment: Assignment, written: Written) -> Review:
    """Everything is kept as far as it goes. Raises StaleError once the report was sent."""
    assignment.MACHINE.find("assignment.report", assignment.state)
    require(actor, "assignment.report", assignment)
    review, _ = Review.objects.get_or_create(assignment=assignment)
    known = written.recommendation in Recommendation.values
    values = {
        "answers": checklists.clean(assignment.track, written.answers),
        "text": written.text,
        "private_note": written.private_note,
        "recommendation": written.recommendation if known else "",
        "signed": written.signed,
        "saved_at": timezone.now(),
    }
    if not Review.objects.filter(pk=review.pk, submitted_at=None).update(**values):
        raise StaleError(f"{review} was sent and does not change any more")
    review.refresh_from_db()
    return review


@transaction.atomic
def report(*, actor: Person, assignment: Assignment, written: Written) -> Review:
    """Raises ValidationError, field to sentence, while something is missing; the draft is not touched then."""
    if problems := missing(assignment, written):
        raise ValidationError(problems)
    hold(round_=assignment.round)
    review = save_draft(actor=actor, assignment=assignment, written=written)
    facts = {
        "round": str(assignment.round_id),
        "version": str(assignment.round.version_id),
        "track": assignment.track,
        "signed": review.signed,
    }
    advance(assignment, "assignment.report", actor=actor, **facts)
    Review.objects.filter(pk=review.pk).update(submitted_at=timezone.now())
    send_drafts(assignment=assignment)
    review.refresh_from_db()
    follow(round_=assignment.round)
    return review


def missing(assignment: Assignment, written: Written) -> dict[str, str]:
    """What a report still needs before it can be sent."""
    problems = checklists.missing(assignment.track, written.answers)
    if not written.text.strip():
        problems["text"] = "Write to the authors: what is good, what must change, and why."
    if written.recommendation not in Recommendation.values:
        problems["recommendation"] = "Choose what you recommend: accept, minor, major or reject."
    if not written.signed and (
        mark := given_away(_for_authors(assignment, written), (people.identity(assignment.reviewer),))
    ):
        problems["signed"] = f"Your text names you (“{mark}”). Take that out, or sign the review."
    return problems


def _for_authors(assignment: Assignment, written: Written) -> str:
    notes = (str(given.get("note", "")) for given in written.answers.values())
    return "\n".join((written.text, *notes, drafted(assignment)))
