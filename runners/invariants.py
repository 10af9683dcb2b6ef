"""What must be true of every run at any time; part of `manage.py check_invariants`."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Q

from registry import queries
from registry.invariants import QUICK
from registry.ledger.models import Event
from runners.lifecycle import BEGINS, ENDS, HELD, LIVE, RUN, State
from runners.models import Run


def every_run_is_where_its_moves_led() -> Iterator[str]:
    """Each move follows from the one before, and the last one says the state it is in: nothing moved it twice."""
    said: dict[object, str] = {}
    for event in Event.objects.filter(kind__in=[*BEGINS, *RUN.moves]).order_by("id").iterator():
        if event.before != said.get(event.subject_id, ""):
            yield f"event {event.pk} moves run {event.subject_id} from {event.before}, which it was not in"
        said[event.subject_id] = event.after
    for run in Run.objects.iterator():
        if said.get(run.pk) != run.state:
            yield f"{run} is {run.state}, but the ledger says {said.get(run.pk)}"


def every_run_ends_once() -> Iterator[str]:
    ends = Counter(Event.objects.filter(kind__in=ENDS).values_list("subject_id", flat=True))
    for run in Run.objects.iterator():
        if ends[run.pk] != (run.state not in LIVE):
            yield f"{run} is {run.state} and has ended {ends[run.pk]} times"


def every_finished_run_is_in_the_book_once() -> Iterator[str]:
    found = queries.validated_runs()
    for run in Run.objects.iterator():
        if found[str(run.pk)] != (run.state == State.FINISHED):
            yield f"{run} is {run.state} and has {found[str(run.pk)]} validations"


def who_holds_a_run_has_a_lease() -> Iterator[str]:
    is_held = ~Q(token_hash="") & Q(lease_until__isnull=False)
    for run in Run.objects.filter(Q(state__in=HELD) & ~is_held | ~Q(state__in=HELD) & ~Q(token_hash="")):
        yield f"{run} is {run.state}, and its token and lease say something else"


RUNS = (
    every_run_is_where_its_moves_led,
    every_run_ends_once,
    every_finished_run_is_in_the_book_once,
    who_holds_a_run_has_a_lease,
)
QUICK.extend(RUNS)
