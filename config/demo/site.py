"""The site and its node as a child of the demo: started, awaited, stopped."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import IO, Self

CLONE = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # s


class Site:
    """`manage.py serve` on a free port of 127.0.0.1, under the demo's settings; what it says goes into `log`."""

    def __init__(self, log: Path, git_port: int) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log, self._git_port = log, git_port
        self._process: subprocess.Popen[bytes] | None = None
        self._stream: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._stream = self._log.open("ab")
        self._process = subprocess.Popen(
            command(self.port),
            cwd=CLONE,
            env=environment() | {"PHAROS_DEMO_GIT_PORT": str(self._git_port), "PHAROS_SITE": self.url},
            stdout=self._stream,
            stderr=self._stream,
            stdin=subprocess.DEVNULL,
        )
        self._wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process is not None:
            self._process.terminate()  # not as Ctrl+C does: started in the background, a site never hears that
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._stream is not None:
            self._stream.close()

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                break
            if _answers(f"{self.url}/readyz"):
                return
            time.sleep(0.2)
        raise RuntimeError(f"the site did not start; {self._log} says why")


def command(port: int) -> list[str]:
    return [sys.executable, "manage.py", "serve", "--port", str(port)]


def environment() -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "config.demo.settings"}


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - an address of our own making
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP OK
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
