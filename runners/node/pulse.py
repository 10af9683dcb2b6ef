"""The sign of life of an attempt, from a thread of its own: a job may be silent, an upload long."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Self

from runners.node.link import CancelledError, RefusedError, StaleError, UnreachableError
from runners.node.tape import Tape

log = logging.getLogger("pharos.node")
LISTEN = 0.5


class Pulse:
    """Calls `beat` every `period` seconds and at every change of stage, and `send_log` while there is something to
    send. `lost` is set when the registry no longer takes our word, or somebody wants the run stopped; then
    everything must stop."""

    def __init__(self, tape: Tape, beat: Callable[[], None], send_log: Callable[[], None], period: float) -> None:
        self.tape, self.beat, self.send_log, self.period = tape, beat, send_log, period
        self.lost: StaleError | RefusedError | CancelledError | None = None
        self._quiet = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._quiet.set()
        self._thread.join()

    def check(self) -> None:
        if self.lost is not None:
            raise self.lost

    def _run(self) -> None:
        beaten = float("-inf")
        while not self._quiet.wait(LISTEN):
            try:
                if self.tape.changed.is_set() or time.monotonic() - beaten >= self.period:
                    beaten = time.monotonic()
                    self.beat()
                self.send_log()
            except UnreachableError as error:
                log.warning("the registry does not answer, the job goes on: %s", error)
                self._quiet.wait(self.period)
            except (StaleError, RefusedError, CancelledError) as error:
                self.lost = error
                return
