"""What happens to a run when we fail: once more, a little later; after three times it is set aside for a person."""

import random
import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from adp.comparison.words.text import visible
from registry.actions import validate
from registry.ledger.access import SYSTEM
from registry.ledger.machine import StaleError, advance
from runners.actions.stop import confirm
from runners.conf import conf
from runners.lifecycle import State
from runners.models import Run

SILENT = "the node gave no sign of life until its lease ran out"


def reap() -> int:
    """Take every run from a node that fell silent; returns how many."""
    return sum(_take_back(pk) for pk in Run.objects.expired().values_list("pk", flat=True))


@transaction.atomic
def _take_back(pk: uuid.UUID) -> bool:
    run = Run.objects.expired().select_for_update(skip_locked=True).filter(pk=pk).first()
    if run is None:
        return False
    try:
        give_up(run=run)
    except StaleError:
        return False
    return True


def give_up(*, run: Run) -> None:
    """Its node is silent. Who wanted it stopped has what they wanted."""
    if run.state == State.CANCELLING:
        confirm(run=run)
    else:
        lose(run=run, why=SILENT)


@transaction.atomic
def lose(*, run: Run, why: str) -> None:
    """The attempt is over, by our fault. The token dies here; who still carries it is refused everywhere."""
    keep, why = conf(), visible(why)
    faults = run.faults + 1
    advance(run, "run.lose", actor=SYSTEM, attempt=run.attempt, why=why)
    Run.objects.filter(pk=run.pk).update(faults=faults, token_hash="", lease_until=None, why=why, stage="", progress={})
    if faults >= keep.faults:
        set_aside(run, why, faults)
        return
    wait = keep.backoff[min(faults, len(keep.backoff)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
    advance(run, "run.requeue", actor=SYSTEM, faults=faults)
    Run.objects.filter(pk=run.pk).update(not_before=Now() + timedelta(seconds=wait))


def set_aside(run: Run, why: str, faults: int = 0) -> None:
    """Nobody runs it again until somebody has looked; its version, if it waits for this run, is stalled."""
    advance(run, "run.quarantine", actor=SYSTEM, faults=faults)
    Run.objects.filter(pk=run.pk).update(finished_at=Now())
    if run.decides and run.version.state == "checking":  # not withdrawn meanwhile
        validate.stall(version=run.version, why=why)
