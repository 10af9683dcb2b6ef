"""The report's form: questions, what the machine saw, what was answered, what is missing. No Django form: its fields
come from the checklist, and everything typed must come back whatever happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adp.report import Report
from reviews.actions.reports import Written
from reviews.carry import Carried
from reviews.checklists import CHECKLISTS, Answer
from reviews.evidence import Evidence
from reviews.lifecycle import Recommendation
from reviews.models import Assignment, Review

LONGEST = 50_000
NAMING = frozenset({"citation"})  # questions whose evidence leads to the authors
UNSEEN = Evidence("note", "not shown in a double-blind track: it would name the authors")


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    id: str
    question: str
    why: str
    evidence: Evidence
    answer: str
    note: str
    problem: str
    earlier: str

    @property
    def choices(self) -> list[tuple[str, bool]]:
        return [(a.value, a.value == self.answer) for a in Answer]


@dataclass(frozen=True, slots=True)
class Sheet:
    lines: tuple[Line, ...]
    written: Written
    problems: Mapping[str, str]

    @property
    def answered(self) -> int:
        return sum(bool(line.answer) for line in self.lines)

    @property
    def others(self) -> list[tuple[str, str]]:
        """What is missing beside the checklist: (field, sentence)."""
        asked = {line.id for line in self.lines}
        return [(name, problem) for name, problem in self.problems.items() if name not in asked]

    @property
    def recommendations(self) -> list[tuple[str, str, bool]]:
        return [(r.value, str(r.label), r.value == self.written.recommendation) for r in Recommendation]


def parse(track: str, posted: Mapping[str, str]) -> Written:
    posted = {name: value.replace("\0", "␀") for name, value in posted.items()}  # PostgreSQL keeps no null byte
    answers = {
        item.id: {"answer": posted.get(f"answer-{item.id}", ""), "note": posted.get(f"note-{item.id}", "")}
        for item in CHECKLISTS[track]
    }
    return Written(
        answers=answers,
        text=posted.get("text", "")[:LONGEST],
        private_note=posted.get("private_note", "")[:LONGEST],
        recommendation=posted.get("recommendation", ""),
        signed=posted.get("signed") == "on",
    )


def kept(review: Review | None, carried: Carried | None = None) -> Written:
    """The draft; without one, what stands from the round before."""
    if review is None:
        return Written(answers={i: carried.answers[i] for i in carried.kept}) if carried else Written()
    return Written(review.answers, review.text, review.private_note, review.recommendation, review.signed)


def lay(
    assignment: Assignment,
    report: Report | None,
    manifest: Mapping[str, Any],
    written: Written,
    problems: Mapping[str, str],
    carried: Carried | None = None,
    *,
    blind: bool = False,
) -> Sheet:
    lines = []
    for number, item in enumerate(CHECKLISTS[assignment.track], 1):
        given = written.answers.get(item.id, {})
        lines.append(
            Line(
                number=number,
                id=item.id,
                question=item.question,
                why=item.why,
                evidence=UNSEEN if blind and item.id in NAMING else item.seen(report, manifest),
                answer=str(given.get("answer", "")),
                note=str(given.get("note", "")),
                problem=problems.get(item.id, ""),
                earlier=_earlier(item.id, carried),
            )
        )
    return Sheet(tuple(lines), written, problems)


def _earlier(item: str, carried: Carried | None) -> str:
    if carried is None or item not in carried.answers:
        return ""
    said = carried.answers[item].get("answer") or "nothing"
    if item in carried.kept:
        return f"carried from round {carried.round}: {said}; what it rests on did not change"
    return f"asked again: you said {said} in round {carried.round}, and what it rests on changed"
