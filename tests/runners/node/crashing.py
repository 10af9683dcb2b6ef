"""A node that is killed at a point of its life: `python -m tests.runners.node.crashing URL KEY POINT`.

Points: `after the claim` and `after the finish` (the registry has done it, the answer is never read), `before the
finish`, `while a file goes up`, or the name of a stage, where the job kills its node and works on.
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from adp.report import StageResult, Verdict
from adp.sandbox.fake import FakeEngine
from adp.sandbox.sweep import job_folder
from runners.node.config import Config
from runners.node.link import Link
from runners.node.loop import Node
from runners.node.telling import Teller
from tests.runners.node import checks

HERE = "tests.runners.node.crashing"
ABLE = {"cores": 8, "memory": 16 << 30, "arch": "x86_64", "engine": "bubblewrap"}


def die(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    signal.pause()  # a signal to oneself is not instant


class Mortal(Link):
    """Says what it has to say, and hears no answer."""

    def __init__(self, registry: str, key: str, point: str) -> None:
        super().__init__(registry, key)
        self.point = point

    def post(self, path: str, body: Any, **more: Any) -> dict[str, Any]:
        door = path.rstrip("/").rpartition("/")[2]
        if self.point == f"before the {door}":
            die(os.getpid())
        answer = super().post(path, body, **more)
        if self.point == f"after the {door}":
            die(os.getpid())
        return answer

    def put(self, path: str, file: Path, **more: Any) -> dict[str, Any]:
        if self.point == "while a file goes up":
            die(os.getpid())
        return super().put(path, file, **more)


class Killer(Teller):
    """Kills the node when a stage begins, as the kernel does: the job learns of it by its closed pipe."""

    def __init__(self, teller: Teller, point: str) -> None:
        super().__init__(teller.wire, teller.keep)
        self.point = point

    def stage_started(self, name: str) -> None:
        super().stage_started(name)
        if name == self.point:
            die(os.getppid())

    def stage_finished(self, result: StageResult) -> None:
        super().stage_finished(result)
        if result.name == "steps":
            self.collecting()

    def collecting(self) -> None:
        super().collecting()
        if self.point == "collect":
            die(os.getppid())


def __getattr__(name: str) -> Callable[..., Any]:
    """`at_steps` is the check that kills its node when the stage of the steps begins."""
    point = name.removeprefix("at_")
    if point == name:
        raise AttributeError(name)

    def check(source: Any, folder: Path, teller: Teller, told: dict[str, Any]) -> list[tuple[str, str, str]]:
        killer = Killer(teller, point)
        killer.stage_started("fetch")
        killer.stage_finished(StageResult("fetch", Verdict.PASSED, 0.1))
        return checks.passes(source, folder, killer, told)

    return check


def main() -> None:
    url, key, point = sys.argv[1:]
    config = Config(url, key, check=f"{HERE}:at_{point.replace(' ', '_')}", pause=0.01)
    node = Node(config, ABLE, partial(job_folder, FakeEngine()))
    node.link = Mortal(url, key, point)
    node.serve(once=True)


if __name__ == "__main__":
    main()
