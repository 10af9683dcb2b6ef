"""What is to be said about a run, once for page, API and terminal: where it stands, what we do by ourselves."""

from dataclasses import dataclass
from datetime import datetime

from runners import queries
from runners.conf import conf
from runners.lifecycle import PHASES, State
from runners.models import Run
from runners.waiting import waits_for

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
    waiting = queries.queue_keys()
    position = waiting.index(run.pk) + 1 if run.pk in waiting else None
    if run.faults:
        say = f"We could not check it: {run.why}. {NOT_YOURS}"
        return Outlook(say, f"We try again by ourselves: {_attempt(run)}.", run.not_before, position, len(waiting))
    before = (position or 1) - 1
    say = f"{before} run{' waits' if before == 1 else 's wait'} before yours." if before else "It is the next to start."
    return Outlook(say, waits_for(run, position), None, position, len(waiting))


def _attempt(run: Run) -> str:
    return f"attempt {run.faults + 1} of {conf().faults}"


def _at_work(run: Run) -> Outlook:
    then = "If the node falls silent until its lease runs out, another attempt starts by itself."
    return Outlook(PHASE[State(run.state)].format(at=_at(run)), then, run.lease_until)


def _at(run: Run) -> str:
    step = (run.progress or {}).get("step") or {}
    if step:
        return f"step {step['name']}, {step['index']} of {step['total']}"
    return f"stage {run.stage}" if run.stage else "the first stage"


PHASE = {
    State.LEASED: "A node has taken it; the checks begin.",
    State.FETCHING: "The node fetches the source and reads what it declares.",
    State.BUILDING: "The node builds the environment.",
    State.RUNNING: "The checks are running: {at}.",
    State.COLLECTING: "The steps are done; the node collects the products.",
    State.COMPARING: "The products are being compared with the reference data.",
}


def _finished(run: Run) -> Outlook:
    return Outlook(
        "All checks passed." if run.verdict == "passed" else "The checks found errors; the report says which."
    )


def _lost(run: Run) -> Outlook:
    return Outlook(f"We could not check it: {run.why}. {NOT_YOURS}", f"We try again by ourselves: {_attempt(run)}.")


def why_set_aside(run: Run) -> str:
    """Data in dispute cost no attempt of ours: then there are fewer faults than a run may have."""
    if run.faults < conf().faults:
        return f"The reference data are not what was agreed: {run.why}."
    return f"We could not check it, {run.faults} times: {run.why}."


def _quarantined(run: Run) -> Outlook:
    then = "It is set aside for an operator; authors and editors may start it again."
    if run.faults < conf().faults:
        then = "Its curators are told; once the data are right again they or its authors start it again."
    return Outlook(f"{why_set_aside(run)} {NOT_YOURS}", then)


def _cancelled(_run: Run) -> Outlook:
    return Outlook("This run was cancelled; nobody has judged the version.")


def _cancelling(run: Run) -> Outlook:
    say = "Somebody asked for this run to be stopped; its node is told at its next sign of life."
    then = "It ends as soon as the node has stopped it, at the latest when the lease runs out."
    return Outlook(say, then, run.lease_until)


_TABLE = {
    State.QUEUED: _queued,
    **dict.fromkeys(PHASES, _at_work),
    State.CANCELLING: _cancelling,
    State.FINISHED: _finished,
    State.LOST: _lost,
    State.QUARANTINED: _quarantined,
    State.CANCELLED: _cancelled,
}
