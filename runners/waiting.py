"""What a run in the queue waits for: a machine that nobody has, one that is away, one that is busy, or its turn."""

from collections import Counter

from django.utils import timezone

from adp.comparison.words import numbers
from runners import queries
from runners.conf import conf
from runners.lifecycle import HELD
from runners.models import Node, Run

SOON = "It starts by itself within seconds."
TURN = "It starts by itself as soon as a node is free."
ALIVE = 2  # leases without a word, after which a node is called silent


def waits_for(run: Run, position: int | None) -> str:
    lacking = queries.why_no_node(run)
    if lacking:
        return f"It waits for a node: {lacking}."
    able = [
        node
        for node in Node.objects.filter(is_enabled=True, last_seen__isnull=False).select_related("centre")
        if not node.offering_for(run.needs).lacks(run.needs)
    ]
    there = [node for node in able if not why_away(node)]
    if not able:  # it left between two looks
        return TURN
    if not there:
        return f"It waits for {able[0].name}, which {why_away(able[0])}."
    taken = Counter(Run.objects.filter(state__in=HELD, node__in=there).values_list("node_id", flat=True))
    if all(taken[node.pk] >= node.slots for node in there):
        names = there[0].name if len(there) == 1 else f"one of {len(there)} nodes"
        return f"It waits for a free place: {names} {'is' if len(there) == 1 else 'are all'} busy. It starts by itself."
    return SOON if position == 1 else TURN


def why_away(node: Node) -> str:
    """Why a node takes nothing new; empty when it is there."""
    if not node.is_enabled:
        return "is retired"
    if node.draining:
        return "ends what it has and takes nothing new"
    silent = (timezone.now() - node.last_seen).total_seconds() if node.last_seen else None
    if silent is None:
        return "has not reported for work yet"
    return f"has been silent for {numbers.seconds(silent)}" if silent > ALIVE * conf().lease else ""
