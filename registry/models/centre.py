"""Centre: an organisation with a tier of expertise. Membership: who serves it, as what, from when to when."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from registry.models.base import Row
from registry.models.identifiers import handle_shape, not_reserved, ror_shape

if TYPE_CHECKING:
    from typing import Self


class Tier(models.TextChoices):
    ZERO = "0", "Tier 0: observatory or facility"
    ONE = "1", "Tier 1: regional centre"
    TWO = "2", "Tier 2: consortium or institute"
    N = "N", "Tier N: community"


class Role(models.TextChoices):
    MEMBER = "member"
    CURATOR = "curator"
    OPERATOR = "operator"


class Centre(Row):
    handle = models.CharField(max_length=64, unique=True, validators=[handle_shape, not_reserved])
    name = models.CharField(max_length=200)
    ror = models.CharField(max_length=64, blank=True, validators=[ror_shape])
    tier = models.CharField(max_length=1, choices=Tier.choices, default=Tier.N)

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(tier__in=Tier.values), name="known_centre_tier"),
            models.UniqueConstraint(fields=("ror",), condition=~models.Q(ror=""), name="one_centre_per_ror"),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        """`until` is the last day."""
        today = timezone.now().date()
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gte=today), since__lte=today)


class Membership(Row):
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.MEMBER)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="known_membership_role"),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="membership_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=("centre", "person", "role"),
                condition=models.Q(until__isnull=True),
                name="one_open_membership_per_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.role} of {self.centre}"
