"""Decision: how a round ended, by whom, and why. The row is unique per round, so only one editor decides."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.lifecycle import Outcome
from reviews.models.round import Round


class Decision(models.Model):
    """`accepts_label`: the version with this label is accepted by the registry itself once its checks pass, if nothing
    but `accepts_paths` differs from the version decided on (none given: anything may)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="decision")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    rationale = models.TextField()
    accepts_label = models.CharField(max_length=64, blank=True)
    accepts_paths = models.JSONField(default=list, blank=True)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="known_decision_outcome"),
            models.CheckConstraint(condition=~Q(rationale=""), name="a_decision_has_a_rationale"),
            models.CheckConstraint(
                condition=Q(accepts_label="") | Q(outcome=Outcome.MINOR), name="only_minor_changes_are_accepted_ahead"
            ),
        ]

    SAID: ClassVar[dict[str, str]] = {
        Outcome.ACCEPT: "accepted",
        Outcome.MINOR: "minor changes are asked for",
        Outcome.MAJOR: "major changes are asked for",
        Outcome.REJECT: "rejected",
    }

    def __str__(self) -> str:
        return f"{self.round}: {self.outcome}"

    @property
    def said(self) -> str:
        return self.SAID[self.outcome]
