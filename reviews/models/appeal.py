"""Appeal: the authors ask a second editor to look at a decision. Once per decision."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from registry.ledger.machine import Machine
from reviews.lifecycle import APPEAL, AppealState
from reviews.models.decision import Decision
from reviews.models.round import Round

if TYPE_CHECKING:
    from typing import Self


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, actor: Any) -> Self:
        """The round's editors and the authors. Reviewers judged the version, not the decision."""
        seen = Q(decision__round__in=Round.objects.edited_by(actor)) | Q(
            decision__round__in=Round.objects.authored_by(actor)
        )
        return self.filter(seen)

    def filed(self) -> Self:
        return self.filter(state=AppealState.FILED)


class Appeal(models.Model):
    MACHINE: ClassVar[Machine] = APPEAL

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appeals")
    text = models.TextField()
    state = models.CharField(max_length=16, choices=AppealState.choices, default=AppealState.FILED, db_index=True)
    filed_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    rationale = models.TextField(blank=True)
    ruled_at = models.DateTimeField(null=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ("filed_at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="known_appeal_state"),
            models.CheckConstraint(condition=~Q(text=""), name="an_appeal_says_why"),
        ]

    def __str__(self) -> str:
        return f"the appeal against the decision of {self.decision.round}"
