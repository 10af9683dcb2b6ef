"""Assignment: one person asked to judge one track of a round."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from registry.ledger.machine import Machine
from reviews.lifecycle import ASSIGNMENT, STANDING, WAITING, AssignmentState, DeclineReason, Mode, Track
from reviews.models.round import Round, known

if TYPE_CHECKING:
    from typing import Self


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, actor: Any) -> Self:
        """The round's editors, each reviewer the own one, and in an open track its authors, once somebody has agreed:
        elsewhere never an author, as the row names the reviewer."""
        person = known(actor)
        if person is None:
            return self.none()
        in_the_open = Q(track=Track.CODE, round__mode=Mode.OPEN) | Q(track=Track.SCIENCE, round__science_mode=Mode.OPEN)
        at_work = Q(state__in=(AssignmentState.AGREED, AssignmentState.REPORTED))
        authored = in_the_open & at_work & Q(round__in=Round.objects.authored_by(person))
        return self.filter(Q(reviewer=person) | Q(round__in=Round.objects.edited_by(person)) | authored)

    def waiting(self) -> Self:
        return self.filter(state__in=WAITING)


class Assignment(models.Model):
    MACHINE: ClassVar[Machine] = ASSIGNMENT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    track = models.CharField(max_length=16, choices=Track.choices)
    state = models.CharField(
        max_length=16, choices=AssignmentState.choices, default=AssignmentState.INVITED, db_index=True
    )
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    decline_reason = models.CharField(max_length=16, choices=DeclineReason.choices, blank=True)
    decline_note = models.TextField(blank=True, max_length=2000)
    declined_at = models.DateTimeField(null=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ("track", "invited_at", "id")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AssignmentState.values), name="known_assignment_state"),
            models.CheckConstraint(condition=Q(track__in=Track.values), name="known_assignment_track"),
            models.CheckConstraint(
                condition=Q(decline_reason__in=["", *DeclineReason.values]), name="known_decline_reason"
            ),
            models.UniqueConstraint(
                fields=("round", "reviewer", "track"),
                condition=Q(state__in=sorted(STANDING)),
                name="one_standing_assignment_per_track",
            ),
        ]

    def __str__(self) -> str:
        # no name and no id of the reviewer: this may end in a log, a mail or a page of the authors
        return f"{self.round}, {self.get_track_display()} review"

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING
