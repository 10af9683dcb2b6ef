"""Which products: every facet is a parameter; a parameter given twice means either, two parameters mean both."""

from typing import Any

from django.db.models import Q
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter

from registry.health import Level
from registry.lifecycle import State
from registry.models import Facet, Product, Version
from registry.models.product import ProductQuerySet

FACETS: dict[str, tuple[Facet.Kind, ...]] = {
    "waveband": (Facet.Kind.WAVEBAND,),
    "instrument": (Facet.Kind.INSTRUMENT,),
    "facility": (Facet.Kind.OBSERVATORY, Facet.Kind.TELESCOPE),
    "keyword": (Facet.Kind.KEYWORD,),
}
MOST_WORDS, LONGEST = 10, 200

PARAMETERS = [
    OpenApiParameter("q", str, description="words that title, summary, keywords, facilities or names must contain"),
    OpenApiParameter("type", str, many=True, description="ObsCore dataproduct_type"),
    OpenApiParameter("tier", str, many=True, enum=("0", "1", "2", "N"), description="current tier"),
    OpenApiParameter("health", str, many=True, enum=Level.values, description="how its published version holds"),
    OpenApiParameter("state", str, many=True, enum=State.values, description="has a version in this state"),
    OpenApiParameter("owner", str, many=True, description="handle of a person or centre"),
    *(OpenApiParameter(name, str, many=True, description=f"{name}, exactly as written") for name in FACETS),
]


def filtered(products: ProductQuerySet, query: QueryDict, *, actor: Any) -> ProductQuerySet:
    """Whatever may not be shown to the actor may not be found by, either."""
    described = Product.objects.described_to(actor).values("pk")
    if owners := query.getlist("owner"):
        products = products.filter(owner__in=owners)
    if tiers := query.getlist("tier"):
        products = products.of_tier(tiers)
    if levels := query.getlist("health"):
        products = products.holding(levels)
    if states := query.getlist("state"):
        products = products.filter(pk__in=Version.objects.visible_to(actor).filter(state__in=states).values("product"))
    if types := query.getlist("type"):
        products = products.filter(type__in=types, pk__in=described)
    for name, kinds in FACETS.items():
        if values := query.getlist(name):
            found = Facet.objects.filter(kind__in=kinds, value__in=values).values("product")
            products = products.filter(pk__in=found).filter(pk__in=described)
    return products.filter(_words(query.get("q", ""), described))


def _words(text: str, described: Any) -> Q:
    found = Q()
    for word in text[:LONGEST].lower().split()[:MOST_WORDS]:
        found &= Q(name__contains=word) | Q(words__contains=word, pk__in=described)
    return found
