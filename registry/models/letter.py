"""Letter: what the registry has to tell a person by mail, until it is sent. Written with the event, sent after it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from registry.ledger.models import Event
from registry.models.base import Row


class Letter(Row):
    """`path` is the page where it is answered: no secret, whoever opens it signs in. `attempts` that failed."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="letters")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="letters")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    path = models.CharField(max_length=500)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("created_at",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("event", "person"), name="one_letter_per_event")]
        indexes: ClassVar = [
            models.Index(fields=("person",), condition=models.Q(sent_at=None), name="letters_to_be_sent")
        ]

    def __str__(self) -> str:
        return f"a letter of {self.created_at:%d %b %Y}"
