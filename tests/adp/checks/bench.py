"""A check where only the orchestration matters: a scripted engine, the judge's own code in this process, no tree."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from adp import pipeline
from adp.environment.tree import Root
from adp.errors import PlatformError
from adp.judging import inside
from adp.reference.staging import Shelf
from adp.report import Report, StageResult
from adp.sandbox.engine import EngineInfo, Job
from adp.sandbox.fake import Answer, FakeEngine
from adp.source.local import snapshot
from tests.factories.proposals import REFERENCE

ROOT = Root(name="astro-1", digest="0" * 64, contents={"numpy": "2.3.5"})
Turns = tuple[Answer, ...]  # another answer each time
Script = Mapping[str, Answer | Exception | Turns]
WELL: Script = {
    "version test": Answer(stdout="tiny 1.0.0\n"),
    "unit tests": Answer(stdout="1 passed\n"),
    "double": Answer(stdout="doubled\n", files={"doubled.ecsv": REFERENCE.encode()}),
}


@dataclass
class Heard:
    """A listener that keeps what it heard, in order."""

    events: list[tuple[str, ...]] = field(default_factory=list)

    def stage_started(self, name: str) -> None:
        self.events.append(("started", name))

    def stage_finished(self, result: StageResult) -> None:
        self.events.append(("finished", result.name, result.verdict.value))

    def step(self, name: str, index: int, total: int) -> None:
        self.events.append(("step", name, f"{index}/{total}"))

    def collecting(self) -> None:
        self.events.append(("collecting",))

    def log(self, stage: str, line: str) -> None:
        self.events.append(("log", stage, line))

    def without_logs(self) -> list[tuple[str, ...]]:
        return [e for e in self.events if e[0] != "log"]


class Silent(FakeEngine):
    """An engine whose daemon died: it cannot even say what it is."""

    def info(self) -> EngineInfo:
        raise PlatformError("the container engine does not answer")


def engine(script: Script = {}, kind: type[FakeEngine] = FakeEngine) -> FakeEngine:  # noqa: B006 - read only
    """Answers as a good proposal's commands would, but for what `script` says."""
    answers = {n: cycle(a if isinstance(a, tuple) else (a,)) for n, a in {**WELL, **script}.items()}

    def answer(job: Job) -> Answer | Exception:
        return next(answers[job.name]) if job.name in answers else _judged(job)

    return kind(answer)


def check(
    folder: Path,
    workspace: Path,
    engine: FakeEngine,
    listener: pipeline.Listener | None = None,
    shelf: Shelf | None = None,
) -> Report:
    workspace.mkdir(exist_ok=True)
    taken = snapshot(folder, workspace / "source")
    return pipeline.check(taken, engine=engine, workspace=workspace, listener=listener, shelf=shelf)


def _judged(job: Job) -> Answer:
    """What the judge's sandbox would answer: the same code on the same files, which are ours here."""
    if job.name == "draw":
        return Answer()  # pictures are tested where they are drawn
    seen = {m.target: m.source for m in job.mounts}
    tasks = json.loads((seen["/judge"] / "job.json").read_text())["tasks"]
    for task in tasks:
        for side in ("product", "reference"):
            task[side] = task[side] and str(seen[task[side]])
    return Answer(files={f"{n}.json": json.dumps(inside.answer(t)).encode() for n, t in enumerate(tasks)})
