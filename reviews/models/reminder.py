"""Reminder: one that was sent. The row is unique, so nobody is reminded twice of the same deadline."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone


class Reminder(models.Model):
    """`subject` is the assignment, round or appeal; `deadline` the one it was about: an extension begins anew."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.UUIDField()
    step = models.CharField(max_length=32)
    deadline = models.DateTimeField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("subject", "step", "deadline"), name="one_reminder_per_step")
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.subject}"
