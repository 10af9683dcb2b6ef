"""Run: one execution of a version's checks, over as many attempts as our own faults cost."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models.functions import Coalesce, Now, RowNumber

from registry.ledger.machine import Machine
from registry.purposes import Purpose
from runners.lifecycle import HELD, LIVE, RUN, StaleAttemptError, State
from runners.models import secret

if TYPE_CHECKING:
    from typing import Self


RANK = models.Case(
    *(models.When(purpose=purpose, then=rank) for rank, purpose in enumerate(Purpose.values)),
    output_field=models.IntegerField(),
)
TURN = ("rank", "turn", "queued_at", "pk")


class RunQuerySet(models.QuerySet["Run"]):
    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def claimable(self) -> Self:
        due = models.Q(not_before=None) | models.Q(not_before__lte=Now())
        return self.filter(due, state=State.QUEUED)

    def in_turn(self) -> Self:
        """What was never judged comes first, then what another centre is to confirm, then what is judged again. Within
        each, who has least under way: a submitter's n-th run waits for everybody's n-th, runs that a node holds counted
        in. Among equals the oldest. Not for rows that are to be locked (PostgreSQL)."""
        submitter = "version__submitted_by"
        busy = Run.objects.filter(
            state__in=HELD, version__submitted_by=models.OuterRef(submitter), purpose=models.OuterRef("purpose")
        ).values("version__submitted_by")
        held = models.Subquery(busy.annotate(n=models.Count("pk")).values("n"))
        place = models.Window(RowNumber(), partition_by=[submitter, "purpose"], order_by=["queued_at", "pk"])
        ahead = Coalesce(held, 0, output_field=models.IntegerField()) + place
        return self.annotate(rank=RANK, turn=ahead).order_by(*TURN)

    def expired(self) -> Self:
        return self.filter(state__in=HELD, lease_until__lt=Now())

    def held(self, pk: uuid.UUID, token: str) -> Run:
        """The run, locked until the transaction ends, if `token` is that of its live attempt. Every door of a node
        passes here; on SQLite the transaction itself (IMMEDIATE) is the lock."""
        run = self.select_for_update().filter(pk=pk, state__in=HELD, token_hash=secret.digest(token)).first()
        if run is None:
            raise StaleAttemptError(f"the token is not that of the live attempt of run {pk}")
        return run


class Run(models.Model):
    """`attempt` counts claims, `faults` those that we lost; `needs` is what a node must have; `progress` is
    {"stages": [{"name", "verdict", "seconds"}], "step": {"name", "index", "total"}}, at the end {"stages", "cost"}.
    `closed_by` is the digest of the token whose last word was heard: said again, it is not refused. `seen_to_at`: when
    somebody released or closed it, once it was set aside. All times are the database's."""

    MACHINE: ClassVar[Machine] = RUN

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey("registry.Version", on_delete=models.PROTECT, related_name="runs")
    purpose = models.CharField(max_length=16, choices=Purpose.choices, default=Purpose.CHECK)
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    faults = models.PositiveSmallIntegerField(default=0)
    token_hash = models.CharField(max_length=64, blank=True)
    closed_by = models.CharField(max_length=64, blank=True)
    node = models.ForeignKey("runners.Node", null=True, blank=True, on_delete=models.SET_NULL, related_name="runs")
    needs = models.JSONField(default=dict, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    stage = models.CharField(max_length=32, blank=True)
    progress = models.JSONField(default=dict, blank=True)
    verdict = models.CharField(max_length=16, blank=True)
    why = models.TextField(blank=True)
    queued_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    seen_to_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ("-queued_at",)
        indexes = [models.Index(fields=("state", "queued_at"), name="run_queue")]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="known_run_state"),
            models.CheckConstraint(condition=models.Q(purpose__in=Purpose.values), name="known_run_purpose"),
            models.UniqueConstraint(
                fields=("version", "purpose"),
                condition=models.Q(state__in=sorted(LIVE)),
                name="one_live_run_per_purpose",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.short}"

    @property
    def short(self) -> str:
        return self.pk.hex[:8]

    @property
    def decides(self) -> bool:
        """Whether what becomes of it is what becomes of the version."""
        return self.purpose == Purpose.CHECK

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_held(self) -> bool:
        return self.state in HELD
