"""One attempt: start the job, tell the registry how it goes, hand in what came out, or stop at once."""

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from runners.node import replica
from runners.node.config import Config
from runners.node.identity import Identity
from runners.node.link import CancelledError, Link, RefusedError, StaleError, UnreachableError
from runners.node.order import Order
from runners.node.patience import patiently
from runners.node.process import job
from runners.node.pulse import LISTEN, Pulse
from runners.node.signing import signed
from runners.node.tape import Tape

log = logging.getLogger("pharos.node")
T = TypeVar("T")
WHY = 4000
PASSED = "passed"


class Attempt:
    """Ends in exactly one of: finished, given back to the queue, stopped because somebody wanted it so, or dropped
    because the registry took it away."""

    def __init__(
        self,
        config: Config,
        link: Link,
        order: Order,
        folder: Path,
        stop: threading.Event,
        identity: Identity | None = None,
    ) -> None:
        self.config, self.link, self.order, self.folder, self.stop = config, link, order, folder, stop
        self.identity = identity
        self.tape = Tape()

    def run(self) -> None:
        try:
            self._to_its_end()
        except StaleError:
            log.warning("run %s was taken from this node; its job is stopped", self.order.run)
        except RefusedError:
            log.exception("the registry refuses run %s; its lease will run out", self.order.run)
        except UnreachableError:
            log.exception("the registry does not answer; run %s will be run again", self.order.run)

    def _to_its_end(self) -> None:
        try:
            with Pulse(self.tape, self._beat, self._send_log, self.order.beat) as pulse:
                results = self._results(pulse)
            pulse.check()
            self._patiently(self._beat)
            self._patiently(self._send_log)
            self._settle(results)
        except CancelledError:
            log.info("run %s is cancelled; its job is stopped", self.order.run)
            self._settle(self._infra("stopped because it was cancelled"))

    def _settle(self, results: dict[str, Any]) -> None:
        try:
            self._patiently(partial(self._post, "finish", results))
        except RefusedError as error:
            if "report" not in results or error.is_about_the_key:
                raise
            log.exception("the registry refuses the report of run %s", self.order.run)
            self._patiently(partial(self._post, "finish", self._infra(f"the registry refused the report: {error}")))

    def _results(self, pulse: Pulse) -> dict[str, Any]:
        last = self._work(pulse, self._told())
        if last["kind"] != "done":
            return self._excuse(last)
        report = json.loads((self.folder / "report.json").read_bytes())
        results = {"report": report}
        if self.order.first is not None and report["verdict"] == PASSED:
            pairs = replica.pairs(self.order.first, report["products"], last["artefacts"])
            found = replica.settled(pairs)
            if found is None and (held := self._held_against(pairs, pulse))["kind"] != "done":
                return self._excuse(held)
            read = (self.folder / replica.FOUND).read_bytes
            results["replication"] = found.to_dict() if found else json.loads(read())
        if self.identity is not None:
            results["attestation"] = signed(self.order, self.identity, results)
        return self._hand_in(last["artefacts"], results)

    def _work(self, pulse: Pulse, told: dict[str, Any]) -> Mapping[str, Any]:
        """The last word of the job."""
        with job(told, self.tape, self.config.grace) as running:
            while not running.wait(LISTEN) and not self.stop.is_set():
                pulse.check()
        return running.last

    def _held_against(self, pairs: list[dict[str, Any]], pulse: Pulse) -> Mapping[str, Any]:
        """Another job, with the products of the first run that are not the same, byte for byte."""
        for pair in pairs:
            if pair["first_file"]:
                self._patiently(partial(self._bring, pair))
        return self._work(pulse, self._told() | {"check": replica.CHECK, "pairs": pairs})

    def _bring(self, pair: Mapping[str, Any]) -> None:
        """A file that comes down damaged is asked for again."""
        file = self.folder / pair["first_file"]
        file.parent.mkdir(exist_ok=True)
        at = f"{self.order.at}first/{pair['first']}/"
        if self.link.get(at, file, token=self.order.token, largest=pair["bytes"]) != pair["first"]:
            raise UnreachableError(f"product {pair['name']} of the first run arrived damaged")

    def _told(self) -> dict[str, Any]:
        own = {"folder": str(self.folder), "run": self.order.run, "attempt": self.order.attempt}
        config = {"engine": self.config.engine, "check": self.config.check, "policy": self.config.policy}
        return {"source": asdict(self.order.source), "purpose": self.order.purpose} | own | config

    def _hand_in(self, artefacts: Any, results: dict[str, Any]) -> dict[str, Any]:
        self.tape.enter("report")
        try:
            known = {p["path"]: p["sha256"] for p in results["report"]["products"]}
            for name, kind, path in replica.wanted(self.order, results, artefacts):
                self._hand_over(name, kind, self.folder / path, known.get(name, "") if kind == "product" else "")
        except RefusedError as error:
            if error.is_about_the_key:
                raise
            log.exception("the registry refuses a file of run %s", self.order.run)
            return self._infra(f"the registry refused a file of the results: {error}")
        return results

    def _hand_over(self, name: str, kind: str, file: Path, sha256: str) -> None:
        """A picture that is refused is a picture less: no result depends on it."""
        try:
            self._patiently(partial(self._upload, name, kind, file, sha256))
        except RefusedError as error:
            if kind != "picture" or error.is_about_the_key:
                raise
            log.warning("the registry refuses the picture %s of run %s: %s", name, self.order.run, error)

    def _excuse(self, last: Mapping[str, Any]) -> dict[str, Any]:
        if self.stop.is_set():
            return self._infra("the node was asked to stop") | {"handed_back": True}
        told = {"reference": last["findings"]} if last["kind"] == "reference" else {}
        return self._infra(str(last["why"])) | told

    def _infra(self, why: str) -> dict[str, Any]:
        return {"infra": why[:WHY]}

    def _beat(self) -> None:
        told = self.tape.progress()
        answer = self._post("heartbeat", told)
        self.tape.heard(told)
        if answer.get("cancel"):
            raise CancelledError

    def _send_log(self) -> None:
        while batch := self.tape.batch():
            n, text = batch
            self.tape.sent(int(self._post("log", {"n": n, "text": text})["next"]))

    def _upload(self, name: str, kind: str, file: Path, sha256: str) -> None:
        """`sha256` of a product was taken when it was collected; the registry takes it of what arrives."""
        headers = {"X-Content-SHA256": sha256 or _digest(file), "X-Artefact-Kind": kind}
        self.link.put(f"{self.order.at}artefacts/{name}/", file, headers=headers, token=self.order.token)

    def _post(self, what: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self.link.post(f"{self.order.at}{what}/", body, token=self.order.token)

    def _patiently(self, call: Callable[[], T]) -> T:
        return patiently(call, self.config, self.stop)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
