"""The node as a child of the site: started, started again when it dies, given up when it keeps dying."""

import contextlib
import os
import subprocess  # noqa: TID251 - our own node, the same that a centre starts by hand
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import structlog

from runners.node.process import PASSED_ON

log = structlog.get_logger(__name__)
LOOK = 1.0
STARTS, WITHIN = 5, 300.0  # so many starts in so many seconds: something is wrong that another start does not cure
UNFIT = 2  # the node's own exit status: no engine, no key; trying again is of no use
GRACE = 30.0


def command(url: str, key: Path, engine: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "runners.node",
        "run",
        "--registry",
        url,
        "--key-file",
        str(key),
        "--engine",
        engine,
        "--leashed",
    ]


class Child:
    """Runs `argv` with a closed environment: no secret of the site is in it. However the site ends, its end of the
    pipe that is the child's standard input closes: the leash."""

    def __init__(self, argv: Sequence[str], cwd: Path, policy: str = "") -> None:
        self.argv, self.cwd = list(argv), cwd
        told = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self.env = told | ({"PHAROS_SOURCE_POLICY": policy} if policy else {})
        self.starts: deque[float] = deque(maxlen=STARTS)
        self.process: subprocess.Popen[bytes] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="node", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """It hands its lease back and goes; when it does not go, it is killed."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.is_set() and self._may_start():
            self.starts.append(time.monotonic())
            with subprocess.Popen(  # noqa: S603 - our own module
                self.argv, env=self.env, cwd=self.cwd, stdin=subprocess.PIPE, start_new_session=True
            ) as self.process:
                status = self._wait(self.process)
            if status is None:
                return
            log.warning("node.ended", status=status)
            if status == UNFIT:
                log.error("node.unfit", hint="`adp doctor` says what this machine lacks; runs wait until a node comes")
                return
            self._stop.wait(LOOK)

    def _may_start(self) -> bool:
        tired = len(self.starts) == STARTS and time.monotonic() - self.starts[0] < WITHIN
        if tired:
            log.error("node.given_up", starts=STARTS, seconds=WITHIN)
        return not tired

    def _wait(self, process: subprocess.Popen[bytes]) -> int | None:
        """Its exit status, or None when we stopped it."""
        while not self._stop.wait(LOOK):
            status = process.poll()
            if status is not None:
                return status
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        process.kill()
        process.wait()
        return None
