"""Periodic work without a broker: what Celery beat rings elsewhere."""

import io
import threading
from collections.abc import Callable, Sequence

import structlog
from django.core.management import call_command
from django.db import close_old_connections

from registry import rounds
from runners.actions.age import age, replicate_wanted
from runners.actions.reap import reap

log = structlog.get_logger(__name__)
EVERY = 30.0


def sweep() -> None:
    """The book's own round."""
    call_command("sweep", stdout=io.StringIO())


WORK: Sequence[Callable[[], object]] = (reap, sweep, replicate_wanted, age)


class Rounds:
    """Goes round every `every` seconds until stopped; what fails is logged and tried again next time. The first round
    comes after one pause: nodes that waited for the site to return speak first, before a lease is called lost."""

    def __init__(self, work: Sequence[Callable[[], object]] | None = None, every: float = EVERY) -> None:
        self.work, self.every = (*WORK, *rounds.WORK) if work is None else work, every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self.every):
            close_old_connections()
            self.once()
            close_old_connections()

    def once(self) -> None:
        for task in self.work:
            try:
                task()
            except Exception:  # one fault must not end the rounds
                log.exception("round.failed", task=getattr(task, "__name__", str(task)))
