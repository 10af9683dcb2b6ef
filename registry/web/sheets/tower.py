"""Why this tier, and what is missing for the next: the criteria of registry/tiers.py against what the book knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry import tiers
from registry.models import TierGrant
from registry.web.present.wording import TIERS


@dataclass(frozen=True, slots=True)
class Criterion:
    met: bool
    text: str

    @property
    def lamp(self) -> str:
        return "met" if self.met else "missing"


@dataclass(frozen=True, slots=True)
class Storey:
    tier: str
    name: str
    lit: bool
    here: bool
    since: datetime | None
    criteria: tuple[Criterion, ...]


def build(grants: Sequence[TierGrant], evidence: tiers.Evidence) -> tuple[Storey, ...]:
    """Highest first. `grants` in the order they were made; the latest counts, and lights what lies below it."""
    current: Any = grants[-1] if grants else None
    reached = tiers.ORDER.index(current.tier) if current else -1
    return tuple(
        Storey(
            tier=tier,
            name=TIERS[tier],
            lit=height <= reached,
            here=height == reached,
            since=current.created_at if current and height == reached else None,
            criteria=tuple(Criterion(holds(evidence), text) for text, holds in tiers.CRITERIA[tier]),
        )
        for height, tier in reversed(list(enumerate(tiers.ORDER)))
    )
