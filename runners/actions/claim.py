"""A node takes the oldest run it can do: one lease, one token, one winner."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from registry.ledger.access import SYSTEM
from registry.ledger.machine import StaleError, advance
from runners.conf import conf
from runners.models import Node, Run, secret

LOOK = 100  # how far down the queue a node looks for a run that it can do


@dataclass(frozen=True, slots=True)
class Claim:
    """What a node holds: the run, and the token that every further call must carry. The token is nowhere else."""

    run: Run
    token: str


def claim(*, node: Node) -> Claim | None:
    waiting = Run.objects.claimable().values_list("pk", "needs")[:LOOK]
    for pk, needs in waiting:
        if not node.lacks(needs) and (taken := _take(pk, node)):
            return taken
    return None


def _take(pk: uuid.UUID, node: Node) -> Claim | None:
    try:
        with transaction.atomic():
            run = Run.objects.claimable().select_for_update(skip_locked=True).filter(pk=pk).first()
            return _lease(run, node) if run else None
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


def seen(*, node: Node, told: Mapping[str, Any]) -> None:
    """Note that a node is alive and what it says of itself (already validated)."""
    Node.objects.filter(pk=node.pk).update(last_seen=Now(), **told)
