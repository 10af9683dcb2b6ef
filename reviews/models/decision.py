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
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="decision")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    rationale = models.TextField()
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="known_decision_outcome"),
            models.CheckConstraint(condition=~Q(rationale=""), name="a_decision_has_a_rationale"),
        ]

    SAID: ClassVar[dict[str, str]] = {"accept": "accepted", "revise": "a revision is asked for", "reject": "rejected"}

    def __str__(self) -> str:
        return f"{self.round}: {self.outcome}"

    @property
    def said(self) -> str:
        return self.SAID[self.outcome]
