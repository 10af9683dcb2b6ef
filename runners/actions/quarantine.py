"""A run that we failed three times waits for a person: it is tried anew, or the person says why it is not."""

from django.db import transaction
from django.db.models.functions import Now

from registry import queries
from registry.ledger.access import require
from registry.ledger.machine import IllegalMoveError
from registry.ledger.record import record
from registry.people import Actor
from registry.purposes import Purpose
from runners.actions.queue import queue
from runners.lifecycle import State
from runners.models import Run


@transaction.atomic
def release(*, actor: Actor, run: Run) -> Run:
    """Another run of the same version, with three attempts of its own; this one stays as it ended. Raises
    IllegalMoveError when it is not, or no longer, in quarantine."""
    require(actor, "run.release", run)
    _must_wait(run)
    again = queue(version=queries.version(run.version_id), actor=actor, purpose=Purpose(run.purpose))
    record("run.release", run, actor=actor, again=str(again.pk))
    return again


@transaction.atomic
def close(*, actor: Actor, run: Run, why: str) -> None:
    """It is not tried again; `why` is for whoever asks later. Raises IllegalMoveError as `release` does."""
    require(actor, "run.close", run)
    _must_wait(run)
    record("run.close", run, actor=actor, why=why)


def _must_wait(run: Run) -> None:
    run.refresh_from_db(fields=["state", "seen_to_at"], from_queryset=Run.objects.select_for_update())
    if run.state != State.QUARANTINED:
        raise IllegalMoveError(f"{run} is not in quarantine")
    if run.seen_to_at is not None:
        raise IllegalMoveError(f"somebody has seen to {run} already")
    Run.objects.filter(pk=run.pk).update(seen_to_at=Now())
