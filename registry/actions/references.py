"""Reference data that are not what was agreed: the curators of their centre are told, the author is not charged."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from registry.ledger.access import SYSTEM
from registry.ledger.record import record
from registry.models import Version

FACTS = ("name", "url", "sha256", "found", "got", "size")
LONGEST = 500


@transaction.atomic
def dispute(*, version: Version, findings: Iterable[Mapping[str, Any]], node: str) -> None:
    """`findings` as a node found them, with REFERENCE_INVALID as reason; one event for each file."""
    for finding in findings:
        evidence = finding.get("evidence") or {}
        facts = {name: _short(evidence[name]) for name in FACTS if evidence.get(name) is not None}
        said = {"code": _short(finding.get("code", "")), "message": _short(finding.get("message", "")), "node": node}
        record("version.dispute_data", version, actor=SYSTEM, **facts, **said)


def _short(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)[:LONGEST]
