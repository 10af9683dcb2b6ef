"""Threads as one reader may see them: who said what, without a name that is not theirs to know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.ledger.access import can
from reviews import telling
from reviews.confidentiality import is_blind, is_named
from reviews.models import Comment, Review, Round, Thread


@dataclass(frozen=True, slots=True)
class Said:
    """`on` is a day: a time of day would tell where in the world a reviewer works."""

    id: str
    by: str
    on: date
    text: str
    suggestion: str
    is_draft: bool
    is_accepted: bool
    may_accept: bool
    may_discard: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """`stands`: the line of the text that is shown at which it stands now; None: nowhere any more, or not a line."""

    id: str
    place: str
    place_said: str
    path: str
    line: int | None
    excerpt: str
    weight: str
    weight_said: str
    state: str
    is_draft: bool
    round: int
    said: tuple[Said, ...]
    may_reply: bool
    may_settle: bool

    @property
    def is_open(self) -> bool:
        return self.state == "open"


def talks(actor: Any, round_: Round) -> list[Talk]:
    """Of this round, and those of earlier rounds of the product that are open still."""
    seen = Thread.objects.visible_to(actor).select_related("round__version__product", "assignment", "opened_by")
    mine = list(seen.filter(round=round_))
    earlier = seen.filter(
        round__version__product=round_.version.product_id, round__number__lt=round_.number, state="open"
    )
    return [_tell(actor, thread) for thread in (*mine, *earlier)]


def _tell(actor: Any, thread: Thread) -> Talk:
    comments = Comment.objects.visible_to(actor).filter(thread=thread)
    labels = _labels(thread.round)
    authors = set(Round.objects.filter(pk=thread.round_id).values_list("version__authors", flat=True))
    authors.add(thread.round.version.submitted_by_id)
    return Talk(
        id=str(thread.pk),
        place=thread.place,
        place_said=thread.get_place_display(),
        path=thread.path,
        line=thread.line,
        excerpt=thread.excerpt,
        weight=thread.weight,
        weight_said=thread.get_weight_display(),
        state=thread.state,
        is_draft=thread.is_draft,
        round=thread.round.number,
        said=tuple(_said(actor, c, labels, authors) for c in comments.select_related("author", "assignment")),
        may_reply=bool(can(actor, "thread.reply", thread)),
        may_settle=bool(can(actor, "thread.resolve", thread)),
    )


def _labels(round_: Round) -> Mapping[Any, tuple[str, bool]]:
    """Assignment to the name it goes by, and whether that name was signed."""
    sent = Review.objects.filter(assignment__round=round_).submitted().select_related("assignment__reviewer")
    named = telling.labels(sent)
    return {r.assignment_id: (named[str(r.pk)], is_named(r)) for r in sent}


def _said(actor: Any, comment: Comment, labels: Mapping[Any, tuple[str, bool]], authors: Iterable[Any]) -> Said:
    return Said(
        id=str(comment.pk),
        by=_by(actor, comment, labels, set(authors)),
        on=comment.written_at.date(),
        text=comment.text,
        suggestion=comment.suggestion,
        is_draft=comment.sent_at is None,
        is_accepted=comment.accepted_at is not None,
        may_accept=bool(can(actor, "thread.accept", comment)),
        may_discard=bool(can(actor, "thread.discard", comment)),
    )


def _by(actor: Any, comment: Comment, labels: Mapping[Any, tuple[str, bool]], authors: set[Any]) -> str:
    if comment.author_id == getattr(actor, "pk", None):
        return "you"
    if comment.assignment_id is not None:
        label, signed = labels.get(comment.assignment_id, ("a reviewer", False))
        return f"{comment.author}, {label}" if signed else label
    role = "author" if comment.author_id in authors else "editor"
    return f"an {role}" if is_blind(actor, comment.thread.round) else f"{comment.author}, {role}"
