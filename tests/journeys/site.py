"""Pharos as its users meet it: `manage.py serve` in processes of its own, on its own state, started and killed here."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.journeys.wire import ask

CLONE = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
LOOK = 0.1
T = TypeVar("T")


def until(look: Callable[[], T], what: str, patience: float = PATIENCE) -> T:
    """What `look` finds, as soon as it is something; other processes take their time."""
    pause, end = threading.Event(), time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < end, f"{patience:.0f} s went by without {what}"
        pause.wait(LOOK)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One program of ours with a closed environment; what it says goes to the end of `log`. `before`: what starts it,
    such as a place to start it in."""

    def __init__(
        self, arguments: list[str], environment: Mapping[str, str], log: Path, before: Sequence[str] = ()
    ) -> None:
        with log.open("ab") as stream:
            self.popen = subprocess.Popen(
                [*before, "env", "--default-signal=INT", sys.executable, *arguments],  # a `make test &` ignores it
                cwd=CLONE,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )

    def kill(self) -> None:
        """As the kernel does when memory runs out: no word, no cleaning up."""
        self.popen.kill()
        self.popen.wait()

    def stop(self) -> None:
        """As Ctrl+C does; it has to end by itself and well."""
        self.popen.send_signal(signal.SIGINT)
        try:
            status = self.popen.wait(PATIENCE)
        finally:
            self.kill()
        assert status == 0


class Site:
    """`start`, `kill`, `start` again: the address and the state stay the same."""

    def __init__(self, folder: Path, git_port: int, **variables: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        self.process: Process | None = None
        self.folder = folder
        passed_on = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PHAROS_TREES") if name in os.environ}
        self.environment = passed_on | {
            "DJANGO_SETTINGS_MODULE": "tests.journeys.settings",
            "PYTHONPATH": str(CLONE),
            "PHAROS_VAR": str(folder),
            "PHAROS_SITE": self.url,
            "JOURNEY_GIT_PORT": str(git_port),
            **variables,
        }

    def start(self) -> None:
        self.process = Process(["manage.py", "serve", "--port", str(self.port)], self.environment, self.log)
        self.answers()

    def answers(self) -> None:
        until(lambda: ask(f"{self.url}/readyz").status == 200, f"an answer of {self.url}; {self.log} says why")

    def kill(self) -> None:
        assert self.process
        self.process.kill()

    def stop(self) -> None:
        if self.process and self.process.popen.poll() is None:
            self.process.stop()

    def manage(self, *arguments: str) -> str:
        """What an operator types; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CLONE,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def nodes(self) -> list[int]:
        """The processes that work for this site with its own node's key."""
        key = str(self.folder / "node-key")
        return [pid for pid, arguments in _processes() if "runners.node" in arguments and key in arguments]


def _processes() -> Iterator[tuple[int, list[str]]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield int(entry.name), (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended meanwhile


@contextmanager
def site(folder: Path, git_port: int, **variables: str) -> Iterator[Site]:
    """A site that is not started yet, on SQLite or on the database server of PHAROS_TEST_DATABASE_URL; in the end it
    has stopped, its book is sound, and none of its processes is left."""
    folder.chmod(0o711)  # the sandbox's users pass through
    with ExitStack() as stack:
        if os.environ.get("PHAROS_TEST_DATABASE_URL"):
            variables["DATABASE_URL"] = stack.enter_context(_own_database(os.environ["PHAROS_TEST_DATABASE_URL"]))
        made = Site(folder, git_port, **variables)
        try:
            yield made
        finally:
            made.stop()
        until(lambda: not made.nodes(), "the end of every node")
        assert made.manage("check_invariants", "--files") == "the book is sound\n"


@contextmanager
def _own_database(server: str) -> Iterator[str]:
    name = f"journey_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
