"""A node takes the first run it can do whose turn it is: one lease, one token, one winner."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from registry.ledger.access import SYSTEM
from registry.ledger.machine import StaleError, advance
from runners.actions.gravity import draws
from runners.actions.places import is_kept
from runners.conf import conf
from runners.models import Node, Run, secret

LOOK = 100  # so many runs of the queue a node reads at once


@dataclass(frozen=True, slots=True)
class Claim:
    """What a node holds: the run, and the token that every further call must carry. The token is nowhere else."""

    run: Run
    token: str


def claim(*, node: Node, busy: Iterable[uuid.UUID] = ()) -> Claim | None:
    """`busy`: the runs that the node does already; what they need of it is not there for another one."""
    if not Node.objects.filter(pk=node.pk, is_enabled=True, draining=False).exists():  # asked anew at every look
        return None
    used = list(Run.objects.filter(pk__in=list(busy), node=node).values_list("needs", flat=True))
    for waiting in _waiting():
        offering = node.offering_for(waiting.needs)
        if offering.lacks(waiting.needs):
            continue
        if offering.less(used).lacks(waiting.needs):
            if timezone.now() - waiting.since > timedelta(seconds=conf().gravity):
                return None  # smaller ones have gone before it for long enough: the node lets its places run empty
            continue
        if draws(node, waiting.needs, waiting.since) and (taken := _take(waiting.pk, node)):
            return taken
    return None


@dataclass(frozen=True, slots=True)
class _Waiting:
    """`since`: from when on it could have been taken."""

    pk: uuid.UUID
    needs: Mapping[str, Any]
    since: datetime


def _waiting() -> Iterator[_Waiting]:
    """To the end of the queue: however many wait for a machine that nobody has, what stands behind them is found."""
    for start in count(0, LOOK):
        found = Run.objects.claimable().in_turn().values_list("pk", "needs", "not_before", "queued_at")
        rows = list(found[start : start + LOOK])
        yield from (_Waiting(pk, needs, not_before or queued_at) for pk, needs, not_before, queued_at in rows)
        if len(rows) < LOOK:
            return


def _take(pk: uuid.UUID, node: Node) -> Claim | None:
    try:
        with transaction.atomic():
            run = Run.objects.claimable().select_for_update(skip_locked=True).filter(pk=pk).first()
            return _lease(run, node) if run and not is_kept(run.purpose) else None
    except StaleError:
        return None


def _lease(run: Run, node: Node) -> Claim:
    token = secret.new()
    advance(run, "run.claim", actor=SYSTEM, node=node.name, attempt=run.attempt + 1)
    Run.objects.filter(pk=run.pk).update(
        attempt=F("attempt") + 1,
        token_hash=secret.digest(token),
        node=node,
        lease_until=Now() + timedelta(seconds=conf().lease),
        heartbeat_at=Now(),
        started_at=Now(),
        not_before=None,
        stage="",
        progress={},
        why="",
    )
    run.refresh_from_db()
    return Claim(run, token)
