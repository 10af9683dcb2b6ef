"""A run goes where its data are: to a node that holds them, else to the one with most room, which fetches them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from registry.needs import Offering, data_of
from runners.conf import conf
from runners.models import Node


def draws(node: Node, needs: Mapping[str, Any], since: datetime) -> bool:
    """Whether a run that waits since then shall come to this node, which can do it. One that waited long for a busy
    node that holds its data goes wherever they can be fetched."""
    if not data_of(needs) or timezone.now() - since > timedelta(seconds=conf().gravity):
        return True
    nodes = Node.objects.at_work(2 * conf().lease).select_related("centre")
    able = [offering for each in nodes if not (offering := each.offering_for(needs)).lacks(needs)]
    best = min(able, key=lambda offering: _cost(offering, needs), default=None)
    own = node.offering_for(needs)
    return best is None or not own.missing(needs) or best.name == own.name


def _cost(offering: Offering, needs: Mapping[str, Any]) -> tuple[int, int, int, str]:
    """What it would have to fetch, in bytes and in files; then how little room it has."""
    away = offering.missing(needs)
    return sum(datum.size or 0 for datum in away), len(away), -offering.room, offering.name
