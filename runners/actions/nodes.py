"""A machine joins, says what it signs with, gets another key, rests, leaves."""

from django.db import transaction

from registry.actions import offers
from registry.ledger.access import SYSTEM, require
from registry.ledger.record import record
from registry.people import Actor, Centre
from runners.actions.seen import tell
from runners.models import Node


class AnotherKeyError(Exception):
    """The node has said before that it signs with another key: it is another machine, or its key file was lost."""


@transaction.atomic
def enrol(*, actor: Actor, name: str, centre: Centre | None = None) -> tuple[Node, str]:
    """The node and its key. The key is shown here and never again; the book keeps its digest."""
    node = Node(name=name, centre=centre)
    require(actor, "node.enrol", node)
    key = node.new_key()
    node.full_clean()
    node.save(force_insert=True)
    record("node.enrol", node, actor=actor, name=name, centre=centre.handle if centre else "")
    return node, key


@transaction.atomic
def register(*, node: Node, attest_key: str) -> Node:
    """The node made a key to sign with and tells its public half: once. The ledger keeps every half there ever was, so
    that what was signed before a renewal can still be verified. Raises AnotherKeyError."""
    require(SYSTEM, "node.register", node)
    if Node.objects.filter(pk=node.pk, attest_key="").update(attest_key=attest_key):
        record("node.register", node, actor=SYSTEM, name=node.name, attest_key=attest_key)
    node.refresh_from_db()
    if node.attest_key != attest_key:
        raise AnotherKeyError(f"{node.name} signs with another key; an operator has to renew the key of the node first")
    return node


@transaction.atomic
def renew(*, actor: Actor, node: Node) -> str:
    """A new key; the old one opens nothing from now on. What runs there goes on by its own token, under the new key.
    It may be another machine now, so it says anew what it signs with."""
    require(actor, "node.renew", node)
    key = node.new_key()
    fresh = {"key_prefix": node.key_prefix, "key_hash": node.key_hash, "attest_key": "", "is_enabled": True}
    Node.objects.filter(pk=node.pk).update(**fresh)
    if node.cores:  # it has said before what it is
        tell(node)
    record("node.renew", node, actor=actor, name=node.name)
    return key


@transaction.atomic
def drain(*, actor: Actor, node: Node) -> None:
    """It ends what it has and takes nothing new, until `resume`."""
    require(actor, "node.drain", node)
    if Node.objects.filter(pk=node.pk, draining=False).update(draining=True):
        record("node.drain", node, actor=actor, name=node.name)
    node.refresh_from_db()


@transaction.atomic
def resume(*, actor: Actor, node: Node) -> None:
    require(actor, "node.resume", node)
    if Node.objects.filter(pk=node.pk, draining=True).update(draining=False):
        record("node.resume", node, actor=actor, name=node.name)
    node.refresh_from_db()


@transaction.atomic
def retire(*, actor: Actor, node: Node) -> None:
    """Its key opens nothing any more; what it was doing is given to another node when the lease runs out."""
    require(actor, "node.retire", node)
    Node.objects.filter(pk=node.pk).update(is_enabled=False)
    offers.withdraw(node.name)
    record("node.retire", node, actor=actor, name=node.name)
