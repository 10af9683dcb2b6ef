"""What a job says to its node: one JSON object per line, written by one side and read by the other."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import IO, Any

from adp.checks.metering import Meter, Point
from adp.report import StageResult
from adp.sandbox.engine import Limits, Usage
from runners.node.tape import Tape

KEPT = 64 << 20
SILENCE: Mapping[str, Any] = {"kind": "infra", "why": "the job ended without a word"}


class Teller:
    """The job's end: a Listener for adp.pipeline, and the last word. Every line also goes to the log that is kept."""

    def __init__(self, wire: IO[str], keep: IO[str], clock: Callable[[], float] = time.time) -> None:
        self.wire, self.keep, self.clock = wire, keep, clock
        self.kept = 0
        self.lock = threading.Lock()
        self.meter = Meter()

    def stage_started(self, name: str) -> None:
        self._tell(kind="enter", stage=name)

    def stage_finished(self, result: StageResult) -> None:
        self._tell(kind="leave", name=result.name, verdict=result.verdict.value, seconds=result.seconds)

    def step(self, name: str, index: int, total: int) -> None:
        self._tell(kind="step", name=name, index=index, total=total)

    def collecting(self) -> None:
        self._tell(kind="collecting")

    def log(self, stage: str, line: str) -> None:
        now = self.clock()
        stamp = f"{time.strftime('%H:%M:%S', time.gmtime(now))}.{int(now % 1 * 1000):03d}"
        for part in line.split("\n"):
            said = f"{stamp}  {stage:<9}  {part}"
            self._keep(said)
            self._tell(kind="log", line=said)

    def usage(self, stage: str, now: Usage, limits: Limits) -> None:
        self._tell(kind="usage", point=self.meter.read(now).row())

    def done(self, artefacts: list[tuple[str, str, str]]) -> None:
        """The report is written; `artefacts` are (name, kind, path below the job's folder)."""
        self._tell(kind="done", artefacts=artefacts)

    def infra(self, why: str) -> None:
        self._tell(kind="infra", why=why)

    def invalid(self, why: str, findings: list[dict[str, Any]]) -> None:
        """The reference data are not what was agreed."""
        self._tell(kind="reference", why=why, findings=findings)

    def _tell(self, **said: Any) -> None:
        with self.lock:
            self.wire.write(json.dumps(said) + "\n")
            self.wire.flush()

    def _keep(self, line: str) -> None:
        """The engine's cap on a step's log is what bounds this file; ours is the second bound."""
        with self.lock:
            self.kept += len(line) + 1
            if self.kept <= KEPT:
                self.keep.write(line + "\n")
                self.keep.flush()


def hear(wire: IO[str], tape: Tape) -> Mapping[str, Any]:
    """The node's end: put everything on the tape until the job has said its last word, and return that word."""
    last = SILENCE
    for line in wire:
        said = json.loads(line)
        match said["kind"]:
            case "log":
                tape.say(said["line"])
            case "enter":
                tape.enter(said["stage"])
            case "leave":
                tape.leave(said["name"], said["verdict"], said["seconds"])
            case "step":
                tape.at_step(said["name"], said["index"], said["total"])
            case "collecting":
                tape.collecting()
            case "usage":
                tape.used(Point.of(said["point"]))
            case _:
                last = said
    return last
