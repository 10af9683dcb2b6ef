"""A run as its page shows it: rows and sentences, nothing decided here."""

from dataclasses import dataclass
from typing import Any

from adp.report import STAGES
from runners import queries
from runners.lifecycle import State
from runners.models import Run
from runners.outlook import Outlook, outlook

SHOWN = ("fetch", *STAGES, "report")
DONE_BY_US = frozenset({"fetch", "report"})
PLACES = 12  # of the queue, shown one by one


@dataclass(frozen=True, slots=True)
class Stage:
    """A row for components/stages.html."""

    name: str
    verdict: str
    seconds: float | None = None
    note: str = ""
    progress: tuple[int, int, str] | None = None


class Sheet:
    """Head, verdict and stages."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.stages = [self._stage(name) for name in SHOWN]
        self.passed = sum(s.verdict == "passed" for s in self.stages)
        self.outlook: Outlook = outlook(run)

    @property
    def lamp(self) -> str:
        """A word of the vocabulary of states and verdicts (registry/web/present/wording.py)."""
        return self.run.verdict if self.run.state == State.FINISHED else str(self.run.state)

    @property
    def word(self) -> str:
        if self.run.state == State.QUEUED and self.outlook.position:
            return f"waiting, {self.outlook.position} of {self.outlook.of}"
        return ""

    @property
    def title(self) -> str:
        return f"{self.lamp} · run {self.run.short}"

    @property
    def count(self) -> str:
        return f"{self.passed} of {len(self.stages)} passed"

    @property
    def places(self) -> list[int]:
        """The places of the queue, as far as they are worth drawing: 1 is next."""
        return list(range(1, min(self.outlook.of or 0, PLACES) + 1)) if self.outlook.position else []

    def _stage(self, name: str) -> Stage:
        told = self.run.progress or {}
        ended = {s["name"]: s for s in told.get("stages", ())}
        if name in ended:
            return Stage(name, ended[name]["verdict"], ended[name]["seconds"])
        if self.run.is_held and name == self.run.stage:
            return Stage(name, "running", progress=_steps(told.get("step") or {}))
        if self.run.state == State.FINISHED:
            return Stage(name, "passed" if name in DONE_BY_US else "skipped")
        return Stage(name, "waiting" if self.run.is_live else "skipped")


def _steps(step: dict[str, Any]) -> tuple[int, int, str] | None:
    if not step:
        return None
    return step["index"], step["total"], f"{step['name']}, step run {step['index']} of {step['total']}"


class LogSheet:
    """The end of the log, line by line: what we put before it, and what was printed."""

    SIZE = 64 << 10

    def __init__(self, run: Run) -> None:
        self.end = queries.log_end(run)
        self.is_cut = self.end > self.SIZE
        self.lines = [_split(line) for line in queries.log_tail(run, self.SIZE).split("\n") if line]
        self.place = f"{run.attempt}-{self.end}"


def _split(line: str) -> tuple[str, str]:
    found = queries.STAMP.match(line)
    return (line[: found.end()], line[found.end() :]) if found else ("", line)
