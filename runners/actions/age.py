"""Published versions are run again as they age: the most overdue first, a few a day, spread over time, never in the way
of what was not judged yet."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from registry import confirmations as book
from registry.health import Ageing, ageing
from registry.ledger.access import require
from registry.ledger.record import record
from registry.people import Actor
from registry.purposes import Purpose
from runners.actions.queue import queue
from runners.actions.replicate import as_its_tier_wants
from runners.conf import conf
from runners.lifecycle import State
from runners.models import Node, Run

AGED = (Purpose.REVALIDATION, Purpose.REBUILD)
DAY = timedelta(days=1)
LOOK = 500  # so many candidates one round looks at
NOT_JUDGED = (State.QUARANTINED, State.CANCELLED)


def age() -> int:
    """One round; returns how many runs it queued. Twice is harmless: what is queued is no longer due."""
    keep, now = ageing(), timezone.now()
    left = _allowed(keep, now)
    queued = 0
    for purpose, version in _due(keep, now):
        if queued >= left:
            break
        queue(version=version, purpose=purpose)
        queued += 1
    return queued


def replicate_wanted() -> int:
    """What tiers are held to and no handler could ask for: a node of another centre came later."""
    if not Node.objects.at_work(2 * conf().lease).exclude(centre=None).exists():
        return 0
    live = Run.objects.live().filter(purpose=Purpose.REPLICATION).values("version")
    found = book.versions_to_confirm().exclude(pk__in=live)[:LOOK]
    return sum(as_its_tier_wants(version=version) is not None for version in found)


@transaction.atomic
def revalidate(*, actor: Actor, version: Any) -> Run:
    """By hand: in the same environment, today. While one is under way, that one."""
    require(actor, "run.revalidate", version)
    run = queue(version=version, actor=actor, purpose=Purpose.REVALIDATION)
    record("run.revalidate", run, actor=actor)
    return run


def _allowed(keep: Ageing, now: datetime) -> int:
    """None without a node; at most so many a day, of which so many for each node; few at a time."""
    nodes = Node.objects.at_work(2 * conf().lease).count()
    aged = Run.objects.filter(purpose__in=AGED)
    today = aged.filter(queued_at__gte=now - DAY).count()
    waiting = aged.filter(state=State.QUEUED).count()
    return max(0, min(min(keep.per_day, keep.per_node * nodes) - today, keep.waiting - waiting))


def _due(keep: Ageing, now: datetime) -> Iterator[tuple[Purpose, Any]]:
    """The most overdue first, re-validations before rebuilds."""
    for purpose, days in ((Purpose.REVALIDATION, keep.revalidate), (Purpose.REBUILD, keep.rebuild)):
        found = [
            (at, v) for v in _candidates(purpose, days, keep, now) if (at := due_at(v, purpose, days, keep)) <= now
        ]
        yield from ((purpose, version) for _, version in sorted(found, key=lambda pair: pair[0]))


def _candidates(purpose: Purpose, days: float, keep: Ageing, now: datetime) -> Any:
    """Published ones with no such run under way, whose last one is long enough ago for the shortest stretched period;
    each with `ran_at`, and `ended`, the state of its last such run."""
    runs = Run.objects.filter(version=OuterRef("pk"), purpose__in=(Purpose.CHECK, purpose)).order_by("-queued_at")
    live = Run.objects.live().filter(purpose=purpose).values("version")
    ran_at = Coalesce(Subquery(runs.values("queued_at")[:1]), F("published_at"), output_field=DateTimeField())
    found = book.published_versions().exclude(pk__in=live)
    found = found.annotate(ran_at=ran_at, ended=Subquery(runs.values("state")[:1]))
    long_ago = Q(ran_at__lte=now - timedelta(days=days * (1 - keep.spread)))
    failed = Q(ended__in=NOT_JUDGED, ran_at__lte=now - DAY)
    return found.filter(long_ago | failed).order_by("ran_at")[:LOOK]


def due_at(version: Any, purpose: Purpose, days: float, keep: Ageing) -> datetime:
    """`version` with `ran_at` and `ended`. The day after one that judged nothing; else after the period, stretched by
    up to `spread` either way by the digest of version and date: the same everywhere, another one each time."""
    ran_at: datetime = version.ran_at
    if version.ended in NOT_JUDGED:
        return ran_at + DAY
    drawn = hashlib.sha256(f"{version.pk} {purpose} {ran_at.isoformat()}".encode()).digest()
    share = int.from_bytes(drawn[:4]) / (1 << 32)
    return ran_at + timedelta(days=days * (1 + keep.spread * (2 * share - 1)))
