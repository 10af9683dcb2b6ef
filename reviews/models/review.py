"""Review: what a reviewer answered and recommends. A draft until `submitted_at`; then it never changes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q

from reviews.checklists import EDITION
from reviews.lifecycle import Recommendation
from reviews.models.assignment import Assignment
from reviews.models.round import Round, known

if TYPE_CHECKING:
    from typing import Self


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, actor: Any) -> Self:
        """One's own from the first word; those sent: editors, observers, and after the decision all readers."""
        sent = Q(submitted_at__isnull=False)
        told = (Round.objects.edited_by, Round.objects.observed_by, Round.objects.told_to)
        rounds = Q(pk__in=())
        for readers in told:
            rounds |= Q(assignment__round__in=readers(actor))
        person = known(actor)
        own = Q(pk__in=()) if person is None else Q(assignment__reviewer=person)
        return self.filter(own | (sent & rounds))

    def submitted(self) -> Self:
        return self.filter(submitted_at__isnull=False)


class Review(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="review")
    edition = models.PositiveSmallIntegerField(default=EDITION)
    answers = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    private_note = models.TextField(blank=True)
    recommendation = models.CharField(max_length=16, choices=Recommendation.choices, blank=True)
    signed = models.BooleanField(default=False)
    saved_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ("id",)  # random, so that the order tells nobody who was asked first
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(recommendation__in=["", *Recommendation.values]), name="known_recommendation"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | ~Q(recommendation=""), name="a_sent_review_recommends"
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.assignment}"
