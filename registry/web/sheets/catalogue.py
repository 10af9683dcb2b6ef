"""The catalogue: what was asked for, what it can be narrowed by, one page of rows. Everything is a GET parameter."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

from adp.comparison.words.text import visible
from registry import queries
from registry.models import Facet, Product, Version
from registry.web.present.wording import TIERS, lamp
from registry.web.sheets.rows import Row, rows

PER_PAGE = 50
LONGEST_SEARCH = 200
MOST_VALUES = 12
SORTS = {"newest": ("-described_at", "name"), "name": ("name", "owner_id"), "owner": ("owner_id", "name")}
FACETS = {  # named as the API names them
    "waveband": ("waveband",),
    "facility": ("observatory", "telescope"),
    "instrument": ("instrument",),
    "keyword": ("keyword",),
}
KINDS = {kind: name for name, kinds in FACETS.items() for kind in kinds}
NAMES = {"tier": "Tier", "health": "Health", "type": "Type"} | {name: name.capitalize() for name in FACETS}


@dataclass(frozen=True, slots=True)
class Value:
    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    text: str
    without: str


@dataclass(frozen=True, slots=True)
class Sheet:
    search: str
    sort: str
    total: int
    page: Page[Product]
    rows: list[Row]
    groups: tuple[Group, ...]
    chips: tuple[Chip, ...]
    query: str
    export: str
    sorts: tuple[tuple[str, str], ...]


def lay_out(asked: QueryDict) -> Sheet:
    search = asked.get("q", "").strip()[:LONGEST_SEARCH]
    sort = asked.get("sort", "")
    sort = sort if sort in SORTS else "newest"
    matching = _matching(search)
    found = _narrowed(matching, asked).order_by(*SORTS[sort])
    paginator = Paginator(found, PER_PAGE)
    page = paginator.get_page(asked.get("page"))
    return Sheet(
        search=search,
        sort=sort,
        total=paginator.count,
        page=page,
        rows=rows(list(page.object_list)),
        groups=tuple(_groups(matching, asked)),
        chips=tuple(_chips(asked)),
        query=_without(asked, "page"),
        export=_export(asked, search),
        sorts=tuple((name, _with(asked, "sort", name)) for name in SORTS),
    )


def latest(count: int) -> list[Row]:
    return rows(list(_published().order_by(*SORTS["newest"])[:count]))


def _published() -> QuerySet[Any]:
    """Without the versions each product brings along: a row asks for what it shows."""
    return queries.published().prefetch_related(None)


def _matching(search: str) -> QuerySet[Any]:
    found = _published()
    for word in search.lower().split():
        found = found.filter(words__contains=word)
    return found


def _narrowed(found: QuerySet[Any], asked: QueryDict) -> QuerySet[Any]:
    if tiers := asked.getlist("tier"):
        found = found.filter(current_tier__in=tiers)
    if types := asked.getlist("type"):
        found = found.filter(type__in=types)
    if levels := asked.getlist("health"):
        held = Version.objects.published().filter(health__level__in=levels)
        found = found.filter(pk__in=held.values("product"))
    for name, kinds in FACETS.items():
        if values := asked.getlist(name):
            found = found.filter(pk__in=Facet.objects.filter(kind__in=kinds, value__in=values).values("product"))
    return found


def _groups(matching: QuerySet[Any], asked: QueryDict) -> Iterator[Group]:
    """What the search found, counted by each facet; the filters in use do not change the counts."""
    plain = matching.order_by().values_list("pk", "type", "current_tier")
    counts: dict[str, Counter[str]] = {"tier": Counter(), "type": Counter(), "health": Counter(_levels(plain))}
    for _, kind, tier in plain:
        counts["type"][kind] += 1
        counts["tier"][tier] += 1
    pairs = Facet.objects.filter(product__in=matching.order_by().values("pk")).values_list("kind", "value")
    for kind, value in pairs:
        counts.setdefault(KINDS[kind], Counter())[value] += 1
    for key, name in NAMES.items():
        chosen = asked.getlist(key)
        order = (
            sorted(counts.get(key, {}).items())
            if key in {"tier", "health"}
            else counts.get(key, Counter()).most_common(MOST_VALUES)
        )
        values = tuple(Value(v, _label(key, v), n, v in chosen) for v, n in order if v)
        if values:
            yield Group(key, name, values)


def _levels(plain: QuerySet[Any]) -> list[str]:
    """Of the versions to use now."""
    published = Version.objects.published().filter(product__in=plain.values("pk"))
    return list(published.exclude(health=None).values_list("health__level", flat=True))


def _label(key: str, value: str) -> str:
    if key == "health":
        return lamp(value)[1]
    return TIERS.get(value, value) if key == "tier" else visible(value)


def _chips(asked: QueryDict) -> Iterator[Chip]:
    for key, name in NAMES.items():
        for value in asked.getlist(key):
            text = f"{name} {value}" if key == "tier" else value
            yield Chip(visible(text)[:60], _without(asked, key, value))


def _without(asked: QueryDict, key: str, value: Any = None) -> str:
    """The query string less one value, or less the whole key; always back on the first page."""
    left = asked.copy()
    left.pop("page", None)
    left.setlist(key, [v for v in asked.getlist(key) if value is not None and v != value])
    return left.urlencode()


def _with(asked: QueryDict, key: str, value: str) -> str:
    changed = asked.copy()
    changed.pop("page", None)
    changed[key] = value
    return changed.urlencode()


def _export(asked: QueryDict, search: str) -> str:
    """The same question to the API."""
    left = QueryDict(mutable=True)
    left.setlist("q", [search] if search else [])
    for name in NAMES:
        left.setlist(name, asked.getlist(name))
    left.setlist("state", ["published", "superseded"])
    return left.urlencode()
