"""The judge holds the products of a run against those of the first one, by the tolerances of the version itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adp.checks.tolerances import spec_of
from adp.comparison.result import DIFFERS
from adp.environment.tree import Root
from adp.errors import PlatformError
from adp.judging.judge import judge
from adp.judging.tasks import Result, Task
from adp.manifest.model import Manifest
from adp.replication import Agreement, ProductAgreement, Replication, between_runs, held_to, in_words
from adp.sandbox.engine import Engine

OURS = "UNSUPPORTED"


@dataclass(frozen=True, slots=True)
class Pair:
    """One declared product of both runs. `first` and `sha256` are digests ("" when the second run did not make it); the
    files are needed only where these differ."""

    name: str
    path: str
    first: str
    sha256: str
    first_file: Path | None = None
    file: Path | None = None


def replicate(
    engine: Engine,
    root: Callable[[], Root],
    manifest: Manifest,
    source: Path,
    pairs: Sequence[Pair],
    folder: Path,
    on_line: Callable[[str], None],
) -> Replication:
    """`root` gives the judge's, asked for only when something has to be compared; `folder` is ours. Raises
    PlatformError when the judge failed or cannot read the format; then nothing is known."""
    tasks = {pair.name: tuple(_tasks(pair, manifest, source)) for pair in pairs}
    every = [task for each in tasks.values() for task in each]
    results = iter(judge(engine, root(), every, folder, on_line).results if every else ())
    return Replication(tuple(_agreement(p, manifest, [next(results) for _ in tasks[p.name]]) for p in pairs))


def _tasks(pair: Pair, manifest: Manifest, source: Path) -> Iterator[Task]:
    if pair.file is None or pair.first_file is None:
        return
    tests = held_to(manifest, pair.name)
    for test in tests:
        yield Task(test.name, "compare", pair.file, pair.first_file, between_runs(spec_of(test, source)))
    if not tests:
        yield Task(f"second run {pair.name}", "agree", pair.file, pair.first_file)


def _agreement(pair: Pair, manifest: Manifest, results: Sequence[Result]) -> ProductAgreement:
    words = in_words(held_to(manifest, pair.name)) if results else ""
    shown = tuple(_shown(result, pair.path) for result in results)
    return ProductAgreement(pair.name, pair.path, pair.first, pair.sha256, _of(pair, results), words, shown)


def _of(pair: Pair, results: Sequence[Result]) -> Agreement:
    if pair.first == pair.sha256:
        return Agreement.IDENTICAL
    agrees = bool(results) and all(r.comparison is not None and r.comparison.agrees for r in results)
    return Agreement.WITHIN if agrees else Agreement.DIFFERS


def _shown(result: Result, path: str) -> Mapping[str, Any]:
    """As the report shows comparisons. A file on which the judge came to its end differs: the first run's did not."""
    for finding in result.findings:
        if finding.code == OURS:
            raise PlatformError(f"{path}: {finding.message}", hint=finding.hint)
    own = {"name": result.name, "kind": "replication"}
    if result.comparison is not None:
        return result.comparison.to_dict() | own
    findings = [f.to_dict() for f in result.findings]
    return {"schema": "adp-comparison/1", "verdict": DIFFERS, "findings": findings, "rules": [], "files": {}} | own
