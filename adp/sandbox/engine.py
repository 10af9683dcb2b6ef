"""The contract every engine keeps: one command on one tree, no network, within limits; then say what happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from adp.environment.tree import Root
from adp.finding import Reason

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
    """What one command may use: memory, disk and log in bytes, time in seconds of wall clock."""

    cpus: float = 1.0
    memory: int = 2 << 30
    disk: int = 1 << 30
    seconds: float = 600.0
    processes: int = 256
    log: int = 8 << 20


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
class Outcome:
    """How a command ended. `reason` is None when it ended by itself with 0, else the closed reason (CRASH for a
    non-zero exit or a signal, a *_LIMIT when a limit was reached). `log` keeps the first and the last part of
    stdout and stderr together; `stdout` the first 64 KiB of stdout alone."""

    exit_code: int
    reason: Reason | None
    seconds: float
    cpu_seconds: float
    peak_memory_bytes: int
    log: str
    stdout: str = ""
    signal: int | None = None


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine is and what it truly enforces, for `adp doctor` and the report's environment (volatile)."""

    name: str
    version: str
    enforces: Mapping[str, str]


class Engine(Protocol):
    """Raises adp.errors.PlatformError when it cannot run the job for a reason that is not the job's.

    While the job runs, `on_line` is called for every line it says and `on_usage` about once a second, from the calling
    thread or one of its own; neither may raise or block for long."""

    @property
    def name(self) -> str: ...

    def info(self) -> EngineInfo: ...

    def run(self, root: Root, job: Job, on_line: OnLine = ..., on_usage: OnUsage = ...) -> Outcome: ...
