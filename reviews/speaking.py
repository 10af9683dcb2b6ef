"""Who may speak about a version under review, answer, and say that it is settled. Part of the table of permissions."""

from registry.ledger.access import YES, Verdict, allow
from registry.people import Actor, Person
from reviews.lifecycle import AssignmentState
from reviews.models import Assignment, Comment, Round, Thread
from reviews.permissions import handles

A = AssignmentState
NOBODY = Verdict(False, "Only reviewers, editors and authors of this version speak here.")


def _reviews(actor: Actor, round_: Round, *states: str) -> bool:
    found = Assignment.objects.filter(round=round_, state__in=states)
    return isinstance(actor, Person) and actor.is_active and found.filter(reviewer=actor).exists()


def _wrote(actor: Actor, round_: Round) -> bool:
    return Round.objects.authored_by(actor).filter(pk=round_.pk).exists()


def opens(actor: Actor, round_: Round) -> Verdict:
    """Reviewers while they review; the handling editor. Authors answer; they do not review."""
    if not round_.is_open:
        return Verdict(False, f"The round is {round_.state}; say it in the next one.")
    if _reviews(actor, round_, A.AGREED):
        return YES
    if _reviews(actor, round_, A.REPORTED):
        return Verdict(False, "Your report is sent; answer in the threads there are.")
    return handles(actor, round_) or NOBODY


def replies(actor: Actor, thread: Thread) -> Verdict:
    if not Thread.objects.visible_to(actor).filter(pk=thread.pk).exists():
        return NOBODY
    round_ = thread.round
    if _wrote(actor, round_) or _reviews(actor, round_, A.AGREED, A.REPORTED):
        return YES
    return handles(actor, round_) or NOBODY


def settles(actor: Actor, thread: Thread) -> Verdict:
    """Who asked says whether it is answered; and the editor."""
    if thread.is_draft:
        return Verdict(False, "It is a draft; take it back instead.")
    if isinstance(actor, Person) and actor.is_active and actor.pk == thread.opened_by_id:
        return YES
    return handles(actor, thread.round) or Verdict(False, "Only who opened it, or the editor, says that it is settled.")


def accepts(actor: Actor, comment: Comment) -> Verdict:
    if not comment.suggestion:
        return Verdict(False, "There is no suggestion in it.")
    if comment.accepted_at is not None:
        return Verdict(False, "It was accepted before.")
    seen = Comment.objects.visible_to(actor).filter(pk=comment.pk).exists()
    return (
        YES if seen and _wrote(actor, comment.thread.round) else Verdict(False, "Only an author accepts a suggestion.")
    )


def discards(actor: Actor, comment: Comment) -> Verdict:
    mine = isinstance(actor, Person) and actor.is_active and comment.author_id == actor.pk
    if mine and comment.sent_at is None:
        return YES
    return Verdict(False, "What was sent stays." if mine else "Only who wrote a draft takes it back.")


allow(
    thread__open=opens,
    thread__reply=replies,
    thread__resolve=settles,
    thread__reopen=settles,
    thread__accept=accepts,
    thread__discard=discards,
)
