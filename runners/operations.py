"""What whoever keeps the machines running looks at: nodes, leases, what we failed at, what waits. Reads only."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from adp.comparison.words import numbers
from registry import queries as book
from registry.ledger.models import Pending
from registry.people import Actor, Membership, Person, Role
from runners import queries
from runners.lifecycle import HELD, State
from runners.models import Holding, Node, Run
from runners.outlook import why_set_aside
from runners.waiting import why_away

SHOWN, MOST = 100, 500
RED = "red"
ATTENTION = {"silent", "never"}


@dataclass(frozen=True, slots=True)
class NodeRow:
    """`state` is a word of registry/web/present/wording.py; `holds` bytes of reference data in `files` files."""

    node: Node
    state: str
    why: str
    taken: int
    files: int
    holds: int


@dataclass(frozen=True, slots=True)
class Todo:
    """What waits for an operator: a sentence, why it matters, and where on the page it stands."""

    what: str
    why: str
    where: str


def nodes() -> list[NodeRow]:
    taken = Counter(Run.objects.filter(state__in=HELD).values_list("node_id", flat=True))
    found = Node.objects.select_related("centre").annotate(files=Count("holdings"), holds=Sum("holdings__size"))
    return [_node(node, taken[node.pk]) for node in found.order_by("-is_enabled", "name")]


def _node(node: Node, taken: int) -> NodeRow:
    files, holds = getattr(node, "files", 0), getattr(node, "holds", 0) or 0
    return NodeRow(node, _state(node, taken), why_away(node), taken, files, holds)


def _state(node: Node, taken: int) -> str:
    if not node.is_enabled:
        return "retired"
    if node.last_seen is None:
        return "never"
    if node.draining:
        return "draining"
    return "silent" if why_away(node) else "busy" if taken else "ready"


def leases() -> QuerySet[Run]:
    """Who holds what, and until when; the first to run out comes first."""
    held = Run.objects.filter(state__in=HELD).select_related("version__product", "node")
    return held.order_by("lease_until", "pk")


def quarantine() -> QuerySet[Run]:
    """What we failed at three times, nobody has seen to yet and nobody has had run again; oldest first."""
    again = Run.objects.filter(
        version=OuterRef("version"), purpose=OuterRef("purpose"), queued_at__gt=OuterRef("queued_at")
    )
    found = Run.objects.filter(~Exists(again), state=State.QUARANTINED, seen_to_at=None)
    return found.select_related("version__product", "node").order_by("finished_at", "pk")


def waiting() -> QuerySet[Run]:
    """The head of the queue, in its order."""
    return queries.queue().select_related("version__product")[:SHOWN]


@dataclass(frozen=True, slots=True)
class Held:
    """One file of reference data, by content, and the nodes that have it."""

    sha256: str
    title: str
    size: int
    is_private: bool
    nodes: tuple[str, ...]


def held(actor: Actor) -> list[Held]:
    """The largest first; what a centre keeps to itself only for its own operators, and admins."""
    by_content = dict[str, list[Holding]]()
    found = (
        Holding.objects.filter(node__is_enabled=True).select_related("node").order_by("-size", "sha256", "node__name")
    )
    if isinstance(actor, Person) and not actor.is_superuser:
        own = Membership.objects.current().filter(person=actor, role=Role.OPERATOR).values("centre")
        found = found.filter(Q(is_private=False) | Q(node__centre__in=own))
    for holding in found[:MOST]:
        by_content.setdefault(holding.sha256, []).append(holding)
    return [
        Held(each[0].sha256, each[0].title, each[0].size, each[0].is_private, tuple(h.node.name for h in each))
        for each in by_content.values()
    ]


def ailing() -> QuerySet[Any]:
    """Published versions whose latest runs do not hold what was promised."""
    return book.ailing()[:SHOWN]


def parked() -> QuerySet[Pending]:
    """Messages that went round too often without being taken."""
    return Pending.objects.exclude(parked_at=None).select_related("event").order_by("event_id")[:SHOWN]


def todo() -> Iterator[Todo]:
    """Most urgent first."""
    for run in quarantine()[:SHOWN]:
        yield Todo(f"{run} of {run.version}", why_set_aside(run), f"run-{run.short}")
    for row in nodes():
        if row.state in ATTENTION and row.node.is_enabled:
            yield Todo(f"Node {row.node.name}", f"It {row.why}.", f"node-{row.node.name}")
    red = sum(health.level == RED for health in ailing())
    if red:
        said = (
            f"{numbers.number(red)} published version{'s' if red > 1 else ''} no longer pass{'' if red > 1 else 'es'}"
        )
        yield Todo(said, "Look where: on one node, or on all? Authors and curators are told by the registry.", "health")
    lost = parked().count()
    if lost:
        said = f"{numbers.number(lost)} message{'s' if lost > 1 else ''} not delivered"
        yield Todo(said, "A part of the registry refuses to take it; its log says why.", "messages")
