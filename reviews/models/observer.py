"""Observer: somebody who reads a round and takes no part, a new editor who learns or a centre's curator."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from reviews.models.round import Round


class Observer(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="observers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="observing")
    admitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("since",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("round", "person"), name="observer_once")]

    def __str__(self) -> str:
        return f"an observer of {self.round}"
