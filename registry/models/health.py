"""Health: how a published version holds, as its latest runs say. Read off the validations, kept to be found by."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from registry.health import Level
from registry.models.base import Row
from registry.models.version import Version


class Health(Row):
    """`why` is a sentence; `where` the centre, or else the node, of the last good run; `streak` the good runs since the
    last that was not; `due_at` when it is overdue."""

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="health")
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.UNKNOWN, db_index=True)
    why = models.CharField(max_length=200)
    good_at = models.DateTimeField(null=True)
    where = models.CharField(max_length=200, blank=True)
    streak = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        verbose_name_plural = "healths"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="known_health_level")
        ]

    def __str__(self) -> str:
        return f"{self.version} is {self.level}"
