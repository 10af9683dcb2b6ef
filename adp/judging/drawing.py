"""Pictures of what the judge compared, drawn in a sandbox of their own after the verdict, which they cannot touch."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from adp.comparison.picture import Picture
from adp.comparison.result import AGREES, DIFFERS, Comparison
from adp.environment.tree import Root
from adp.errors import PlatformError
from adp.judging.judge import Judgement, OnLine
from adp.judging.tasks import Result, Task
from adp.judging.wall import asked, read
from adp.sandbox.engine import Engine, Limits, Outcome

LIMITS = Limits(cpus=2.0, memory=3 << 30, disk=64 << 20, seconds=300.0, processes=64, log=1 << 20)
WORDS_CAP, PICTURE_CAP = 1 << 20, 256 << 10
MOST_EACH, MOST_TASKS = 12, 10
SIGNATURE = b"\x89PNG\r\n\x1a\n"
UNDRAWN = "the pictures could not be drawn; the verdict does not depend on them"


@dataclass(frozen=True, slots=True)
class Album:
    """What was drawn of one task; `notes` say what was not."""

    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()


def illustrate(
    engine: Engine, root: Root, tasks: Sequence[Task], judgement: Judgement, folder: Path, on_line: OnLine
) -> tuple[Judgement, Outcome | None]:
    """The same judgement, whose comparisons carry pictures wherever values differ, allowed or not; and what the run
    cost, None where nothing had to be drawn. `folder` is ours. Raises nothing of its own: what fails is a note."""
    wanted = [t for t, r in zip(tasks, judgement.results, strict=True) if _is_worth_it(r)]
    wanted.sort(key=lambda task: _agrees(judgement.of(task.name)))
    wanted = wanted[:MOST_TASKS]
    if not wanted:
        return judgement, None
    albums, outcome = _drawn(engine, root, wanted, folder, on_line)
    results = tuple(_with(r, albums.get(r.name)) for r in judgement.results)
    return replace(judgement, results=results), outcome


def _drawn(
    engine: Engine, root: Root, tasks: Sequence[Task], folder: Path, on_line: OnLine
) -> tuple[dict[str, Album], Outcome | None]:
    try:
        with asked("draw", tasks, folder, LIMITS, draw=True) as (job, out):
            outcome = engine.run(root, job, on_line)
            return {task.name: _album(out, number) for number, task in enumerate(tasks)}, outcome
    except (PlatformError, OSError) as error:
        on_line(f"{UNDRAWN}: {error}")
        return {task.name: Album(notes=(UNDRAWN,)) for task in tasks}, None


def _album(out: Path, number: int) -> Album:
    """One answer, read as a stranger's: what does not hold together is a note."""
    try:
        raw = read(out / f"{number}.json", WORDS_CAP)
        if raw is None:
            return Album(notes=(UNDRAWN,))
        document = json.loads(raw)
        described = [Picture.from_dict(p) for p in document["pictures"][:MOST_EACH]]
        kept = tuple(_kept(out, number, described))
        notes = tuple(str(n)[:400] for n in document["notes"][:MOST_EACH])
    except (PlatformError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Album(notes=(UNDRAWN,))
    lost = len(described) - len(kept)
    return Album(kept, (*notes, *((f"{lost} pictures were lost on their way",) if lost else ())))


def _kept(out: Path, number: int, described: Sequence[Picture]) -> Iterator[Picture]:
    for picture in {p.name: p for p in described}.values():
        data = read(out / f"{number}-{picture.file}", PICTURE_CAP)
        if data is not None and data.startswith(SIGNATURE):
            yield replace(picture, png=data)


def _is_worth_it(result: Result) -> bool:
    """Something was compared, and something differs; of a second run only where it should not."""
    found = result.comparison
    if found is None or result.kind == "relation" or found.verdict not in {AGREES, DIFFERS}:
        return False
    return found.verdict == DIFFERS or (result.kind == "compare" and _differs(found))


def _differs(found: Comparison) -> bool:
    return any(rule.violations or rule.worst for rule in found.rules)


def _agrees(result: Result) -> bool:
    return result.comparison is not None and result.comparison.verdict == AGREES


def _with(result: Result, album: Album | None) -> Result:
    if result.comparison is None or album is None:
        return result
    return replace(result, comparison=replace(result.comparison, pictures=album.pictures, notes=album.notes))
