"""What this node says of a run, signed with its own key."""

from collections.abc import Mapping
from typing import Any

from adp.attestation import Ran, seal, statement
from adp.replication import Agreement
from adp.report import Report
from runners.node.identity import Identity
from runners.node.order import Order


def signed(order: Order, identity: Identity, results: Mapping[str, Any]) -> dict[str, Any]:
    """The envelope (DSSE) about the report in `results`, and about the replication where it is one."""
    ran = Ran(
        run=order.run,
        purpose=order.purpose,
        product=order.source.product,
        url=order.source.url,
        node=order.node,
        centre=order.centre,
        agreement=_agreement(order, results),
        first=order.first.digest if order.first else "",
    )
    said = statement(Report.from_dict(results["report"]), ran)
    return seal(said, identity.sign, identity.public)


def _agreement(order: Order, results: Mapping[str, Any]) -> str:
    """A run whose own checks failed agrees with nothing."""
    if order.first is None:
        return ""
    found = results.get("replication")
    return str(found["agreement"]) if found else Agreement.DIFFERS.value
