"""An attempt ends by the word of its node: with a report, or with the admission that nothing was judged."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from adp.replication import Replication
from adp.report import Report
from registry import storage
from registry.actions import artefacts, validate
from registry.actions import replicate as book
from registry.ledger.access import SYSTEM
from registry.ledger.machine import advance
from registry.purposes import Purpose
from runners.actions import replicate
from runners.actions.reap import lose
from runners.actions.stop import confirm
from runners.lifecycle import StaleAttemptError, State
from runners.models import Run, RunArtefact, secret


def last_word(run_id: uuid.UUID, token: str) -> Run | None:
    """The run, locked, whose attempt says its last word. None when there is nothing left to do: it was heard before
    and only the answer was lost, or somebody wanted the run stopped, and now it is. Raises StaleAttemptError."""
    try:
        run = Run.objects.held(run_id, token)
    except StaleAttemptError:
        if Run.objects.filter(pk=run_id, closed_by=secret.digest(token)).exists():
            return None
        raise
    Run.objects.filter(pk=run.pk).update(closed_by=run.token_hash)
    if run.state == State.CANCELLING:
        confirm(run=run)
        return None
    return run


COSTS = ("cpu_seconds", "wall_seconds", "peak_memory_bytes", "output_bytes")


@transaction.atomic
def finish(
    *, run_id: uuid.UUID, token: str, report: Report, replication: Replication | None = None, attestation: Any = None
) -> None:
    """The report and the files of the live attempt enter the book, with what the node signed about them: all of it or
    nothing, and only once. Raises StaleAttemptError, or validate.WrongReportError, WrongReplicationError,
    WrongAttestationError when it is not about this run or not of this node."""
    run = last_word(run_id, token)
    if run is None:
        return
    files = [_enter(run, each) for each in RunArtefact.objects.filter(run=run, attempt=run.attempt)]
    advance(run, "run.finish", actor=SYSTEM, attempt=run.attempt, verdict=report.verdict.value)
    Run.objects.filter(pk=run.pk).update(
        token_hash="",
        lease_until=None,
        verdict=report.verdict.value,
        stage="",
        progress={
            "stages": [{"name": s.name, "verdict": s.verdict.value, "seconds": s.seconds} for s in report.stages],
            "cost": {name: value for name, value in report.cost.items() if name in COSTS and _is_amount(value)},
        },
        finished_at=Now(),
    )
    validation = validate.conclude(
        version=run.version,
        report=report,
        artefacts=files,
        run=str(run.pk),
        node=str(run.node or ""),
        centre=run.node.centre if run.node else None,
        purpose=Purpose(run.purpose),
    )
    agreement = ""
    if run.purpose == Purpose.REPLICATION:
        agreement = replicate.enter(run=run, validation=validation, found=replication).agreement
    _keep_attestation(run, validation, report, attestation, agreement)


def _keep_attestation(run: Run, validation: Any, report: Report, envelope: Any, agreement: str) -> None:
    """What a node signed is always verified; what is to count at another centre has to be signed."""
    key = run.node.attest_key if run.node else ""
    if envelope is not None:
        book.attest(validation=validation, report=report, envelope=envelope, public_key=key, agreement=agreement)
    elif agreement:
        raise book.WrongAttestationError("a replication counts only with the signature of its node")


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and value >= 0


def _enter(run: Run, handed_in: RunArtefact) -> Any:
    """Its bytes were hashed when they came; hashing gigabytes again here would hold the book's lock meanwhile."""
    return artefacts.enter(
        version=run.version,
        run=str(run.pk),
        name=handed_in.name,
        kind=handed_in.kind,
        blob=storage.Blob(handed_in.sha256, handed_in.size),
        media_type=handed_in.media_type,
    )


@transaction.atomic
def fail_infra(*, run_id: uuid.UUID, token: str, reason: str) -> None:
    """The node could not check it. That says nothing about the version: once more, or set aside."""
    run = last_word(run_id, token)
    if run is not None:
        lose(run=run, why=reason)


@transaction.atomic
def hand_back(*, run_id: uuid.UUID, token: str, reason: str) -> None:
    """The node is asked to stop. Nobody's fault: the run goes to the head of the queue again, at once."""
    run = last_word(run_id, token)
    if run is None:
        return
    advance(run, "run.hand_back", actor=SYSTEM, attempt=run.attempt, why=reason)
    Run.objects.filter(pk=run.pk).update(
        token_hash="", lease_until=None, why=reason, stage="", progress={}, not_before=None
    )
