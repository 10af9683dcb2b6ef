"""What one reader of one run is told at each look: what changed, what was printed, that it is over."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from registry.ledger.access import can
from registry.people import Person
from runners import queries
from runners.live.place import Place
from runners.models import Run

CHUNK = 64 << 10  # of log, at one look
REST = 5.0  # seconds: the queue moves, times pass
GONE = "there is no such run, or it is not yours to see"


@dataclass(frozen=True, slots=True)
class News:
    """One event. `data` is JSON; `place` goes with it as its id, for a reader who has to come back."""

    kind: str
    data: Mapping[str, Any]
    place: Place


Tell = Callable[[Run, Any, bool], Mapping[str, Any]]  # (run, who asks, may read the log) -> what is to be seen, by name


class Follower:
    """Asks anew, at every look, who the reader is today and what they may see. `tell` draws the parts; a part is sent
    when it differs from what was sent before."""

    def __init__(self, run_id: uuid.UUID, actor: Any, place: Place, tell: Tell) -> None:
        self.run_id, self.actor, self.place, self.tell = run_id, actor, place, tell
        self.is_over = self.has_more = False
        self.clock, self._drawn, self._seen = time.monotonic, float("-inf"), tuple[Any, ...]()
        self._sent: dict[str, Any] = {}

    def sits(self, reader: str) -> None:
        """The name under which the reader comes again."""
        self.place = replace(self.place, reader=reader)

    def look(self) -> Iterator[News]:
        actor = _today(self.actor)
        run = queries.run(self.run_id)
        reads = run is not None and actor is not None and bool(can(actor, "run.read", run))
        if run is None or actor is None or not (reads or can(actor, "run.follow", run)):
            yield self._end(GONE)
            return
        if reads:
            yield from self._log(run)
        if self._may_have_changed(run, reads=reads):
            yield from self._parts(run, actor, reads=reads)
        if not run.is_live and not self.has_more:
            yield self._end(str(run.state))

    def _may_have_changed(self, run: Run, *, reads: bool) -> bool:
        """Drawing the parts is what costs: done when the run has moved, and now and then for what moves around it."""
        seen, now = (run.state, run.attempt, run.stage, run.heartbeat_at, run.lease_until, run.why, reads), self.clock()
        if seen == self._seen and now - self._drawn < REST:
            return False
        self._seen, self._drawn = seen, now
        return True

    def _parts(self, run: Run, actor: Any, *, reads: bool) -> Iterator[News]:
        for name, part in self.tell(run, actor, reads).items():
            if self._sent.get(name) != part:
                self._sent[name] = part
                yield News("part", {"name": name, "is": part}, self.place)

    def _log(self, run: Run) -> Iterator[News]:
        """A new attempt has a log of its own; the reader begins it anew."""
        if run.attempt != self.place.attempt:
            self.place = replace(self.place, attempt=run.attempt, offset=0)
            yield News("attempt", {"attempt": run.attempt}, self.place)
        text, offset = queries.log_after(run, self.place.offset, CHUNK)
        self.has_more = bool(text) and offset < queries.log_end(run)
        if text:
            self.place = replace(self.place, offset=offset)
            yield News("log", {"text": text}, self.place)

    def _end(self, why: str) -> News:
        self.is_over = True
        return News("end", {"why": why}, self.place)


def _today(actor: Any) -> Any:
    """The same account as the book has it now; None when it was closed meanwhile."""
    if not isinstance(actor, Person):
        return actor
    return Person.objects.filter(pk=actor.pk, is_active=True).first()
