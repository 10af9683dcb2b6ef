"""RunUsage: what an attempt used while it went on, as a curve of few points."""

from typing import ClassVar

from django.db import models

MOST = 240


class RunUsage(models.Model):
    """`points` are rows of adp.checks.metering.Point, in the order of time, at most MOST of them."""

    run = models.ForeignKey("runners.Run", on_delete=models.CASCADE, related_name="usages")
    attempt = models.PositiveSmallIntegerField()
    points = models.JSONField(default=list)

    class Meta:
        ordering = ("run", "attempt")
        constraints: ClassVar = [models.UniqueConstraint(fields=("run", "attempt"), name="one_curve_per_attempt")]

    def __str__(self) -> str:
        return f"{self.run_id}#{self.attempt} {len(self.points)} points"
