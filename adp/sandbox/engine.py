"""The contract every engine keeps: one command on one tree, no network, within limits; then say what happened."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from adp.environment.tree import Root
from adp.finding import Reason
from adp.sandbox.options import default

OnLine = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a command uses at this moment: `cpu_seconds` of all its processes so far, `memory_bytes` without page cache,
    `disk_bytes` in its writable folder, `processes` with their threads."""

    cpu_seconds: float
    memory_bytes: int
    disk_bytes: int
    processes: int


OnUsage = Callable[[Usage], None]


def unheard(_: object) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one command may use: memory, disk and log in bytes, time in seconds of wall clock; the rows of
    adp.sandbox.options.LIMITS say what each means and what reason it gives."""

    cpus: float = default("cpus")
    memory: int = int(default("memory"))
    disk: int = int(default("disk"))
    files: int = int(default("files"))
    seconds: float = default("seconds")
    processes: int = int(default("processes"))
    log: int = int(default("log"))
    open_files: int = int(default("open_files"))

    @property
    def file_size(self) -> int:
        return self.disk

    @property
    def cpu_seconds(self) -> float:
        """Of all processes together: where no quota holds them to `cpus`, this does."""
        return max(1.0, self.cpus) * self.seconds


@dataclass(frozen=True, slots=True)
class Mount:
    """A host path shown inside at `target`, read-only unless it is the one writable output folder."""

    source: Path
    target: str
    writable: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One command. `env` is the whole environment; `/tmp` is fresh and empty; nothing survives but writable mounts."""

    name: str
    argv: tuple[str, ...]
    mounts: tuple[Mount, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: str = "/"
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Hit:
    """The limit a command reached: a row of adp.sandbox.options.LIMITS, what it allows, the most that was seen of it
    (None where nothing counts it)."""

    name: str
    limit: float
    peak: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended. `reason` is None when it ended by itself with 0, else the closed reason (CRASH for a
    non-zero exit or a signal, a *_LIMIT when a limit was reached, then `hit` says which). `log` keeps the first and the
    last part of stdout and stderr together; `stdout` the first 64 KiB of stdout alone."""

    exit_code: int
    reason: Reason | None
    seconds: float
    cpu_seconds: float
    peak_memory_bytes: int
    log: str
    stdout: str = ""
    signal: int | None = None
    hit: Hit | None = None


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine is and what it truly enforces, for `adp doctor` and the report's environment (volatile): row of
    adp.sandbox.options -> how; `weaker`: what this machine lacks for more -> how to get it."""

    name: str
    version: str
    enforces: Mapping[str, str]
    weaker: Mapping[str, str] = field(default_factory=dict)


class Engine(Protocol):
    """Raises adp.errors.PlatformError when it cannot run the job for a reason that is not the job's.

    While the job runs, `on_line` is called for every line it says and `on_usage` about once a second, from the calling
    thread or one of its own; neither may raise or block for long."""

    @property
    def name(self) -> str: ...

    def info(self) -> EngineInfo: ...

    def run(self, root: Root, job: Job, on_line: OnLine = ..., on_usage: OnUsage = ...) -> Outcome: ...

    def together(self, jobs: int) -> AbstractContextManager["Engine"]:
        """For so many jobs in a row on one output folder: an engine that may share between them what costs time to
        make, and leaves nothing of one to the next but that folder."""

    def clear(self, owner: str) -> None:
        """Take away what a dead process left that worked for `owner` (adp.environment.place.job)."""
