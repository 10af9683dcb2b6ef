"""What a centre offers: its nodes and the reference data they hold, as much of it as the one who asks may see."""

from dataclasses import dataclass
from typing import Any

from registry.ledger.access import can
from registry.people import Centre
from runners.models import Holding, Node
from runners.waiting import why_away


@dataclass(frozen=True, slots=True)
class Machine:
    """`away` says why it takes nothing new, empty when it does; only operators are told more than that it is away."""

    name: str
    engine: str
    arch: str
    cores: int
    memory: int
    gpu: int
    slots: int
    away: str


@dataclass(frozen=True, slots=True)
class Data:
    """A file that `nodes` of the centre hold."""

    sha256: str
    size: int
    title: str
    is_private: bool
    nodes: tuple[str, ...]


def operates(actor: Any, centre: Centre) -> bool:
    return bool(can(actor, "node.enrol", Node(centre=centre)))


def machines(centre: Centre, *, all_of_it: bool) -> list[Machine]:
    """Those in service; for its operators those that were retired, too."""
    found = Node.objects.filter(centre=centre)
    shown = found if all_of_it else found.filter(is_enabled=True, last_seen__isnull=False)
    return [_machine(node, all_of_it=all_of_it) for node in shown]


def data(centre: Centre, *, all_of_it: bool) -> list[Data]:
    """What its operators gave a title and keep from nobody; for themselves everything."""
    held = Holding.objects.filter(node__centre=centre, node__is_enabled=True).select_related("node")
    shown = held if all_of_it else held.filter(is_private=False).exclude(title="")
    by_content: dict[str, list[Holding]] = {}
    for holding in shown.order_by("title", "sha256", "node__name"):
        by_content.setdefault(holding.sha256, []).append(holding)
    return [
        Data(sha256, rows[0].size, rows[0].title, rows[0].is_private, tuple(row.node.name for row in rows))
        for sha256, rows in by_content.items()
    ]


def _machine(node: Node, *, all_of_it: bool) -> Machine:
    away = why_away(node)
    said = away if all_of_it else "is away at present" if away else ""
    return Machine(node.name, node.engine, node.arch, node.cores, node.memory, node.gpu, node.slots, said)
