"""RunLog: what an attempt printed, in the pieces in which it came."""

from django.db import models


class RunLog(models.Model):
    """`n` numbers the node's batches, so that one sent twice counts once; `offset` and `size` are bytes of the stored
    text in UTF-8. Head and tail are kept; what lies between may be missing (runners/actions/tell.py)."""

    run = models.ForeignKey("runners.Run", on_delete=models.CASCADE, related_name="logs")
    attempt = models.PositiveSmallIntegerField()
    n = models.PositiveIntegerField()
    offset = models.PositiveBigIntegerField()
    size = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ("run", "attempt", "n")
        constraints = [models.UniqueConstraint(fields=("run", "attempt", "n"), name="one_log_batch")]

    def __str__(self) -> str:
        return f"{self.run_id}#{self.attempt} {self.offset}+{self.size}"
