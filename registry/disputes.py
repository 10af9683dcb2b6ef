"""Which reference data are in dispute now: what curators have to look after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.ledger.models import Event
from registry.lifecycle import State
from registry.models import Centre, Version

DISPUTED = "version.dispute_data"


@dataclass(frozen=True, slots=True)
class Dispute:
    """A file that `version` waits for; `message` says what is wrong with it."""

    version: Version
    name: str
    url: str
    code: str
    message: str
    at: datetime


def disputes(centre: Centre) -> list[Dispute]:
    """Of versions that this centre owns and that cannot be checked until their data are right again; newest first."""
    waiting = Version.objects.filter(product__owner__centre=centre, state=State.STALLED).select_related("product")
    versions = {version.pk: version for version in waiting}
    found: dict[tuple[Any, str], Dispute] = {}
    for event in Event.objects.filter(kind=DISPUTED, subject_id__in=versions).order_by("-id"):
        version, facts = versions[event.subject_id], event.facts
        key = (version.pk, str(facts.get("name", "")))
        url, code, message = (str(facts.get(each, "")) for each in ("url", "code", "message"))
        found.setdefault(key, Dispute(version, key[1], url, code, message, event.at))
    return list(found.values())
