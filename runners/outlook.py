"""What is to be said about a run, once for page, API and terminal: where it stands, what we do by ourselves."""

from dataclasses import dataclass
from datetime import datetime

from runners import queries
from runners.conf import conf
from runners.lifecycle import PHASES, State
from runners.models import Run

NOT_YOURS = "This says nothing about your product."


@dataclass(frozen=True, slots=True)
class Outlook:
    """`say` is the headline; `then` what happens next without anybody's doing, at `at` when a time is known."""

    say: str
    then: str = ""
    at: datetime | None = None
    position: int | None = None
    of: int | None = None


def outlook(run: Run) -> Outlook:
    return _TABLE[State(run.state)](run)


def _queued(run: Run) -> Outlook:
    waiting = [each.pk for each in queries.queue()]
    position = waiting.index(run.pk) + 1 if run.pk in waiting else None
    if run.faults:
        say = f"We could not check it: {run.why}. {NOT_YOURS}"
        return Outlook(say, f"We try again by ourselves: {_attempt(run)}.", run.not_before, position, len(waiting))
    lacking = queries.why_no_node(run)
    then = f"It waits for a node: {lacking}." if lacking else "It starts by itself as soon as a node is free."
    before = (position or 1) - 1
    say = f"{before} run{' waits' if before == 1 else 's wait'} before yours." if before else "It is the next to start."
    return Outlook(say, then, None, position, len(waiting))


def _attempt(run: Run) -> str:
    return f"attempt {run.faults + 1} of {conf().faults}"


def _running(run: Run) -> Outlook:
    step = (run.progress or {}).get("step") or {}
    at = (
        f"step {step['name']}, {step['index']} of {step['total']}"
        if step
        else f"stage {run.stage}"
        if run.stage
        else ""
    )
    say = f"The checks are running: {at}." if at else "A node has taken it; the checks begin."
    return Outlook(say, "If the node falls silent, another attempt starts by itself.", run.lease_until)


def _finished(run: Run) -> Outlook:
    return Outlook(
        "All checks passed." if run.verdict == "passed" else "The checks found errors; the report says which."
    )


def _lost(run: Run) -> Outlook:
    return Outlook(f"We could not check it: {run.why}. {NOT_YOURS}", f"We try again by ourselves: {_attempt(run)}.")


def _quarantined(run: Run) -> Outlook:
    say = f"We could not check it, {run.faults} times: {run.why}. {NOT_YOURS}"
    return Outlook(say, "It is set aside for an operator; authors and editors may start it again.")


def _cancelled(_run: Run) -> Outlook:
    return Outlook("This run was cancelled; nobody has judged the version.")


def _cancelling(run: Run) -> Outlook:
    say = "Somebody asked for this run to be stopped; its node is told at its next sign of life."
    then = "It ends as soon as the node has stopped it, at the latest when the lease runs out."
    return Outlook(say, then, run.lease_until)


_TABLE = {
    State.QUEUED: _queued,
    **dict.fromkeys(PHASES, _running),
    State.CANCELLING: _cancelling,
    State.FINISHED: _finished,
    State.LOST: _lost,
    State.QUARANTINED: _quarantined,
    State.CANCELLED: _cancelled,
}
