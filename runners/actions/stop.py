"""An author or an editor stops a run, or wants another one."""

from django.db import transaction
from django.db.models.functions import Now

from registry import queries
from registry.actions import validate
from registry.ledger.access import require
from registry.ledger.machine import advance
from registry.people import Actor
from runners.actions.queue import queue
from runners.models import Run


@transaction.atomic
def cancel(*, actor: Actor, run: Run) -> None:
    """The node learns of it at its next call. The version is stalled: nobody has judged it."""
    end(actor=actor, run=run)
    if run.decides and run.version.state == "checking":
        validate.stall(version=run.version, why="the run was cancelled")


@transaction.atomic
def end(*, actor: Actor, run: Run) -> None:
    """Stop the run and leave the version as it is: it has been withdrawn, or the caller sees to it."""
    advance(run, "run.cancel", actor=actor)
    Run.objects.filter(pk=run.pk).update(token_hash="", lease_until=None, not_before=None, finished_at=Now())


@transaction.atomic
def rerun(*, actor: Actor, run: Run) -> Run:
    require(actor, "run.rerun", run)
    return queue(version=queries.version(run.version_id), actor=actor)
