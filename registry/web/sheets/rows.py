"""Published products as rows of a table: astronomers compare where it comes from, level, check and cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from adp.comparison.words.text import visible
from registry.lifecycle import PUBLIC
from registry.models import Product, Validation, Version
from registry.web.present.wording import EVIDENCE
from registry.web.sheets.version import facilities


@dataclass(frozen=True, slots=True)
class Row:
    owner: str
    name: str
    label: str
    title: str
    source: str
    kind: str
    level: int | None
    tier: str
    against: str
    tests: int
    checked_at: datetime | None
    cpu: Any
    memory: Any
    health: str


def rows(products: Sequence[Product]) -> list[Row]:
    """In the order given (each with `current_tier`); two queries, whatever their number."""
    latest = _latest(products)
    checked = _checked([v["pk"] for v in latest.values()])
    return [_row(p, latest[p.pk], checked.get(latest[p.pk]["pk"], {})) for p in products if p.pk in latest]


def _latest(products: Sequence[Product]) -> dict[UUID, Mapping[str, Any]]:
    """The newest public version of each; only the parts of a manifest that a row shows."""
    found = Version.objects.filter(product__in=products, state__in=PUBLIC).order_by("published_at")
    wanted = found.values("health__level", "pk", "product_id", "label", "manifest__product", "manifest__tests")
    return {v["product_id"]: v for v in wanted}


def _checked(versions: Sequence[UUID]) -> dict[UUID, Mapping[str, Any]]:
    found = Validation.objects.deciding().filter(version__in=versions, verdict="passed").order_by("created_at")
    return {v["version_id"]: v for v in found.values("version_id", "created_at", "report__cost", "report__products")}


def _row(product: Product, version: Mapping[str, Any], checked: Mapping[str, Any]) -> Row:
    given, tests = version["manifest__product"], (version["manifest__tests"] or {}).get("data", ())
    cost = checked.get("report__cost") or {}
    kinds = dict.fromkeys(EVIDENCE.get(t["kind"], t["kind"]) for t in tests)
    return Row(
        owner=product.owner_id,
        name=product.name,
        label=version["label"],
        title=visible(given["title"]),
        source=facilities(given),
        kind=visible(", ".join([given["type"], *given.get("waveband", ())])),
        level=max((p["calib_level"] for p in checked.get("report__products") or ()), default=None),
        tier=getattr(product, "current_tier", ""),
        against=visible(", ".join(kinds)),
        tests=len(tests),
        checked_at=checked.get("created_at"),
        cpu=cost.get("cpu_seconds"),
        memory=cost.get("peak_memory_bytes"),
        health=version["health__level"] or "",
    )
