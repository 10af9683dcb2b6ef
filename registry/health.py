"""How a version holds as it ages: a table over its runs, and a pure function of them and the time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import TextChoices

from registry.purposes import Purpose

SAME = (Purpose.CHECK, Purpose.REVALIDATION)  # in the environment in which it was judged


class Level(TextChoices):
    RED = "red", "no longer passes its checks"
    AMBER = "amber", "needs attention"
    GREEN = "green", "passes its checks"
    UNKNOWN = "unknown", "not known"


@dataclass(frozen=True, slots=True)
class Ageing:
    """Days, counts. settings.AGEING overrides by name. Periods are stretched by up to `spread` either way, by the
    version's id, so that what was published together is not run together."""

    revalidate: float = 90.0
    rebuild: float = 365.0
    spread: float = 0.2
    overdue: float = 1.5  # periods after the last good run
    per_day: int = 48  # so many repeated runs are begun a day, whatever is due
    per_node: int = 8  # and so many for each node at work
    waiting: int = 4  # none is queued while so many wait


def ageing() -> Ageing:
    given: dict[str, Any] = getattr(settings, "AGEING", {})
    return Ageing(**given)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run that judged the product: what we could not check is none."""

    purpose: Purpose
    passed: bool
    at: datetime
    where: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the runs say. `good` is the last good one in the environment in which the version was judged."""

    level: Level
    why: str
    good: Outcome | None = None
    streak: int = 0
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Facts:
    same: Outcome | None
    rebuilt: Outcome | None
    good: Outcome | None
    is_overdue: bool


Rule = tuple[Level, str, Callable[[_Facts], bool]]

# The first that holds.
TABLE: tuple[Rule, ...] = (
    (Level.UNKNOWN, "no run has judged it", lambda f: f.same is None),
    (Level.RED, "the last run in its own environment failed", lambda f: f.same is not None and not f.same.passed),
    (Level.AMBER, "it fails in a rebuilt environment", lambda f: f.rebuilt is not None and not f.rebuilt.passed),
    (Level.AMBER, "its re-validation is overdue", lambda f: f.is_overdue),
    (Level.GREEN, "the last runs passed", lambda _: True),
)


def weigh(
    outcomes: Sequence[Outcome], *, now: datetime, kept: Ageing | None = None, is_scheduled: bool = True
) -> Standing:
    """`outcomes` in the order of time. A rebuilt environment never makes it red, a replication says nothing of age;
    what is not run again by itself is never overdue."""
    keep = kept or ageing()
    same = [o for o in outcomes if o.purpose in SAME]
    rebuilt = [o for o in outcomes if o.purpose == Purpose.REBUILD]
    good = next((o for o in reversed(same) if o.passed), None)
    due_at = good.at + timedelta(days=keep.revalidate * keep.overdue) if good and is_scheduled else None
    facts = _Facts(_last(same), _last(rebuilt), good, due_at is not None and due_at <= now)
    level, why = next((level, why) for level, why, holds in TABLE if holds(facts))
    return Standing(level, why, good, _streak(same), due_at)


def _last(outcomes: Sequence[Outcome]) -> Outcome | None:
    return outcomes[-1] if outcomes else None


def _streak(outcomes: Sequence[Outcome]) -> int:
    return next((n for n, o in enumerate(reversed(outcomes)) if not o.passed), len(outcomes))
