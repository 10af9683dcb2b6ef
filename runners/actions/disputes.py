"""An attempt ends because reference data are not what was agreed: not the author's fault, not ours, not tried again."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from adp.comparison.words.text import visible
from registry.actions import references
from registry.ledger.access import SYSTEM
from registry.ledger.machine import advance
from runners.actions.finish import last_word
from runners.actions.reap import set_aside
from runners.models import Run


@transaction.atomic
def dispute(*, run_id: uuid.UUID, token: str, why: str, findings: Sequence[Mapping[str, Any]]) -> None:
    """The run is set aside at once, at the cost of no attempt; its version waits for whoever answers for the data.
    Raises StaleAttemptError."""
    run = last_word(run_id, token)
    if run is None:
        return
    why = visible(why)
    advance(run, "run.lose", actor=SYSTEM, attempt=run.attempt, why=why)
    Run.objects.filter(pk=run.pk).update(token_hash="", lease_until=None, why=why, stage="", progress={})
    set_aside(run, why)
    references.dispute(version=run.version, findings=findings, node=str(run.node or ""))
