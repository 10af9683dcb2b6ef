"""May this person judge that version? Pure: values in, reasons out. Every reason is a sentence with its evidence."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(days=4 * 365 + 1)


@dataclass(frozen=True, slots=True)
class Joint:
    """Work two people are both named on; `other` is the one among this version's authors."""

    other: str
    work: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """One person against one version, all facts gathered. Handles of centres; `shared` are (centre, author) pairs."""

    submitted: bool = False
    author: bool = False
    contributor_orcid: str = ""
    owns: bool = False
    owning_centre: str = ""
    shared: tuple[tuple[str, str], ...] = ()
    joint: tuple[Joint, ...] = ()
    declared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """`code` for programs. The sentence is told to the person (`to_you`) or to an editor (`about`)."""

    code: str
    sentence: str

    def to_you(self) -> str:
        return self.sentence.format(who="You", are="are")

    def about(self, name: str) -> str:
        return self.sentence.format(who=name, are="is")


def _plain(text: str) -> str:
    """Facts go into a format string; their own braces must not."""
    return text.replace("{", "{{").replace("}", "}}")


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"


def _submitted(s: Standing, now: datetime) -> Iterator[Conflict]:
    if s.submitted:
        yield Conflict("SUBMITTER", "{who} submitted this version.")


def _author(s: Standing, now: datetime) -> Iterator[Conflict]:
    if s.contributor_orcid:
        yield Conflict("CONTRIBUTOR", f"{{who}} {{are}} named in its manifest (ORCID {_plain(s.contributor_orcid)}).")
    elif s.author:
        yield Conflict("AUTHOR", "{who} {are} an author of this product.")


def _owner(s: Standing, now: datetime) -> Iterator[Conflict]:
    if s.owns:
        yield Conflict("OWNER", "{who} {are} the owner of this product.")


def _owning_centre(s: Standing, now: datetime) -> Iterator[Conflict]:
    if s.owning_centre:
        yield Conflict(
            "OWNING_CENTRE", f"{{who}} {{are}} a member of {_plain(s.owning_centre)}, which owns the product."
        )


def _same_centre(s: Standing, now: datetime) -> Iterator[Conflict]:
    for centre, author in s.shared:
        yield Conflict(
            "SHARED_CENTRE",
            f"{{who}} and the author {_plain(author)} are, or were lately, members of {_plain(centre)} together.",
        )


def _joint_work(s: Standing, now: datetime) -> Iterator[Conflict]:
    for j in s.joint:
        if j.at >= now - WINDOW:
            yield Conflict(
                "JOINT_WORK",
                f"{{who}} and the author {_plain(j.other)} worked together on {_plain(j.work)} ({_day(j.at)}); "
                "4 years must lie between.",
            )


def _declared(s: Standing, now: datetime) -> Iterator[Conflict]:
    if s.declared_at:
        yield Conflict(
            "DECLARED", f"{{who}} declared a conflict of interest with this product on {_day(s.declared_at)}."
        )


RULES: tuple[Callable[[Standing, datetime], Iterator[Conflict]], ...] = (
    _submitted,
    _author,
    _owner,
    _owning_centre,
    _same_centre,
    _joint_work,
    _declared,
)


def conflicts(standing: Standing, *, now: datetime) -> tuple[Conflict, ...]:
    """All that stands between this person and judging this version; empty: nothing known."""
    return tuple(conflict for rule in RULES for conflict in rule(standing, now))
