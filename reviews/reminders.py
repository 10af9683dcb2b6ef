"""When who is reminded of what. Pure: a deadline and the time in, the step that is due out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class To(StrEnum):
    """Whom a step tells: the reviewer, who handles the round (nobody: all editors), all editors, the authors."""

    REVIEWER = "reviewer"
    EDITOR = "editor"
    EDITORS = "editors"
    AUTHORS = "authors"


@dataclass(frozen=True, slots=True)
class Step:
    """`after` the deadline; negative: before it. `says` goes into the letter and on the desk."""

    name: str
    after: timedelta
    to: tuple[To, ...]
    says: str


def _days(days: int) -> timedelta:
    return timedelta(days=days)


# name                                     days from the deadline  whom               what
INVITATION = (
    Step("invitation-ends-soon",           _days(-3), (To.REVIEWER,),             "the invitation ends in three days"),
)  # fmt: skip
REVIEW = (
    Step("review-due-soon",                _days(-7), (To.REVIEWER,),             "the review is due in a week"),
    Step("review-due",                     _days(0),  (To.REVIEWER,),             "the review is due today"),
    Step("review-late",                    _days(7),  (To.REVIEWER, To.EDITOR),   "the review is a week late"),
    Step("review-very-late",               _days(14), (To.REVIEWER, To.EDITOR),
         "the review is two weeks late; in a week somebody else is asked"),
)  # fmt: skip
UNATTENDED = (
    Step("round-unattended",               _days(3),  (To.EDITOR,),               "nobody is asked to review yet"),
    Step("round-unattended-long",          _days(10), (To.EDITORS,),              "for ten days nobody was asked"),
)  # fmt: skip
DECISION = (
    Step("decision-due",                   _days(0),  (To.EDITOR,),               "the decision is due"),
    Step("decision-late",                  _days(7),  (To.EDITORS,),              "the decision is a week late"),
    Step("decision-very-late",             _days(14), (To.EDITORS,),              "the decision is two weeks late"),
)  # fmt: skip
REVISION = (
    Step("revision-quiet",                 _days(28), (To.AUTHORS,),              "no new version for four weeks"),
    Step("revision-very-quiet",            _days(56), (To.AUTHORS, To.EDITORS),   "no new version for eight weeks"),
)  # fmt: skip
APPEAL = (
    Step("appeal-due",                     _days(0),  (To.EDITORS,),              "the appeal is to be ruled on today"),
    Step("appeal-late",                    _days(7),  (To.EDITORS,),              "the ruling is a week late"),
)  # fmt: skip


def due(steps: Iterable[Step], deadline: datetime, now: datetime) -> tuple[Step, ...]:
    """All whose time has come, the latest last. Only the last is sent: after a pause nobody gets a heap of letters."""
    return tuple(step for step in steps if deadline + step.after <= now)
