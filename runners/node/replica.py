"""A repeated run, seen from its node: which products have to be compared with the first run's, what is handed in."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from adp.replication import Agreement, ProductAgreement, Replication
from runners.node.order import First, Order

CHECK = "runners.node.replicating:compare"  # the job that compares
FOUND = "replication.json"
AGAIN = frozenset({"log", "report"})  # what a run of a version that is in the book already brings that is new
Artefacts = Iterable[tuple[str, str, str]]


def pairs(first: First, products: Sequence[Mapping[str, Any]], artefacts: Artefacts) -> list[dict[str, Any]]:
    """As JSON for the job: paths are below its folder, and None where nothing has to be read."""
    made = {(p["name"], p["path"]): p["sha256"] for p in products}
    files = {name: path for name, kind, path in artefacts if kind == "product"}
    found = []
    for number, product in enumerate(first.products):
        sha256 = made.get((product.name, product.path), "")
        pair = {"name": product.name, "path": product.path, "first": product.sha256, "sha256": sha256}
        is_read = bool(sha256) and sha256 != product.sha256
        file = f"first/{number}-{Path(product.path).name}" if is_read else None
        own = files[product.path] if is_read else None
        found.append(pair | {"first_file": file, "file": own, "bytes": product.bytes})
    return found


def settled(pairs: Sequence[Mapping[str, Any]]) -> Replication | None:
    """What the digests alone say; None when files have to be read."""
    if any(pair["file"] for pair in pairs):
        return None
    return Replication(
        tuple(
            ProductAgreement(p["name"], p["path"], p["first"], p["sha256"], _by_digest(p["first"], p["sha256"]))
            for p in pairs
        )
    )


def _by_digest(first: str, sha256: str) -> Agreement:
    return Agreement.IDENTICAL if first == sha256 else Agreement.DIFFERS


def wanted(order: Order, results: Mapping[str, Any], artefacts: Artefacts) -> list[tuple[str, str, str]]:
    """What is handed in: everything of a first check; of a replication the products that are not the same; of others
    what was printed and found."""
    if order.purpose == "check":
        return list(artefacts)
    same = {p.sha256 for p in order.first.products} if order.first else set()
    new = {p["path"] for p in results["report"]["products"] if order.first and p["sha256"] not in same}
    return [each for each in artefacts if each[1] in AGAIN or (each[1] == "product" and each[0] in new)]
