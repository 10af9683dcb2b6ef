"""A node takes the first run it can do whose turn it is: one lease, one token, one winner."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from registry.actions import offers
from registry.ledger.access import SYSTEM
from registry.ledger.machine import StaleError, advance
from runners.actions.places import is_kept
from runners.conf import conf
from runners.models import Holding, Node, Run, secret

LOOK = 100  # so many runs of the queue a node reads at once


@dataclass(frozen=True, slots=True)
class Claim:
    """What a node holds: the run, and the token that every further call must carry. The token is nowhere else."""

    run: Run
    token: str


def claim(*, node: Node) -> Claim | None:
    if not Node.objects.filter(pk=node.pk, is_enabled=True, draining=False).exists():  # asked anew at every look
        return None
    for pk, needs in _waiting():
        if not node.offering.lacks(needs) and (taken := _take(pk, node)):
            return taken
    return None


def _waiting() -> Iterator[tuple[uuid.UUID, Any]]:
    """To the end of the queue: however many wait for a machine that nobody has, what stands behind them is found."""
    for start in count(0, LOOK):
        found = list(Run.objects.claimable().in_turn().values_list("pk", "needs")[start : start + LOOK])
        yield from found
        if len(found) < LOOK:
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


@transaction.atomic
def seen(*, node: Node, told: Mapping[str, Any]) -> None:
    """Note that a node is alive and what it says of itself (already validated). `held`, where it is told, is all the
    reference data it has; untold it is as before."""
    before, told = node.offering, dict(told)
    held = told.pop("held", None)
    Node.objects.filter(pk=node.pk).update(last_seen=Now(), **told)
    node.refresh_from_db()
    if held is not None:
        _holds(node, {each["sha256"]: each["size"] for each in held})
    if node.offering != before:
        offers.tell(node.offering)


def _holds(node: Node, sizes: Mapping[str, int]) -> None:
    known = dict(Holding.objects.filter(node=node).values_list("sha256", "size"))
    gone = [sha256 for sha256, size in known.items() if sizes.get(sha256) != size]
    Holding.objects.filter(node=node, sha256__in=gone).delete()
    new = [Holding(node=node, sha256=s, size=size) for s, size in sizes.items() if known.get(s) != size]
    Holding.objects.bulk_create(new, ignore_conflicts=True)
