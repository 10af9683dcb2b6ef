"""The half that stays outside: hands files to the judge's sandbox, reads its answers as a stranger's."""

import json
import os
import signal
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import adp
from adp.environment.tree import PACKAGES_AT, Root
from adp.errors import PlatformError
from adp.finding import Finding, Reason, Where
from adp.judging.tasks import Result, Task
from adp.sandbox.engine import Engine, Job, Limits, Mount, Outcome
from adp.sandbox.out import output_folder

OnLine = Callable[[str], None]
LIMITS = Limits(cpus=2.0, memory=3 << 30, disk=256 << 20, seconds=900.0, processes=64, log=1 << 20)
ANSWER_CAP = 32 << 20
JOB_AT, DATA_AT, SOURCE_AT, OUT_AT = "/judge", "/data", "/opt/judge", "/out"
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
) -> Judgement:
    """Run `tasks` in a sandbox of `root` (adp.environment.build.judge_root). `folder` is ours, below a job folder.

    A file that brings the judge down costs its own task (JUDGE_LIMIT, JUDGE_CRASH on the product) and the rest is
    judged without it. Raises PlatformError when the judge itself failed."""
    results: list[Result] = []
    outcomes: list[Outcome] = []
    while len(results) < len(tasks):
        left = tasks[len(results) :]
        found, outcome = _run(engine, root, left, folder / f"judge-{len(outcomes)}", on_line, limits)
        outcomes.append(outcome)
        results += found
        if len(found) < len(left):
            results.append(_fallen(left[len(found)], outcome))
    return Judgement(tuple(results), tuple(outcomes))


def _run(
    engine: Engine, root: Root, tasks: Sequence[Task], folder: Path, on_line: OnLine, limits: Limits
) -> tuple[list[Result], Outcome]:
    """Answers in order, as far as there are any, and how the run ended."""
    job_folder = folder / "job"
    job_folder.mkdir(parents=True)
    for made in (folder, job_folder):
        made.chmod(0o755)
    shown = _shown(tasks)
    document = {"out": OUT_AT, "tasks": [_plain(task, shown) for task in tasks]}
    (job_folder / "job.json").write_text(json.dumps(document, allow_nan=False), encoding="utf-8")
    (job_folder / "job.json").chmod(0o644)
    with output_folder(folder / "out", limits.disk) as out:
        outcome = engine.run(root, _job(shown, job_folder, out, limits), on_line)
        return list(_answers(tasks, out)), outcome


def _shown(tasks: Sequence[Task]) -> dict[Path, str]:
    """Where each file is seen inside: under a number, by its own name."""
    paths = dict.fromkeys(p for task in tasks for p in (task.reference, task.product) if p is not None)
    return {path: f"{DATA_AT}/{number}/{path.name}" for number, path in enumerate(paths)}


def _plain(task: Task, shown: Mapping[Path, str]) -> dict[str, Any]:
    reference = shown[task.reference] if task.reference is not None else None
    spec = task.spec if isinstance(task.spec, str) else dict(task.spec)
    return {"kind": task.kind, "product": shown[task.product], "reference": reference, "spec": spec}


def _job(shown: Mapping[Path, str], job_folder: Path, out: Path, limits: Limits) -> Job:
    package = Path(adp.__file__).resolve().parent
    mounts = (
        Mount(job_folder, JOB_AT),
        Mount(package, f"{SOURCE_AT}/{package.name}"),
        *(Mount(path.absolute(), target) for path, target in shown.items()),
        Mount(out, OUT_AT, writable=True),
    )
    env = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",  # noqa: S108 (the sandbox's own, fresh)
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": f"{SOURCE_AT}:{PACKAGES_AT}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    argv = ("python3", "-P", "-m", "adp.judging.inside", f"{JOB_AT}/job.json")
    return Job("judge", argv, mounts, env, limits=limits)


def _answers(tasks: Sequence[Task], out: Path) -> Iterator[Result]:
    """Answers up to the first that is missing. Raises PlatformError for one that is no answer."""
    for number, task in enumerate(tasks):
        raw = _read(out / f"{number}.json")
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
        return _named(Result.from_dict(task, document))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PlatformError(f"the judge's answer about {task.name} cannot be read: {error!r}") from error


def _read(path: Path) -> bytes | None:
    """A regular file of at most ANSWER_CAP bytes, no link followed; None when there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PlatformError(f"the judge's answer {path.name} cannot be opened: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size > ANSWER_CAP:
            raise PlatformError(f"the judge's answer {path.name} is no file of at most {ANSWER_CAP} bytes")
        return file.read(ANSWER_CAP)


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


def _named(result: Result) -> Result:
    """Files by their own names: where the sandbox showed them means nothing outside."""
    if result.comparison is None:
        return result
    files = {side: replace(facts, path=Path(facts.path).name) for side, facts in result.comparison.files.items()}
    return replace(result, comparison=replace(result.comparison, files=files))
