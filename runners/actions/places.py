"""One place is kept for what was never judged: repeated runs never fill every node."""

from registry.purposes import Purpose
from runners.conf import conf
from runners.lifecycle import HELD
from runners.models import Node, Run

KEPT = 1  # where there are several; a single place is shared, and a check is always the next to have it


def is_kept(purpose: str) -> bool:
    """Whether the free place is kept from a run of this purpose. Asked inside the transaction that takes it: repeated
    runs pass here one after the other, held by the rows of the nodes."""
    if purpose == Purpose.CHECK:
        return False
    at_work = Node.objects.at_work(2 * conf().lease).select_for_update(no_key=True).order_by("pk")
    places = sum(at_work.values_list("slots", flat=True))
    repeated = Run.objects.filter(state__in=HELD).exclude(purpose=Purpose.CHECK).count()
    return repeated >= max(1, places - KEPT)
