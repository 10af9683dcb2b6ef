"""Who learns whose name, as a table. Its blind reviewer is held by Round.objects.blind_to and what is withheld here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reviews.identity import Identity
from reviews.lifecycle import Mode
from reviews.models import Review, Round
from reviews.people import authors, identity

WITHHELD = "[withheld]"


@dataclass(frozen=True, slots=True)
class Sight:
    """What one role learns in one mode: names of the authors, and of a track's reviewers (`signed`: of those who
    signed, with their reports)."""

    authors: bool
    reviewers: str  # "all", "signed" or "none"


ROLES = ("editor", "observer", "author", "reviewer", "other reviewer", "public")
TABLE: dict[str, dict[str, Sight]] = {
    # until the version is public; what is public then names its authors, and reviewers as "public" has it
    Mode.OPEN: {
        "editor": Sight(True, "all"), "observer": Sight(True, "all"), "author": Sight(True, "all"),
        "reviewer": Sight(True, "all"), "other reviewer": Sight(True, "all"), "public": Sight(True, "all"),
    },
    Mode.SINGLE_BLIND: {
        "editor": Sight(True, "all"), "observer": Sight(True, "signed"), "author": Sight(True, "signed"),
        "reviewer": Sight(True, "signed"), "other reviewer": Sight(True, "signed"), "public": Sight(True, "signed"),
    },
    Mode.DOUBLE_BLIND: {
        "editor": Sight(True, "all"), "observer": Sight(True, "signed"), "author": Sight(True, "signed"),
        "reviewer": Sight(False, "none"), "other reviewer": Sight(True, "signed"), "public": Sight(True, "signed"),
    },
}  # fmt: skip


def is_named(review: Review) -> bool:
    """Does a report bear the reviewer's name, for whoever may read it?"""
    seen = TABLE[review.assignment.round.mode_of(review.assignment.track)]["public"].reviewers
    return seen == "all" or (seen == "signed" and review.signed)


def is_blind(actor: Any, round_: Round) -> bool:
    """Must this reader not learn who the authors are?"""
    return Round.objects.blind_to(actor).filter(pk=round_.pk).exists()


def called(actor: Any, round_: Round) -> str:
    """What the version of a round is called on a page or in a letter for this reader."""
    if not is_blind(actor, round_):
        return str(round_.version)
    return redact(f"“{round_.version.manifest['product']['title']}”", round_)


def redact(text: str, round_: Round) -> str:
    """Without anything that names an author, a contributor, the owner or where the repository lies."""
    for mark in sorted(_marks(round_), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(mark)}(?!\w)", WITHHELD, text, flags=re.IGNORECASE)
    return text


def _marks(round_: Round) -> set[str]:
    version = round_.version
    owner = version.product.owner
    known = [identity(person) for person in authors(round_)]
    given = [Identity(str(c.get("name", "")), "", orcid=str(c.get("orcid", ""))) for c in _contributors(version)]
    found = {mark for one in (*known, *given) for mark in (*one.marks, one.name) if mark.strip(" @")}
    found |= {version.product.path, version.url, version.commit, owner.pk, *_centre(owner)}
    found |= {person.username for person in authors(round_)}
    return {mark for mark in found if len(mark) > 2}  # noqa: PLR2004 - initials are everywhere


def _contributors(version: Any) -> Iterable[dict[str, Any]]:
    return [c for c in version.manifest.get("contributors") or () if isinstance(c, dict)]


def _centre(owner: Any) -> Iterable[str]:
    return (owner.centre.name,) if owner.centre is not None else ()
