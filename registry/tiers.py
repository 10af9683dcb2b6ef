"""What a tier asks for: pure functions of what the book knows, so that "why Tier 2?" has an answer."""

from collections.abc import Callable
from dataclasses import dataclass

ORDER = ("N", "2", "1", "0")  # rising trust


@dataclass(frozen=True, slots=True)
class Evidence:
    """`owner_tier` is the tier of the owning centre, "" for a person; `replications`: agreeing runs elsewhere."""

    is_published: bool
    independent_tests: int
    replications: int
    owner_tier: str


Criterion = tuple[str, Callable[[Evidence], bool]]


def _owner_at_least(tier: str) -> Callable[[Evidence], bool]:
    return lambda e: e.owner_tier in ORDER and ORDER.index(e.owner_tier) >= ORDER.index(tier)


CRITERIA: dict[str, tuple[Criterion, ...]] = {
    "N": (("a published version: checks passed, both reviews answered", lambda e: e.is_published),),
    "2": (
        ("a data test against an independent reference", lambda e: e.independent_tests > 0),
        ("an owning centre of Tier 2 or better", _owner_at_least("2")),
    ),
    "1": (
        ("a run at another centre that agrees", lambda e: e.replications > 0),
        ("an owning centre of Tier 1 or better", _owner_at_least("1")),
    ),
    "0": (("an observatory or facility that owns it", _owner_at_least("0")),),
}


def missing(tier: str, evidence: Evidence) -> tuple[str, ...]:
    """What still lacks for `tier`, in sentences; every tier asks for all the tiers below it, too."""
    steps = ORDER[: ORDER.index(tier) + 1]
    return tuple(sentence for step in steps for sentence, holds in CRITERIA[step] if not holds(evidence))


def reason(tier: str) -> str:
    """The sentence of a grant that the registry makes by itself."""
    return "; ".join(sentence for sentence, _ in CRITERIA[tier])
