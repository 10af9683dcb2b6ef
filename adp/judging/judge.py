"""The half that stays outside: hands files to the judge's sandbox, reads its answers as a stranger's."""

import json
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adp.environment.tree import Root
from adp.errors import PlatformError
from adp.finding import Finding, Reason, Where
from adp.judging.kernels import LEAST, kernels_for
from adp.judging.tasks import Result, Task
from adp.judging.wall import Kernels, asked, named, read
from adp.sandbox.engine import Engine, Limits, Outcome

OnLine = Callable[[str], None]
LIMITS = Limits(cpus=2.0, memory=3 << 30, disk=256 << 20, seconds=900.0, processes=64, log=1 << 20)
ANSWER_CAP = 32 << 20
LIMIT_REASONS = frozenset({Reason.TIME_LIMIT, Reason.MEMORY_LIMIT, Reason.PROCESS_LIMIT, Reason.DISK_LIMIT})
BROKEN = frozenset({signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL})
SIGNALLED = 128


@dataclass(frozen=True, slots=True)
class Judgement:
    """One result per task, in their order; the outcomes of the sandbox runs it took, for log and cost."""

    results: tuple[Result, ...]
    outcomes: tuple[Outcome, ...]

    def of(self, name: str) -> Result:
        return next(r for r in self.results if r.name == name)


def _quiet(line: str) -> None:
    """Nobody listens."""


def judge(
    engine: Engine,
    root: Root,
    tasks: Sequence[Task],
    folder: Path,
    on_line: OnLine = _quiet,
    *,
    limits: Limits = LIMITS,
    compiled: int = LEAST,
) -> Judgement:
    """Run `tasks` in a sandbox of `root` (adp.environment.build.judge_root). `folder` is ours, below a job folder.
    From `compiled` bytes of a pair on, compiled kernels compare it, where they can be had.

    A file that brings the judge down costs its own task (JUDGE_LIMIT, JUDGE_CRASH on the product) and the rest is
    judged without it. Raises PlatformError when the judge itself failed."""
    packed = kernels_for(engine, root, tasks, compiled, on_line)
    kernels = Kernels(packed, compiled) if packed else None
    results: list[Result] = []
    outcomes: list[Outcome] = []
    while len(results) < len(tasks):
        left = tasks[len(results) :]
        with asked("judge", left, folder / f"judge-{len(outcomes)}", limits, kernels=kernels) as (job, out):
            outcome = engine.run(root, job, on_line)
            found = list(_answers(left, out))
        outcomes.append(outcome)
        results += found
        if len(found) < len(left):
            results.append(_fallen(left[len(found)], outcome))
    return Judgement(tuple(results), tuple(outcomes))


def _answers(tasks: Sequence[Task], out: Path) -> Iterator[Result]:
    """Answers up to the first that is missing. Raises PlatformError for one that is no answer."""
    for number, task in enumerate(tasks):
        raw = read(out / f"{number}.json", ANSWER_CAP)
        if raw is None:
            return
        yield _result(task, raw)


def _result(task: Task, raw: bytes) -> Result:
    try:
        document = json.loads(raw)
        if isinstance(document, dict) and "error" in document:
            raise PlatformError(f"the judge failed at {task.name}: {str(document['error'])[-2000:]}")
        if isinstance(document, dict) and "limit" in document:
            return _fallen_at(task, "JUDGE_LIMIT", f"took more memory than the judge may use ({document['limit']})", {})
        return named(Result.from_dict(task, document))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PlatformError(f"the judge's answer about {task.name} cannot be read: {error!r}") from error


def _fallen(task: Task, outcome: Outcome) -> Result:
    """The task the judge did not finish: the product's fault if a limit or a crashing decoder ended it, else ours."""
    ended = outcome.signal or (outcome.exit_code - SIGNALLED if outcome.exit_code > SIGNALLED else 0)
    used = {"log": outcome.log[-2000:], "peak_memory_bytes": outcome.peak_memory_bytes, "seconds": outcome.seconds}
    if outcome.reason in LIMIT_REASONS:
        return _fallen_at(task, "JUDGE_LIMIT", f"took more than the judge may use ({outcome.reason})", used)
    if ended in BROKEN:
        return _fallen_at(task, "JUDGE_CRASH", f"brought the reader down (signal {ended})", used)
    raise PlatformError(f"the judge ended at {task.name} with exit {outcome.exit_code}: {outcome.log[-2000:]}")


def _fallen_at(task: Task, code: str, what: str, evidence: Mapping[str, Any]) -> Result:
    name = task.product.name
    where = Where(file=name)
    finding = Finding(Reason.OUTPUT_INVALID, code, f"reading {name} {what}", where=where, evidence=evidence)
    return Result(task.name, task.kind, findings=(finding,))
