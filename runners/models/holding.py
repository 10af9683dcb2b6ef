"""Holding: a file of reference data that a node has in its store, by content."""

from typing import ClassVar

from django.db import models


class Holding(models.Model):
    """As the node said last; it hashed the bytes when it took them in, and does so again before every use.

    `title`: what its operator calls it; `is_private`: for products of the node's own centre only."""

    node = models.ForeignKey("runners.Node", on_delete=models.CASCADE, related_name="holdings")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    title = models.CharField(max_length=200, blank=True)
    is_private = models.BooleanField(default=False)

    class Meta:
        ordering = ("node", "sha256")
        indexes: ClassVar = [models.Index(fields=("sha256",), name="holding_by_content")]
        constraints: ClassVar = [models.UniqueConstraint(fields=("node", "sha256"), name="one_holding_per_file")]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} at {self.node_id}"
