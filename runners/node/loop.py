"""Ask for work, do it, ask again; until somebody says stop."""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from adp.environment.place import new_job_folder
from runners.node.attempt import Attempt
from runners.node.bell import Bell, Silence
from runners.node.config import Config
from runners.node.holdings import Holdings
from runners.node.identity import Identity
from runners.node.link import Link, RefusedError, StaleError, UnreachableError
from runners.node.order import Order
from runners.node.pulse import LISTEN

log = logging.getLogger("pharos.node")
ANSWER = 35.0  # beyond the wait itself


class Node:
    """`stop` ends it: idle at once, working after the lease was handed back. `leave` lets it end its run first."""

    def __init__(
        self,
        config: Config,
        about: Mapping[str, Any],
        folder: Callable[[], AbstractContextManager[Path]] = new_job_folder,
        holdings: Holdings | None = None,
    ) -> None:
        self.config, self.about, self.folder = config, about, folder
        self.holdings = holdings or Holdings()
        self.link = Link(config.registry, config.key)
        self.stop = threading.Event()
        self.leave = threading.Event()
        self.identity: Identity | None = None
        self.name = ""  # as the registry calls it, once introduced
        self.bell: Bell | Silence = Silence()
        self._working: dict[str, threading.Thread] = {}
        self._freed = threading.Event()

    def introduce(self, identity: Identity) -> bool:
        """Say what this node signs with, before it asks for work; False when the registry knows it by another key."""
        while not (self.stop.is_set() or self.leave.is_set()):
            try:
                known = self.link.post("register/", {"attest_key": identity.public})
                self.identity = identity
            except UnreachableError as error:
                log.warning(
                    "the registry does not answer: %s; asking again in %.0f s", error, self.config.longest_pause
                )
                self.stop.wait(self.config.longest_pause)
            except RefusedError as error:
                log.error("the registry refuses this node: %s", error)  # noqa: TRY400 - the answer says it all
                return False
            else:
                self.name = str(known.get("name") or "")
                log.info("this is node %s of %s", known.get("name"), known.get("centre") or "the registry itself")
                return True
        return True

    def serve(self, *, once: bool = False) -> None:
        """`once`: at most one run, and no waiting for one. As many runs at a time as there are places; one claim at a
        time, so that the registry knows what else this node is busy with."""
        pause = self.config.pause
        while self._a_place_is_free():
            try:
                order = self.claim(wait=0.0 if once or self.bell.is_up else self.config.poll)
                pause = self.config.pause
            except (UnreachableError, RefusedError, StaleError) as error:
                log.warning("no work: %s; asking again in %.0f s", error, pause)
                self.stop.wait(pause)
                pause = min(2 * pause, self.config.longest_pause)
                continue
            if order:
                self._begin(order)
            if once:
                break
            if not order:
                self.bell.wait(self.config.poll)
        for working in list(self._working.values()):
            working.join()

    def _a_place_is_free(self) -> bool:
        """Waits for it; False when this node begins nothing more."""
        while not (self.stop.is_set() or self.leave.is_set()):
            if len(self._working) < self.config.slots:
                return True
            self._freed.wait(LISTEN)
            self._freed.clear()
        return False

    def _begin(self, order: Order) -> None:
        working = threading.Thread(target=self._work_and_free, args=(order,), name=f"run-{order.run[:8]}", daemon=True)
        self._working[order.run] = working
        working.start()

    def _work_and_free(self, order: Order) -> None:
        try:
            self.work(order)
        except Exception:  # a fault of ours in one run must not end the others; its lease runs out
            log.exception("run %s broke on this node", order.run)
        finally:
            self._working.pop(order.run, None)
            self._freed.set()

    def claim(self, *, wait: float) -> Order | None:
        """One order, or None when there is none."""
        body = {"wait": wait, **self.about, "slots": self.config.slots, "busy": list(self._working)}
        answer = self.link.post("claim/", body | self.holdings.news(), timeout=wait + ANSWER)
        self.holdings.heard()
        if not answer:
            return None
        try:
            return Order.from_dict(answer)
        except (KeyError, TypeError, ValueError) as error:
            raise RefusedError(200, {"detail": f"the registry speaks another language: {error!r}"}) from error

    def work(self, order: Order) -> None:
        log.info("run %s, attempt %d: %s %s", order.run, order.attempt, order.source.product, order.source.version)
        with self.folder() as folder:
            Attempt(self.config, self.link, order, folder, self.stop, self.identity).run()
