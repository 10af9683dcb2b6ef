"""A version is to be run at another centre: asked for by a person, or by what its tier is held to."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from adp.replication import Replication
from registry import confirmations as book
from registry.actions.replicate import WrongReplicationError, confirm
from registry.ledger.access import SYSTEM, require
from registry.ledger.record import record
from registry.people import Actor
from registry.purposes import Purpose
from runners.actions.queue import needs_for
from runners.models import Node, Run

# By the tier of the product, or of the centre that owns it where it has none yet: how many other centres must agree.
WANTED = {"0": 1, "1": 1, "2": 0, "N": 0}


@transaction.atomic
def replicate(*, actor: Actor, version: Any) -> Run:
    """Queue one at a centre that has not confirmed it yet; while one is under way, that one."""
    require(actor, "run.replicate", version)
    waiting = Run.objects.live().filter(version_id=version.pk, purpose=Purpose.REPLICATION).first()
    if waiting:
        return waiting
    needs = needs_for(version) | {"elsewhere": been_at(version)}
    run = Run.objects.create(version=version, purpose=Purpose.REPLICATION, needs=needs)
    record("run.replicate", run, actor=actor, after=run.state, elsewhere=needs["elsewhere"])
    return run


@transaction.atomic
def enter(*, run: Run, validation: Any, found: Replication | None) -> Any:
    """What the node saw enters the book, at the centre the node belongs to. Raises WrongReplicationError."""
    first, centre = book.first_run(run.version), run.node.centre if run.node else None
    if first is None or centre is None or not run.node or not run.node.offering.is_elsewhere(run.needs["elsewhere"]):
        raise WrongReplicationError("this run is no replication: it was not run at another centre")
    return confirm(validation=validation, first=first, found=found, centre=centre)


@dataclass(frozen=True, slots=True)
class First:
    """The run that a replication is held against: digest of its report, its products (name, path, sha256, bytes)."""

    digest: str
    products: tuple[dict[str, Any], ...]


def first(*, run: Run) -> First | None:
    """None for a run that is no replication."""
    found = book.first_run(run.version) if run.purpose == Purpose.REPLICATION else None
    if found is None:
        return None
    products = tuple({key: p[key] for key in ("name", "path", "sha256", "bytes")} for p in found.report["products"])
    return First(found.digest, products)


@transaction.atomic
def first_product(*, run_id: uuid.UUID, token: str, sha256: str) -> bool:
    """Whether the node that holds this attempt may read these bytes. Raises StaleAttemptError."""
    known = first(run=Run.objects.held(run_id, token))
    return known is not None and any(p["sha256"] == sha256 for p in known.products)


def been_at(version: Any) -> list[str]:
    """Handles of the centres where it ran first or was confirmed; "" for the registry's own machines."""
    first = book.first_run(version)
    agreed = version.replications.agreeing().values_list("centre__handle", flat=True)
    ran = first.centre.handle if first is not None and first.centre is not None else ""
    return sorted({ran, *agreed})


def as_its_tier_wants(*, version: Any) -> Run | None:
    """One more replication, if the tier wants one and there is a node that could do it."""
    agreed = version.replications.agreeing().values("centre").distinct().count()
    told = version.replications.count()
    if WANTED[book.tier_of(version)] <= agreed or told > agreed:  # one that differs is for people to look at
        return None
    been = been_at(version)
    if not any(
        node.offering.is_elsewhere(been) for node in Node.objects.filter(is_enabled=True).select_related("centre")
    ):
        return None
    return replicate(actor=SYSTEM, version=version)
