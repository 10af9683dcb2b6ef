"""What a node says of itself whenever it asks for work."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from registry.actions import offers
from runners.models import Holding, Node

Fact = tuple[int, str, bool]


@transaction.atomic
def seen(*, node: Node, told: Mapping[str, Any], held: Iterable[Mapping[str, Any]] | None = None) -> None:
    """It is alive, and this is what it has (already validated). `held` is all the reference data it has; untold, that
    is as before."""
    before = node.offering
    Node.objects.filter(pk=node.pk).update(last_seen=Now(), **told)
    node.refresh_from_db()
    has_other = held is not None and _holds(node, {e["sha256"]: (e["size"], e["title"], e["private"]) for e in held})
    if has_other or node.offering != before:
        tell(node)


def tell(node: Node) -> None:
    """The book learns what this node offers."""
    offers.tell(node.offering)
    offers.tell_data(node.name, dict(node.holdings.values_list("sha256", "is_private")))


def _holds(node: Node, now: Mapping[str, Fact]) -> bool:
    """Whether it holds other data than before."""
    known = {h.sha256: (h.size, h.title, h.is_private) for h in node.holdings.all()}
    if known == now:
        return False
    Holding.objects.filter(node=node, sha256__in=[each for each in known if known[each] != now.get(each)]).delete()
    new = {sha256: fact for sha256, fact in now.items() if known.get(sha256) != fact}
    rows = [Holding(node=node, sha256=each, size=f[0], title=f[1], is_private=f[2]) for each, f in new.items()]
    Holding.objects.bulk_create(rows, ignore_conflicts=True)
    return True
