"""What a product is found by: its words and facets, from a manifest."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from registry.models import Facet, Product, Version


def words(given: dict[str, Any], contributors: tuple[str, ...] = ()) -> str:
    """`given` is the manifest's [product]."""
    facets = (value for _, value in facet_values(given))
    return " ".join([given["name"], given["title"], given["summary"], *facets, *contributors]).lower()


def facet_values(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for keyword in given.get("keywords", ()):
        yield Facet.Kind.KEYWORD, keyword
    for band in given.get("waveband", ()):
        yield Facet.Kind.WAVEBAND, band
    for facility in given.get("facilities", ()):
        for kind in (Facet.Kind.OBSERVATORY, Facet.Kind.TELESCOPE, Facet.Kind.INSTRUMENT):
            if facility.get(kind):
                yield kind, facility[kind]


@transaction.atomic
def describe(*, version: Version) -> None:
    """From now on the product is what this version says it is."""
    given = version.manifest["product"]
    names = tuple(c["name"] for c in version.manifest["contributors"])
    Product.objects.filter(pk=version.product_id).update(
        title=given["title"],
        summary=given["summary"],
        type=given["type"],
        words=words(given, names),
        described_at=timezone.now(),
    )
    Facet.objects.filter(product=version.product_id).delete()
    Facet.objects.bulk_create(
        Facet(product_id=version.product_id, kind=kind, value=value[:200])
        for kind, value in sorted(set(facet_values(given)))
    )
