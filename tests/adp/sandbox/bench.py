"""Run a few lines of Python in a sandbox, and look at what came of it."""

from dataclasses import dataclass, field
from pathlib import Path

from adp.environment.tree import Root
from adp.sandbox.engine import Engine, Job, Limits, Mount, Outcome, Usage
from adp.sandbox.inside import OUT, SOURCE, standard_env

DISK = 16 << 20
FILES = 500
SMALL = Limits(cpus=2, memory=192 << 20, disk=DISK, files=FILES, seconds=20, processes=32, log=1 << 20)


@dataclass(frozen=True, slots=True)
class Bench:
    engine: Engine
    root: Root
    source: Path
    out: Path
    lines: list[str] = field(default_factory=list)
    usage: list[Usage] = field(default_factory=list)

    def run(self, *argv: str, limits: Limits = SMALL, mounts: tuple[Mount, ...] = ()) -> Outcome:
        self.lines.clear()
        self.usage.clear()
        own = (Mount(self.source, SOURCE), Mount(self.out, OUT, writable=True))
        job = Job("test", argv, (*own, *mounts), standard_env(limits.cpus, 1), SOURCE, limits)
        return self.engine.run(self.root, job, self.lines.append, self.usage.append)

    def python(self, code: str, *arguments: str, limits: Limits = SMALL) -> Outcome:
        return self.run("python", "-c", code, *arguments, limits=limits)
