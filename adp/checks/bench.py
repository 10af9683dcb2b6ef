"""The bench a check works on: what is judged, with what, where; and the notes one stage takes."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from adp.checks.listening import Listener
from adp.environment.oci import Image
from adp.environment.tree import Root
from adp.finding import Finding
from adp.manifest.model import Manifest
from adp.reference.staging import Shelf, shelf
from adp.report import ProductFile, StageResult, Verdict
from adp.sandbox.engine import Engine, Limits, Outcome
from adp.source.snapshot import Snapshot

EXCERPT = 16 << 10


@dataclass(slots=True)
class Bench:
    """Filled in by the stages as they go: the manifest stage brings `manifest`, the build stage `root` and (where that
    is a tree, not an engine's image) the `image` it can be kept as, and so on. `brought` is a root that was kept: the
    build stage takes it instead of making one.

    Folders below `workspace`: `out` and `again` (what the steps wrote, first and second run), `unit` (what the unit
    tests wrote), `products` (declared products, collected as plain files), `given` (links to data of the store),
    `judge`, `pictures`. `shelf`: this machine's reference data, of which `until_the_end` keeps hold.
    `is_rebuilt`: the environment is built again, whatever this machine keeps of it, in `anew`.
    """

    snapshot: Snapshot
    engine: Engine
    workspace: Path
    listener: Listener
    manifest: Manifest | None = None
    root: Root | None = None
    brought: Root | None = None
    image: Image | None = None
    products: tuple[ProductFile, ...] = ()
    comparisons: list[Mapping[str, Any]] = field(default_factory=list)
    shelf: Shelf = field(default_factory=shelf)
    until_the_end: ExitStack = field(default_factory=ExitStack)
    is_rebuilt: bool = False

    @property
    def pictures(self) -> Path:
        """Where the pictures of all comparisons lie, each under its name; not there when nothing was drawn."""
        return self.workspace / "pictures"

    @property
    def declared(self) -> Manifest:
        if self.manifest is None:
            raise RuntimeError("a stage that needs the manifest ran before it was read")
        return self.manifest

    @property
    def built(self) -> Root:
        if self.root is None:
            raise RuntimeError("a stage that needs the environment ran before it was built")
        return self.root

    @property
    def limits(self) -> Limits:
        wants = self.declared.resources
        return Limits(cpus=wants.cpus, memory=wants.memory, disk=wants.disk, seconds=wants.time)

    @property
    def repeat(self) -> str:
        """The exact local command that repeats this check."""
        at = self.snapshot
        if at.commit is None:
            return "adp check PATH"
        return f"adp check {at.url or 'PATH'} --ref {at.tag or at.commit}"


@dataclass(slots=True)
class Notes:
    """What one stage found, said and used. `repeat` is the command that repeats the check, told with every finding."""

    stage: str
    listener: Listener
    repeat: str = ""
    findings: list[Finding] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    is_skipped: bool = False

    def find(self, *findings: Finding) -> None:
        for finding in findings:
            self.findings.append(replace(finding, evidence={**finding.evidence, "repeat": self.repeat}))
            self.say(f"{finding.severity.value}: {finding.code}: {finding.message}")

    def say(self, line: str) -> None:
        self.lines.append(line)
        self.listener.log(self.stage, line)

    def ran(self, outcome: Outcome) -> None:
        """The listener has heard the command's lines already, live; here they enter the record."""
        self.cpu_seconds += outcome.cpu_seconds
        self.peak_memory_bytes = max(self.peak_memory_bytes, outcome.peak_memory_bytes)
        self.lines.append(outcome.log.rstrip("\n"))

    def result(self, seconds: float, verdict: Verdict | None = None) -> StageResult:
        decided = verdict or self._verdict()
        log = excerpt("\n".join(self.lines))
        if not log:
            log = "the stage wrote nothing"
        return StageResult(
            self.stage,
            decided,
            round(seconds, 3),
            round(self.cpu_seconds, 3),
            self.peak_memory_bytes,
            tuple(self.findings),
            log,
        )

    def _verdict(self) -> Verdict:
        if any(f.is_error for f in self.findings):
            return Verdict.FAILED
        return Verdict.SKIPPED if self.is_skipped else Verdict.PASSED


def excerpt(text: str, size: int = EXCERPT) -> str:
    """The first quarter and the last three of `size` characters; where it was cut, it says so."""
    if len(text) <= size:
        return text
    head, tail = text[: size // 4], text[-(size * 3 // 4) :]
    return f"{head}\n[… {len(text) - len(head) - len(tail)} characters left out …]\n{tail}"


def tail_lines(text: str, count: int = 20) -> str:
    return "\n".join(text.splitlines()[-count:])
