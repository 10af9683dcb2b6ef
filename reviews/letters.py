"""What the desk tells by mail: one row per event, whom, and in which words. A blind reviewer's names no author."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from registry.actions.letters import write
from registry.ledger.models import Event
from registry.people import Person
from reviews import people, reminders
from reviews.confidentiality import called
from reviews.lifecycle import AssignmentState
from reviews.models import Appeal, Assignment, Decision, Round
from reviews.reminders import Step, To

Whom = Callable[[Event, Round], Iterable[Person]]
STEPS: Mapping[str, Step] = {
    step.name: step
    for steps in (
        reminders.INVITATION, reminders.REVIEW, reminders.UNATTENDED, reminders.DECISION, reminders.REVISION,
        reminders.APPEAL,
    )
    for step in steps
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """{what}: the version, as this reader may call it; {step}: what a reminder says; {due}: a day."""

    to: Whom
    subject: str
    text: str


def _reviewer(event: Event, _round: Round) -> Iterable[Person]:
    return [Assignment.objects.select_related("reviewer").get(pk=event.subject_id).reviewer]


def _reviewers(_event: Event, round_: Round) -> Iterable[Person]:
    states = (AssignmentState.AGREED, AssignmentState.REPORTED)
    return Person.objects.filter(assignments__round=round_, assignments__state__in=states).distinct()


def _editor(_event: Event, round_: Round) -> Iterable[Person]:
    """Who handles it; as long as nobody does, every editor without a part in it."""
    return [round_.editor] if round_.editor is not None else _editors(_event, round_)


def _editors(_event: Event, round_: Round) -> Iterable[Person]:
    for person in Person.objects.filter(is_editor=True, is_active=True):
        if Round.objects.edited_by(person).filter(pk=round_.pk).exists():
            yield person


def _authors(_event: Event, round_: Round) -> Iterable[Person]:
    return people.authors(round_)


def _appellant(event: Event, _round: Round) -> Iterable[Person]:
    return [Appeal.objects.select_related("author").get(pk=event.subject_id).author]


def _others_who_asked(event: Event, round_: Round) -> Iterable[Person]:
    """The editors of a round but who did it."""
    return [person for person in _editor(event, round_) if person.pk != event.actor_id]


BY_ROLE: dict[To, Whom] = {To.REVIEWER: _reviewer, To.EDITOR: _editor, To.EDITORS: _editors, To.AUTHORS: _authors}

WORDS: dict[str, tuple[Words, ...]] = {
    "round.open": (
        Words(_editor, "A round has opened: {what}", "{what} has passed its checks and waits for reviewers."),
    ),
    "assignment.invite": (
        Words(
            _reviewer,
            "Will you review {what}?",
            "An editor of Pharos asks whether you review {what}, {track}. The report would be due on {due}.\n\n"
            "Answer yes or no on the page below; it takes a minute, and a no is of use, too. The invitation ends by "
            "itself after a week.",
        ),
    ),
    "assignment.agree": (Words(_others_who_asked, "Agreed to review: {what}", "A reviewer agreed ({track})."),),
    "assignment.decline": (
        Words(_editor, "Declined: {what}", "A reviewer declined ({track}). The reason is on the page."),
    ),
    "assignment.expire": (Words(_editor, "No answer: {what}", "An invitation was not answered in time ({track})."),),
    "assignment.lapse": (
        Words(
            _reviewer, "You are released: {what}", "The review did not come in time and is asked of somebody else now."
        ),
        Words(_editor, "A review did not come: {what}", "It is three weeks late ({track}); the next in line is asked."),
    ),
    "assignment.extend": (
        Words(_reviewer, "More time: {what}", "The editor gives you more time: the review is due on {due}."),
    ),
    "assignment.report": (
        Words(_reviewer, "Thank you: {what}", "Your report is with the editor. It is in your credit from now on."),
        Words(_editor, "A report is there: {what}", "A reviewer has sent the report ({track})."),
    ),
    "round.ripen": (Words(_editor, "All reports are in: {what}", "The round waits for your decision."),),
    "round.hand": (Words(_editor, "You handle a round: {what}", "An editor handed it to you."),),
    "round.decide": (
        Words(
            _authors, "Decided: {what}", "The round is decided: {outcome}. The reasons and the reports are on the page."
        ),
        Words(
            _reviewers,
            "Decided: {what}",
            "The round you reviewed in is decided: {outcome}. Thank you for your part in it.",
        ),
    ),
    "appeal.file": (
        Words(_editors, "An appeal: {what}", "The authors appeal the decision. An editor without a part in it rules."),
    ),
    "appeal.uphold": (Words(_appellant, "Upheld: {what}", "Your appeal was upheld: the version is judged again."),),
    "appeal.dismiss": (
        Words(_appellant, "Dismissed: {what}", "Your appeal was dismissed; the reasons are on the page."),
    ),
}


def tell(event: Event) -> None:
    """All letters of one event, once each."""
    round_ = _round(event)
    for words in WORDS.get(event.kind, ()) or _reminder(event):
        for person in words.to(event, round_):
            _write(event, round_, person, words)


def _reminder(event: Event) -> Iterable[Words]:
    step = STEPS.get(event.facts.get("step", ""))
    for role in step.to if step else ():
        yield Words(BY_ROLE[role], "Reminder: {what}", "{step}.")


def _write(event: Event, round_: Round, person: Person, words: Words) -> None:
    step = STEPS.get(event.facts.get("step", ""))
    known = {
        "what": called(person, round_),
        "step": step.says.capitalize() if step else "",
        **_about(event),
    }
    write(
        event=event,
        person=person,
        subject=words.subject.format_map(known),
        text=words.text.format_map(known),
        path=reverse("reviews:round", args=[round_.pk]),
    )


def _about(event: Event) -> dict[str, str]:
    found = Assignment.objects.filter(pk=event.subject_id).first()
    decision = Decision.objects.filter(round=event.subject_id).first()
    return {
        "track": found.get_track_display() if found else "",
        "due": f"{found.due_at.day} {found.due_at:%b %Y}" if found else "",
        "outcome": decision.said if decision else "",
    }


def _round(event: Event) -> Round:
    subject = event.facts.get("round") or event.subject_id
    wanted = Round.objects.select_related(
        "version__product__owner__centre", "version__product__owner__person", "editor"
    )
    return wanted.get(Q(pk=subject))


KINDS = (*WORDS, "assignment.remind", "round.remind", "appeal.remind")
