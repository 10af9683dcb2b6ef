"""Alternate: whom an editor would ask next, in this order, when somebody declines or stays silent."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from reviews.lifecycle import Track
from reviews.models.round import Round


class Alternate(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="alternates")
    track = models.CharField(max_length=16, choices=Track.choices)
    rank = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("track", "rank")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(track__in=Track.values), name="known_alternate_track"),
            models.UniqueConstraint(fields=("round", "track", "reviewer"), name="one_place_in_line"),
        ]

    def __str__(self) -> str:
        return f"{self.round}, {self.get_track_display()}, next in line no. {self.rank}"
