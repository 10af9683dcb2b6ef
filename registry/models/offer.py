"""Offer: what a machine that checks versions has, as its desk told the book; and which reference data it holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import ClassVar

from django.db import models

from registry.needs import Offering


class OfferQuerySet(models.QuerySet["Offer"]):
    def offerings(self, data: Iterable[str], centres: Iterable[str] = ()) -> list[Offering]:
        """Largest first. Of what they hold only the files in `data` (sha256) are said, and those that a centre keeps to
        itself only where it is one of `centres` (handles)."""
        own = models.Q(is_private=False) | models.Q(offer__centre__in=set(centres) - {""})
        held: dict[str, set[str]] = defaultdict(set)
        for name, sha256 in OfferedFile.objects.filter(own, sha256__in=set(data)).values_list("offer_id", "sha256"):
            held[name].add(sha256)
        return [offer.offering_with(held[offer.name]) for offer in self]


class Offer(models.Model):
    name = models.CharField(primary_key=True, max_length=64)
    cpus = models.FloatField()
    memory = models.PositiveBigIntegerField()
    arch = models.CharField(max_length=32)
    gpu = models.PositiveIntegerField(default=0)
    engine = models.CharField(max_length=32, blank=True)
    room = models.PositiveBigIntegerField(default=0)
    centre = models.CharField(max_length=64, blank=True)  # its handle
    told_at = models.DateTimeField(auto_now=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ("-memory", "-cpus", "name")

    def __str__(self) -> str:
        return f"{self.name}: {self.offering_with(())}"

    def offering_with(self, held: Iterable[str]) -> Offering:
        own = (self.name, self.cpus, self.memory, self.arch, self.gpu, self.centre, self.engine, self.room)
        return Offering(*own, frozenset(held))


class OfferedFile(models.Model):
    """A file of reference data that a machine holds, by content; `is_private`: for versions of its own centre only."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="files")
    sha256 = models.CharField(max_length=64)
    is_private = models.BooleanField(default=False)

    class Meta:
        ordering = ("offer", "sha256")
        indexes: ClassVar = [models.Index(fields=("sha256",), name="offered_by_content")]
        constraints: ClassVar = [models.UniqueConstraint(fields=("offer", "sha256"), name="one_offer_per_file")]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} at {self.offer_id}"
