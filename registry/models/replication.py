"""Replication: how a run at another centre agreed with the first. Attestation: what a node signed about a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from adp.replication import Agreement
from registry.ledger.models import WrittenOnce
from registry.models.base import Row
from registry.models.centre import Centre
from registry.models.validation import Validation
from registry.models.version import Version

if TYPE_CHECKING:
    from typing import Self

AGREEMENTS = [(each.value, each.value) for each in Agreement]
AGREEING = (Agreement.IDENTICAL.value, Agreement.WITHIN.value)


class ReplicationQuerySet(models.QuerySet["Replication"]):
    def agreeing(self) -> Self:
        return self.filter(agreement__in=AGREEING)

    def visible_to(self, actor: Any) -> Self:
        return self.filter(version__in=Version.objects.readable_by(actor).values("pk"))


class Replication(Row, WrittenOnce):
    """`validation` is the report of the run at `centre`, `first` that of the run it is held against; `table` is the
    adp-replication/1 document. One that differs stands beside those that agree: no vote is taken."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="replications")
    validation = models.OneToOneField(Validation, on_delete=models.PROTECT, related_name="replication")
    first = models.ForeignKey(Validation, on_delete=models.PROTECT, related_name="replicated_by")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="replications")
    agreement = models.CharField(max_length=20, choices=AGREEMENTS)
    table = models.JSONField()

    objects = ReplicationQuerySet.as_manager()

    class Meta:
        ordering = ("created_at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(agreement__in=[value for value, _ in AGREEMENTS]), name="known_agreement"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} at {self.centre}: {self.agreement}"

    @property
    def agrees(self) -> bool:
        return self.agreement in AGREEING


class AttestationQuerySet(models.QuerySet["Attestation"]):
    def visible_to(self, actor: Any) -> Self:
        return self.filter(version__in=Version.objects.readable_by(actor).values("pk"))


class Attestation(Row, WrittenOnce):
    """`envelope` is DSSE; `public_key` (hex of an ed25519 key) the one by which it was verified when it came in. It is
    kept here, so that it stays verifiable whatever becomes of the node and its keys."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="attestations")
    validation = models.OneToOneField(Validation, on_delete=models.PROTECT, related_name="attestation")
    node = models.CharField(max_length=100)
    public_key = models.CharField(max_length=64)
    envelope = models.JSONField()

    objects = AttestationQuerySet.as_manager()

    class Meta:
        ordering = ("created_at",)

    def __str__(self) -> str:
        return f"{self.node} about {self.version}"
