"""What a node tells us while it works: that it lives, where it is, what was printed."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from adp.checks.metering import Point, thinned
from adp.comparison.words.text import log as visible
from registry.ledger.access import SYSTEM
from registry.ledger.machine import advance
from runners.conf import conf
from runners.lifecycle import DOOR_OF, State, is_later
from runners.models import Node, Run, RunLog, RunUsage
from runners.models.usage import MOST


class LogGapError(Exception):
    """A batch is missing before this one; `expected` is the number to go on with."""

    def __init__(self, expected: int) -> None:
        super().__init__(f"log batch {expected} is expected next")
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Answer:
    """What a node is told in return: how long its lease lasts now, and whether somebody wants the run to stop."""

    lease_until: datetime | None
    cancel: bool


@transaction.atomic
def heartbeat(
    *,
    run_id: uuid.UUID,
    token: str,
    stage: str,
    progress: Mapping[str, Any],
    phase: str = "",
    usage: Sequence[Sequence[float]] = (),
) -> Answer:
    """Renew the lease, and go on to `phase` when it is a later one than the book knows. `usage` are rows of
    adp.checks.metering.Point, told twice or once."""
    run = Run.objects.held(run_id, token)
    if is_later(phase, than=run.state):
        advance(run, DOOR_OF[State(phase)], actor=SYSTEM, attempt=run.attempt)
    _keep_usage(run, usage)
    recently = Now() - timedelta(seconds=conf().lease / 4)
    Node.objects.filter(runs=run, last_seen__lt=recently).update(last_seen=Now())  # a busy node asks for no work
    Run.objects.filter(pk=run.pk).update(
        heartbeat_at=Now(),
        lease_until=Now() + timedelta(seconds=conf().lease),
        stage=stage,
        progress=dict(progress),
    )
    run.refresh_from_db(fields=["lease_until"])
    return Answer(run.lease_until, run.state == State.CANCELLING)


def _keep_usage(run: Run, rows: Sequence[Sequence[float]]) -> None:
    """However long an attempt takes, its curve stays short."""
    if not rows:
        return
    kept, _ = RunUsage.objects.get_or_create(run=run, attempt=run.attempt)
    last = kept.points[-1][0] if kept.points else -1.0
    points = [Point.of(row) for row in (*kept.points, *(row for row in rows if row[0] > last))]
    kept.points = [point.row() for point in thinned(sorted(points, key=attrgetter("at")), MOST)]
    kept.save(update_fields=["points"])


@transaction.atomic
def append_log(*, run_id: uuid.UUID, token: str, n: int, text: str) -> int:
    """Keep batch `n` of the attempt's log; returns the number of the next. A batch sent again changes nothing."""
    run = Run.objects.held(run_id, token)
    last = RunLog.objects.filter(run=run, attempt=run.attempt).last()
    expected, offset = (last.n + 1, last.offset + last.size) if last else (0, 0)
    if n < expected:
        return expected
    if n > expected:
        raise LogGapError(expected)
    shown = visible(text).encode("utf-8", "backslashreplace").decode()  # no NUL, no lone surrogate
    RunLog.objects.create(run=run, attempt=run.attempt, n=n, offset=offset, size=len(shown.encode()), text=shown)
    _forget_the_middle(run, offset + len(shown.encode()))
    return n + 1


def _forget_the_middle(run: Run, total: int) -> None:
    """The head says how it began and the tail how it ended; between them a log may be as long as it likes."""
    keep = conf()
    logs = RunLog.objects.filter(run=run, attempt=run.attempt, offset__gte=keep.log_head)
    logs.annotate(end=F("offset") + F("size")).filter(end__lte=total - keep.log_tail).delete()
