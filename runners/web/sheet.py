"""A run as its page shows it: rows and sentences, nothing decided here."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from adp.comparison.words import numbers
from adp.report import STAGES
from runners import queries
from runners.lifecycle import State
from runners.models import Run
from runners.outlook import outlook

SHOWN = ("fetch", *STAGES, "report")
TAIL = 64 << 10
LINE = re.compile(r"(\d\d:\d\d:\d\d\.\d{3}  \S+ *)(.*)", re.DOTALL)


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
        self.outlook = outlook(run)
        self.stages = [self._stage(name) for name in SHOWN]
        self.passed = sum(s.verdict == "passed" for s in self.stages)

    @property
    def lamp(self) -> str:
        """A word of the vocabulary of states and verdicts (registry/web/present/wording.py)."""
        return self.run.verdict if self.run.state == State.FINISHED else str(self.run.state)

    @property
    def word(self) -> str:
        if self.run.is_held and self.run.started_at:
            return f"{self.run.state} for {numbers.seconds((timezone.now() - self.run.started_at).total_seconds())}"
        if self.run.state == State.QUEUED and self.outlook.position:
            return f"waiting, {self.outlook.position} of {self.outlook.of}"
        return ""

    @property
    def title(self) -> str:
        return f"{self.lamp} · run {self.run.short}"

    @property
    def facts(self) -> list[tuple[str, Any]]:
        needs = self.run.needs
        asked = [
            ("CPU", _cores(needs["cpus"]) if "cpus" in needs else ""),
            ("Memory", numbers.size(needs["memory"]) if "memory" in needs else ""),
            ("Architecture", needs.get("arch", "")),
        ]
        return [(name, value) for name, value in asked if value] + [("Network", "none")]

    def _stage(self, name: str) -> Stage:
        told = self.run.progress or {}
        ended = {s["name"]: s for s in told.get("stages", ())}
        if name in ended:
            return Stage(name, ended[name]["verdict"], ended[name]["seconds"])
        if self.run.is_held and name == self.run.stage:
            return Stage(name, "running", note="", progress=_steps(told.get("step") or {}))
        if self.run.state == State.FINISHED:
            return Stage(name, "passed" if name in {"fetch", "report"} else "skipped")
        return Stage(name, "waiting")


def _cores(count: float) -> str:
    return f"{numbers.number(float(count))} core{'' if count == 1 else 's'}"


def _steps(step: dict[str, Any]) -> tuple[int, int, str] | None:
    if not step:
        return None
    return step["index"], step["total"], f"{step['name']}, step run {step['index']} of {step['total']}"


class LogSheet:
    """The end of the log, line by line: what we put before it, and what was printed."""

    def __init__(self, run: Run) -> None:
        text = queries.log_tail(run, TAIL)
        self.is_cut = queries.log_end(run) > TAIL
        self.lines = [_split(line) for line in text.splitlines()]


def _split(line: str) -> tuple[str, str]:
    found = LINE.fullmatch(line)
    return (found[1], found[2]) if found else ("", line)
