"""What a node does when there is nothing to run: brings the registry the layers of the environments that versions were
judged in, so that they can be run in ten years, and throws away what nobody needs when its disk fills."""

import logging
import tempfile
import threading
from pathlib import Path

from adp.environment import cache, layer, place
from adp.errors import AdpError
from runners.node.link import Link, RefusedError, StaleError, UnreachableError

log = logging.getLogger("pharos.node")
EVERY = 600.0
FIRST = 60.0  # a node that has just come up is wanted for runs


class Keeper:
    """Works beside the runs of a node, in a thread of its own: neither copying nor clearing away makes a run wait."""

    def __init__(self, link: Link, stop: threading.Event, *, first: float = FIRST, every: float = EVERY) -> None:
        self.link, self.stop, self.first, self.every = link, stop, first, every

    def start(self) -> None:
        threading.Thread(target=self._run, name="keeper", daemon=True).start()

    def _run(self) -> None:
        pause = self.first
        while not self.stop.wait(pause):
            pause = self.every
            try:
                self.now()
            except (OSError, AdpError, ValueError):
                log.exception("keeping environments failed; it is tried again in %.0f s", self.every)

    def now(self) -> None:
        try:
            told = self.link.ask("layers/")
            needed = frozenset(map(str, told["needed"]))
            for digest in map(str, told["wanted"]):
                self._bring(digest)
        except (UnreachableError, RefusedError, StaleError, KeyError, TypeError) as error:
            log.warning("the registry was not asked which environments it needs: %s; nothing is thrown away", error)
            return
        for gone in cache.evict(needed=needed):
            log.info("%s %s was thrown away: %d MiB", gone.kind, gone.name, gone.size >> 20)

    def _bring(self, digest: str) -> None:
        """Another node has it, if this one does not."""
        found = cache.folder_of(digest)
        if found is None:
            return
        folder, at = found
        with tempfile.NamedTemporaryFile(dir=place.cache("layers")) as packed:
            if layer.write(folder, at, packed).digest != digest:
                log.error("%s is no longer what it was when it was made; it is not kept", folder)
                return
            packed.flush()
            self.link.put(f"layers/{digest}/", Path(packed.name), headers={}, token="")
        log.info("the registry keeps %s now, as layer %s", folder.name, digest[:12])
