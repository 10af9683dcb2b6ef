"""What other centres and later runs say of a version. Reads only."""

from typing import Any

from django.db.models import Q, QuerySet

from adp.replication import Agreement
from registry.health import Level
from registry.lifecycle import State
from registry.models import Attestation, Health, Product, Replication, Tier, Validation, Version
from registry.models.visible import sees_everything

STRIP = 12  # so many runs a page shows


def first_run(version: Version) -> Validation | None:
    """The passed one that every repeated run is held against."""
    found = version.validations.deciding().select_related("centre").filter(verdict="passed")
    return found.order_by("created_at").last()


def tier_of(version: Version) -> str:
    """Granted to the product, or else that of the centre that owns it."""
    grant, owner = version.product.grants.last(), version.product.owner.centre
    return str(grant.tier if grant else owner.tier if owner else Tier.N)


def published_versions() -> QuerySet[Version]:
    """What is to be used today: not what was superseded."""
    return Version.objects.published().select_related("product__owner").defer("manifest_text", "science_case")


def versions_to_confirm() -> QuerySet[Version]:
    """Those that passed and no other centre has run yet, of products whose tier, or whose owner's, is 0 or 1."""
    trusted = (Tier.ZERO, Tier.ONE)
    of = Q(product__in=Product.objects.of_tier(trusted)) | Q(product__owner__centre__tier__in=trusted)
    states = (State.CHECKED, State.IN_REVIEW, State.ACCEPTED, State.PUBLISHED)
    return (
        Version.objects.filter(of, state__in=states, replications=None)
        .select_related("product__owner__centre")
        .order_by("created_at")
    )


def replications(version: Version, *, actor: Any) -> QuerySet[Replication]:
    found = Replication.objects.visible_to(actor).filter(version=version)
    return found.select_related("centre", "validation__attestation", "first__centre")


def attestations(version: Version, *, actor: Any) -> QuerySet[Attestation]:
    return Attestation.objects.visible_to(actor).filter(version=version).select_related("validation__centre")


def health(version: Version) -> Health | None:
    return Health.objects.filter(version=version).first()


def strip(version: Version) -> list[Validation]:
    """The latest runs, newest last."""
    return list(version.validations.select_related("centre", "attestation").order_by("-created_at")[:STRIP])[::-1]


def alarms(actor: Any) -> QuerySet[Version]:
    """Versions that are red, or of which a run at another centre differs, as far as they concern the actor: the own
    ones, and to an editor all."""
    found = Version.objects.filter(state__in=(State.PUBLISHED, State.CHECKED, State.IN_REVIEW, State.ACCEPTED))
    differing = Replication.objects.filter(agreement=Agreement.DIFFERS.value)
    wrong = Q(health__level=Level.RED) | Q(pk__in=differing.values("version"))
    mine = Version.objects.all() if sees_everything(actor) else Version.objects.authored_by(actor)
    found = found.filter(wrong, pk__in=mine.values("pk"))
    return found.select_related("product", "health").order_by("product__owner", "product__name")
