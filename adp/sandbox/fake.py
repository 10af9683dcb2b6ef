"""Engine for tests: runs nothing, answers from a script, remembers what it was asked."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from adp.environment.tree import Root
from adp.errors import PlatformError
from adp.finding import Reason
from adp.sandbox.engine import Engine, EngineInfo, Job, OnLine, OnUsage, Outcome, Usage, unheard


@dataclass(frozen=True, slots=True)
class Answer:
    """How a job ends. `files` are written into its writable folder, by relative path."""

    exit_code: int = 0
    stdout: str = ""
    stderr: str = ""
    reason: Reason | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    seconds: float = 0.01
    usage: tuple[Usage, ...] = ()


Script = Callable[[Job], Answer | Exception]


@dataclass(slots=True)
class FakeEngine:
    """`script` is a function, or a table from job name to answer (missing: success). An exception in it is raised."""

    script: Script | Mapping[str, Answer | Exception] = field(default_factory=dict)
    name: str = "fake"
    jobs: list[Job] = field(default_factory=list)

    def info(self) -> EngineInfo:
        return EngineInfo(self.name, "1", {"everything": "nothing: this engine runs no code"})

    def together(self, jobs: int) -> AbstractContextManager[Engine]:
        return nullcontext(self)

    def clear(self, owner: str) -> None:
        """Nothing is ever left."""

    def run(self, root: Root, job: Job, on_line: OnLine = unheard, on_usage: OnUsage = unheard) -> Outcome:
        self.jobs.append(job)
        answer = self.script(job) if callable(self.script) else self.script.get(job.name, Answer())
        if isinstance(answer, Exception):
            raise answer
        for path, content in answer.files.items():
            target = _writable(job) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        log = answer.stdout + answer.stderr
        for line in log.splitlines():
            on_line(line)
        for usage in answer.usage:
            on_usage(usage)
        reason = answer.reason or (Reason.CRASH if answer.exit_code else None)
        return Outcome(answer.exit_code, reason, answer.seconds, answer.seconds, 1 << 20, log, answer.stdout)


def _writable(job: Job) -> Path:
    found = next((m.source for m in job.mounts if m.writable), None)
    if found is None:
        raise PlatformError(f"job {job.name} has no writable folder, but its script writes files")
    return found
