"""What a job has said and the registry does not know yet."""

import threading
from collections import deque
from collections.abc import Mapping
from typing import Any

from adp.checks.metering import Point, thinned

BATCH = 64 << 10
LINE = 16 << 10
HELD = 8 << 20
POINTS = 60  # of use, in one heartbeat
PHASE = {  # stage -> how the registry calls what this attempt is doing (runners/lifecycle.py)
    "fetch": "fetching",
    "manifest": "fetching",
    "standards": "fetching",
    "build": "building",
    "version": "running",
    "unit": "running",
    "steps": "running",
    "data": "comparing",
    "report": "comparing",
}
CUT = "[… {n} lines left out: the registry did not answer for too long …]\n"


class Tape:
    """Written by the thread that listens to the job, read by the one that talks to the registry. Lines wait in
    batches of about BATCH characters; a batch is dropped only when the registry has confirmed it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: deque[str] = deque()
        self._held = self._dropped = self._next = 0
        self._batch: tuple[int, str] | None = None
        self._stage, self._phase = "", "leased"
        self._stages: list[dict[str, Any]] = []
        self._step: dict[str, Any] = {}
        self._points: list[Point] = []
        self.changed = threading.Event()

    def say(self, line: str) -> None:
        with self._lock:
            self._lines.append(line[:LINE] + "\n")
            self._held += len(self._lines[-1])
            while self._held > HELD:
                self._held -= len(self._lines.popleft())
                self._dropped += 1

    def enter(self, stage: str) -> None:
        with self._lock:
            self._stage, self._step = stage, {}
            self._phase = PHASE.get(stage, self._phase)
        self.changed.set()

    def leave(self, name: str, verdict: str, seconds: float) -> None:
        with self._lock:
            self._stages.append({"name": name, "verdict": verdict, "seconds": seconds})
            self._step = {}
        self.changed.set()

    def at_step(self, name: str, index: int, total: int) -> None:
        with self._lock:
            self._step = {"name": name, "index": index, "total": total}
        self.changed.set()

    def collecting(self) -> None:
        with self._lock:
            self._phase, self._step = "collecting", {}
        self.changed.set()

    def used(self, point: Point) -> None:
        with self._lock:
            self._points = thinned([*self._points, point], POINTS)

    def progress(self) -> dict[str, Any]:
        with self._lock:
            self.changed.clear()
            told = {"stages": list(self._stages), "step": dict(self._step)}
            usage = [point.row() for point in self._points]
            return {"phase": self._phase, "stage": self._stage, "progress": told, "usage": usage}

    def heard(self, told: Mapping[str, Any]) -> None:
        """The registry has these points; what came meanwhile is told next time."""
        last = told["usage"][-1][0] if told["usage"] else float("-inf")
        with self._lock:
            self._points = [point for point in self._points if point.row()[0] > last]

    def batch(self) -> tuple[int, str] | None:
        """The next batch to send; the same one until `sent` was called."""
        with self._lock:
            if self._batch is None and self._lines:
                self._batch = (self._next, self._fill())
            return self._batch

    def _fill(self) -> str:
        taken = [CUT.format(n=self._dropped)] if self._dropped else []
        size = self._dropped = 0
        while self._lines and size < BATCH:
            taken.append(self._lines.popleft())
            size += len(taken[-1])
        self._held -= size
        return "".join(taken)

    def sent(self, expected: int) -> None:
        """The registry has everything before batch `expected`."""
        with self._lock:
            self._batch, self._next = None, expected
