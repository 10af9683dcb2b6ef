"""Thread: what is said about one place of a version. Comment: one thing somebody said there."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from registry.ledger.machine import Machine
from reviews.lifecycle import THREAD, ThreadState, Weight
from reviews.models.assignment import Assignment
from reviews.models.round import Round, known

if TYPE_CHECKING:
    from typing import Self


class Place(models.TextChoices):
    """What a thread may be about; `reviews/anchors.py` knows what `path` and `line` mean for each."""

    LINE = "line", "a line"
    FILE = "file", "a file"
    FINDING = "finding", "a finding"
    COMPARISON = "comparison", "a comparison"
    PARAGRAPH = "paragraph", "a paragraph of the science case"


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, actor: Any) -> Self:
        """One's own; what was sent: who reads the reports of the round, and an editor's words all of the round."""
        person = known(actor)
        own = Q(pk__in=()) if person is None else Q(opened_by=person)
        sent = Q(sent_at__isnull=False)
        reads = Q(pk__in=())
        for readers in (Round.objects.edited_by, Round.objects.observed_by, Round.objects.told_to):
            reads |= Q(round__in=readers(actor))
        by_editor = Q(assignment=None, round__in=Round.objects.visible_to(actor))
        return self.filter(own | (sent & (reads | by_editor)))


class Thread(models.Model):
    """`assignment`: of the reviewer who opened it; none: an editor did. `excerpt` is what stood there, by which the
    place is found again in the next version. Not sent: a draft, which goes with the report."""

    MACHINE: ClassVar[Machine] = THREAD

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="threads")
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.PROTECT, related_name="threads")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=16, choices=Place.choices)
    path = models.CharField(max_length=512)
    line = models.PositiveIntegerField(null=True)
    excerpt = models.TextField(blank=True)
    weight = models.CharField(max_length=16, choices=Weight.choices, default=Weight.MINOR)
    state = models.CharField(max_length=16, choices=ThreadState.choices, default=ThreadState.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ("path", "line", "opened_at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ThreadState.values), name="known_thread_state"),
            models.CheckConstraint(condition=Q(place__in=Place.values), name="known_thread_place"),
            models.CheckConstraint(condition=Q(weight__in=Weight.values), name="known_thread_weight"),
        ]

    def __str__(self) -> str:
        return f"a comment on {self.path}" + (f", line {self.line}" if self.line else "")

    @property
    def is_draft(self) -> bool:
        return self.sent_at is None


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, actor: Any) -> Self:
        person = known(actor)
        own = Q(pk__in=()) if person is None else Q(author=person)
        return self.filter(own | Q(sent_at__isnull=False, thread__in=Thread.objects.visible_to(actor)))


class Comment(models.Model):
    """`suggestion`: what could stand in place of the line; an author may accept it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="comments")
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    suggestion = models.TextField(blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ("written_at", "id")
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(text=""), name="a_comment_says_something")]

    def __str__(self) -> str:
        # no name: it may be a reviewer's
        return f"a comment in {self.thread}"
