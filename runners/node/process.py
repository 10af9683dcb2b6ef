"""The process of a job, seen from its node: a closed environment, heard to its last word, ended for sure."""

import contextlib
import json
import os
import signal
import subprocess  # noqa: TID251 - the job's own process runs our module; strangers' code only runs in adp's sandbox
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from runners.node.tape import Tape
from runners.node.telling import SILENCE, hear

PASSED_ON = (
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH",
    "PHAROS_DATA_BUDGET", "PHAROS_DATA_RESERVE", "PHAROS_DATA_AUTHORITIES",
    "PHAROS_VAR", "PHAROS_TREES", "DOCKER_HOST", "XDG_RUNTIME_DIR",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX",
)  # fmt: skip


class Job:
    """`last` is the job's last word once `is_over`."""

    def __init__(self, process: subprocess.Popen[str], told: Mapping[str, Any], tape: Tape) -> None:
        self.process, self.told, self.tape = process, told, tape
        self.last: Mapping[str, Any] = SILENCE
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def wait(self, seconds: float) -> bool:
        """Whether it is over."""
        self._listener.join(seconds)
        return not self._listener.is_alive()

    def _listen(self) -> None:
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the job was started without its pipes")
        with contextlib.suppress(BrokenPipeError):  # it died first; hear() will find silence
            self.process.stdin.write(json.dumps(self.told) + "\n")
            self.process.stdin.flush()
        self.last = hear(self.process.stdout, self.tape)

    def end(self, grace: float) -> None:
        """Ask it to clean up, then make sure: nothing of its session survives."""
        with contextlib.suppress(ProcessLookupError):
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(grace)
            os.killpg(self.process.pid, signal.SIGKILL)
        self._listener.join()


@contextmanager
def job(told: Mapping[str, Any], tape: Tape, grace: float) -> Iterator[Job]:
    process = subprocess.Popen(
        [sys.executable, "-m", "runners.node.job"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        start_new_session=True,
    )
    with process:
        started = Job(process, told, tape)
        try:
            yield started
        finally:
            started.end(grace)
