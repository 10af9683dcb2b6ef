"""Speak about a place of a version, answer, resolve, suggest, accept. A reviewer's words go with the report."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from registry.ledger.access import require
from registry.ledger.machine import StaleError, advance
from registry.ledger.record import record
from registry.people import Person
from reviews import people
from reviews.anchors import Anchor, excerpt
from reviews.identity import given_away
from reviews.lifecycle import AssignmentState, Weight
from reviews.models import Assignment, Comment, Place, Round, Thread

LONGEST = 20_000


@transaction.atomic
def open_thread(
    *, actor: Person, round_: Round, anchor: Anchor, text: str, weight: str = Weight.MINOR, suggestion: str = ""
) -> Thread:
    """A reviewer's is a draft until the report is sent; an editor's is read at once."""
    require(actor, "thread.open", round_)
    text = _checked(text, suggestion, anchor)
    if weight not in Weight.values:
        raise ValidationError({"weight": "Choose: must change, should change, a question, or good."})
    mine = _assignment(actor, round_)
    sent_at = _sent_at(mine)
    thread = Thread.objects.create(
        round=round_,
        assignment=mine,
        opened_by=actor,
        place=anchor.place,
        path=anchor.path,
        line=anchor.line,
        excerpt=excerpt(round_, anchor),
        weight=weight,
        sent_at=sent_at,
    )
    Comment.objects.create(
        thread=thread, assignment=mine, author=actor, text=text, suggestion=suggestion, sent_at=sent_at
    )
    if sent_at:
        record("thread.open", thread, actor=actor, after=thread.state, **_facts(thread))
    return thread


@transaction.atomic
def reply(*, actor: Person, thread: Thread, text: str) -> Comment:
    require(actor, "thread.reply", thread)
    text = _checked(text)
    mine = _assignment(actor, thread.round)
    if mine is not None and (mark := given_away(text, (people.identity(actor),))) and not _signed(mine):
        raise ValidationError({"text": f"Your text names you (“{mark}”). Take that out."})
    comment = Comment.objects.create(thread=thread, assignment=mine, author=actor, text=text, sent_at=_sent_at(mine))
    if comment.sent_at:
        record("thread.reply", thread, actor=actor, **_facts(thread))
    return comment


def resolve(*, actor: Person, thread: Thread) -> None:
    advance(thread, "thread.resolve", actor=actor, **_facts(thread))


def reopen(*, actor: Person, thread: Thread) -> None:
    advance(thread, "thread.reopen", actor=actor, **_facts(thread))


@transaction.atomic
def accept(*, actor: Person, comment: Comment) -> None:
    """An author takes a suggestion: they will put it into the next version, and say so here."""
    require(actor, "thread.accept", comment)
    if Comment.objects.filter(pk=comment.pk, accepted_at=None).update(accepted_at=timezone.now()) != 1:
        raise StaleError("this suggestion was accepted a moment ago")
    record("thread.accept", comment.thread, actor=actor, **_facts(comment.thread))
    comment.refresh_from_db()


@transaction.atomic
def discard(*, actor: Person, comment: Comment) -> None:
    """Take back a draft; with its first comment the thread goes."""
    require(actor, "thread.discard", comment)
    thread = comment.thread
    if thread.is_draft and thread.comments.order_by("written_at", "id").first() == comment:
        thread.delete()
    else:
        comment.delete()


def send_drafts(*, assignment: Assignment) -> None:
    """With the report: from now on what was said belongs to it."""
    now = timezone.now()
    Thread.objects.filter(assignment=assignment, sent_at=None).update(sent_at=now)
    Comment.objects.filter(assignment=assignment, sent_at=None).update(sent_at=now)


def drafted(assignment: Assignment) -> str:
    """All the words that would go with the report."""
    found = Comment.objects.filter(assignment=assignment, sent_at=None)
    return "\n".join(f"{text}\n{suggestion}" for text, suggestion in found.values_list("text", "suggestion"))


def _checked(text: str, suggestion: str = "", anchor: Anchor | None = None) -> str:
    text = text.strip()
    if not text:
        raise ValidationError({"text": "Say what it is about."})
    if len(text) > LONGEST or len(suggestion) > LONGEST:
        raise ValidationError({"text": f"At most {LONGEST} characters."})
    if suggestion and anchor and anchor.place != Place.LINE:
        raise ValidationError({"suggestion": "A suggestion stands in place of a line; open it on one."})
    return text


def _assignment(actor: Person, round_: Round) -> Assignment | None:
    standing = (AssignmentState.AGREED, AssignmentState.REPORTED)
    return Assignment.objects.filter(round=round_, reviewer=actor, state__in=standing).order_by("-state").first()


def _sent_at(mine: Assignment | None) -> datetime | None:
    return None if mine is not None and mine.state == AssignmentState.AGREED else timezone.now()


def _signed(assignment: Assignment) -> bool:
    review = getattr(assignment, "review", None)
    return bool(review and review.submitted_at and review.signed)


def _facts(thread: Thread) -> dict[str, str]:
    return {"round": str(thread.round_id), "version": str(thread.round.version_id)}
