"""What earlier processes of this node left is cleared away before the first run, and every few minutes after that."""

import logging
import threading

from adp.errors import PlatformError
from adp.sandbox.engine import Engine
from adp.sandbox.sweep import sweep

log = logging.getLogger("pharos.node")
EVERY = 300.0


class Broom:
    """Adopts nothing: a job whose node died is over, whatever of it still runs; the registry gives the run away."""

    def __init__(self, engine: Engine, every: float = EVERY) -> None:
        self.engine, self.every = engine, every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="broom", daemon=True)

    def start(self) -> None:
        """The first time before it returns."""
        self.once()
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def once(self) -> None:
        try:
            gone = sweep(self.engine)
        except (PlatformError, OSError):
            log.exception("could not clear away everything that dead jobs left; trying again in %.0f s", self.every)
        else:
            if gone:
                log.warning("cleared away after %d jobs whose process had died", len(gone))

    def _run(self) -> None:
        while not self._stop.wait(self.every):
            self.once()
