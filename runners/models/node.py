"""Node: one machine of one centre that runs what others wrote, and its keys."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.functions import Now

from registry.needs import Offering, data_of
from runners.lifecycle import HELD
from runners.models import secret
from runners.models.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

SCHEME = "phn"


class NodeQuerySet(models.QuerySet["Node"]):
    def by_key(self, key: str) -> Node | None:
        """The enabled node whose key this is; None for every kind of wrong key."""
        scheme, _, rest = key.partition("_")
        prefix, _, _secret = rest.partition("_")
        if scheme != SCHEME or not prefix:
            return None
        node = self.filter(key_prefix=prefix[:16], is_enabled=True).first()
        return node if node and secrets.compare_digest(node.key_hash, secret.digest(key)) else None

    def at_work(self, within: float) -> Self:
        """Those that take new runs, now or when they have done what they do: enabled, not draining, and heard of in the
        last `within` seconds, or with a run whose lease they keep alive."""
        busy = models.Exists(Run.objects.filter(node=models.OuterRef("pk"), state__in=HELD, lease_until__gte=Now()))
        heard = models.Q(last_seen__gte=Now() - timedelta(seconds=within))
        return self.filter(heard | busy, is_enabled=True, draining=False)


class Node(models.Model):
    """`capabilities` is what the node said at its last claim beside the columns: what its engine enforces, kernel, CPU.

    `slots`: runs it does at once. `room`: bytes it may still fill with reference data. `draining`: ends what it has and
    takes nothing new. `attest_key`: its public ed25519 key, hex of the 32 bytes; the private half never left it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.SlugField(max_length=64, unique=True)
    centre = models.ForeignKey("registry.Centre", null=True, blank=True, on_delete=models.PROTECT, related_name="nodes")
    key_prefix = models.CharField(max_length=16, unique=True)
    key_hash = models.CharField(max_length=64)
    attest_key = models.CharField(max_length=64, blank=True)
    engine = models.CharField(max_length=32, blank=True)
    cores = models.PositiveIntegerField(default=0)
    memory = models.PositiveBigIntegerField(default=0)
    arch = models.CharField(max_length=32, blank=True)
    gpu = models.PositiveSmallIntegerField(default=0)
    slots = models.PositiveSmallIntegerField(default=1)
    room = models.PositiveBigIntegerField(default=0)
    capabilities = models.JSONField(default=dict, blank=True)
    last_seen = models.DateTimeField(null=True, blank=True)
    is_enabled = models.BooleanField(default=True)
    draining = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    is_authenticated = True  # as Django REST framework asks of whoever calls; a node is never a person

    objects = NodeQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def new_key(self) -> str:
        """Sets prefix and hash (the caller saves) and returns the key, which is nowhere else."""
        self.key_prefix = secrets.token_hex(4)
        key = f"{SCHEME}_{self.key_prefix}_{secret.new()}"
        self.key_hash = secret.digest(key)
        return key

    @property
    def tier(self) -> str:
        """Of its centre; empty for a node of no centre."""
        return self.centre.tier if self.centre else ""

    @property
    def offering(self) -> Offering:
        """As it said at its last claim, without the data it holds."""
        return self.offering_with(())

    def offering_with(self, held: Iterable[str]) -> Offering:
        centre = self.centre.handle if self.centre else ""
        own = (self.name, self.cores, self.memory, self.arch, self.gpu, centre, self.engine, self.room)
        return Offering(*own, frozenset(held))

    def offering_for(self, needs: Mapping[str, Any]) -> Offering:
        """With the data of `needs` that it holds and that are not kept from the product's owner."""
        wanted = [datum.sha256 for datum in data_of(needs)]
        if not wanted:
            return self.offering
        found = self.holdings.filter(sha256__in=wanted)
        if not self.centre or self.centre.handle != needs.get("owner"):
            found = found.filter(is_private=False)
        return self.offering_with(found.values_list("sha256", flat=True))
