"""An author, an editor or the operator of the node stops a run, or wants another one."""

from django.db import transaction
from django.db.models.functions import Now

from registry import queries
from registry.actions import validate
from registry.ledger.access import SYSTEM, require
from registry.ledger.machine import advance
from registry.people import Actor
from runners.actions.queue import queue
from runners.lifecycle import HELD
from runners.models import Run


@transaction.atomic
def cancel(*, actor: Actor, run: Run) -> None:
    """What no node has ends at once. A node that has it is told at its next sign of life, and stops its job first."""
    # its node may move it on at any moment: whoever asks must not be told that it is "no longer fetching"
    run.refresh_from_db(fields=["state"], from_queryset=Run.objects.select_for_update())
    was_held = run.state in HELD
    advance(run, "run.cancel", actor=actor)
    if not was_held:
        confirm(run=run)


@transaction.atomic
def confirm(*, run: Run) -> None:
    """Nothing of it runs any more. Nobody has judged the version; it is stalled, unless it was withdrawn."""
    advance(run, "run.confirm", actor=SYSTEM, attempt=run.attempt)
    Run.objects.filter(pk=run.pk).update(token_hash="", lease_until=None, not_before=None, finished_at=Now())
    if run.decides and run.version.state == "checking":
        validate.stall(version=run.version, why="the run was cancelled")


@transaction.atomic
def rerun(*, actor: Actor, run: Run) -> Run:
    require(actor, "run.rerun", run)
    return queue(version=queries.version(run.version_id), actor=actor)
