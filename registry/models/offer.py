"""Offer: what a machine that checks versions has, as its desk told the book."""

from django.db import models

from registry.needs import Offering


class Offer(models.Model):
    name = models.CharField(primary_key=True, max_length=64)
    cpus = models.FloatField()
    memory = models.PositiveBigIntegerField()
    arch = models.CharField(max_length=32)
    gpu = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-memory", "-cpus", "name")

    def __str__(self) -> str:
        return f"{self.name}: {self.offering}"

    @property
    def offering(self) -> Offering:
        return Offering(self.name, self.cpus, self.memory, self.arch, self.gpu)
