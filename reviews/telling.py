"""What of a report is told to whom. An allow-list: a field that is not written here reaches nobody."""

from collections.abc import Iterable
from dataclasses import dataclass

from reviews.checklists import CHECKLISTS
from reviews.confidentiality import is_named
from reviews.models import Review


@dataclass(frozen=True, slots=True)
class Answered:
    id: str
    question: str
    answer: str
    note: str


@dataclass(frozen=True, slots=True)
class Told:
    """`by` has the name only when the reviewer signed; `reviewer` and `private_note` are for editors and the writer."""

    id: str
    by: str
    signed: bool
    track: str
    recommendation: str
    recommends: str
    text: str
    answers: tuple[Answered, ...]
    reviewer: str = ""
    private_note: str = ""


def labels(reviews: Iterable[Review]) -> dict[str, str]:
    """Review id to "Reviewer 1 (code)": the same for every reader. The ids are random, so the order tells nothing."""
    ordered = sorted(reviews, key=lambda r: str(r.pk))
    return {str(r.pk): f"Reviewer {n} ({r.assignment.track})" for n, r in enumerate(ordered, 1)}


def tell(review: Review, label: str, *, whole: bool) -> Told:
    """`whole`: the reader is an editor of the round, or wrote it."""
    name = str(review.assignment.reviewer)
    return Told(
        id=str(review.pk),
        by=f"{name}, {label}" if is_named(review) else label,
        signed=is_named(review),
        track=review.assignment.track,
        recommendation=review.recommendation,
        recommends=review.get_recommendation_display(),
        text=review.text,
        answers=answered(review),
        reviewer=name if whole else "",
        private_note=review.private_note if whole else "",
    )


def answered(review: Review) -> tuple[Answered, ...]:
    given = review.answers
    return tuple(
        Answered(i.id, i.question, given[i.id].get("answer", ""), given[i.id].get("note", ""))
        for i in CHECKLISTS[review.assignment.track]
        if i.id in given
    )
