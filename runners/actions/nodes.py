"""A machine joins, gets another key, leaves."""

from django.db import transaction

from registry.actions import offers
from registry.ledger.access import require
from registry.ledger.record import record
from registry.people import Actor, Centre
from runners.models import Node


@transaction.atomic
def enrol(*, actor: Actor, name: str, centre: Centre | None = None) -> tuple[Node, str]:
    """The node and its key. The key is shown here and never again; the book keeps its digest."""
    node = Node(name=name, centre=centre)
    require(actor, "node.enrol", node)
    key = node.new_key()
    node.full_clean()
    node.save(force_insert=True)
    record("node.enrol", node, actor=actor, name=name)
    return node, key


@transaction.atomic
def renew(*, actor: Actor, node: Node) -> str:
    """A new key; the old one opens nothing from now on. What runs there goes on by its own token, under the new key."""
    require(actor, "node.renew", node)
    key = node.new_key()
    Node.objects.filter(pk=node.pk).update(key_prefix=node.key_prefix, key_hash=node.key_hash, is_enabled=True)
    if node.cores:  # it has said before what it is
        offers.tell(node.offering)
    record("node.renew", node, actor=actor, name=node.name)
    return key


@transaction.atomic
def retire(*, actor: Actor, node: Node) -> None:
    """Its key opens nothing any more; what it was doing is given to another node when the lease runs out."""
    require(actor, "node.retire", node)
    Node.objects.filter(pk=node.pk).update(is_enabled=False)
    offers.withdraw(node.name)
    record("node.retire", node, actor=actor, name=node.name)
