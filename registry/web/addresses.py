"""Addresses of pages and of the API's documents; DESIGN §7."""

from collections.abc import Iterable

from django.urls import reverse

from registry.models import Artefact, Version


def of_version(version: Version, name: str = "version") -> str:
    return reverse(f"registry:{name}", args=[version.product.owner_id, version.product.name, version.label])


def document(version: Version, name: str) -> str:
    """`report`, `archive`, `citation`, `provenance`: as the API serves them."""
    product = version.product
    return f"/api/v1/products/{product.owner_id}/{product.name}/versions/{version.label}/{name}/"


def pictures(version: Version, artefacts: Iterable[Artefact]) -> dict[str, str]:
    """Where each picture is served, by its name."""
    named = {"owner": version.product.owner_id, "name": version.product.name, "label": version.label}
    return {a.name: reverse("api:file", kwargs={**named, "pk": a.pk}) for a in artefacts}
