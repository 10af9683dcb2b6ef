"""Pharos as an institute runs it, each program a process of its own that can be killed and started again."""

import json
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from adp.environment import place
from adp.source.policy import Policy
from tests.journeys.site import CLONE, Process, free_port, until
from tests.journeys.wire import ask

NODES = ("ain", "bez", "cher")


class Stand:
    """`start("web")`, `kill("ain")`: by the names in `programs`."""

    def __init__(self, folder: Path, database: str, broker: str, git_port: int, engine: list[str]) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        passed_on = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.passed_on = passed_on | {"PYTHONPATH": str(CLONE), "PHAROS_TREES": str(place.shared())}
        self.environment = self.passed_on | {
            "DJANGO_SETTINGS_MODULE": "tests.soak.settings",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "PHAROS_VAR": str(folder),
            "PHAROS_SITE": self.url,
            "JOURNEY_GIT_PORT": str(git_port),
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": broker,
        }
        self.for_nodes = {"PHAROS_SOURCE_POLICY": Policy.loopback(git_port).to_json(), "PHAROS_BELL": broker}
        celery = ["-m", "celery", "-A", "config"]
        serve = [f"--listen=127.0.0.1:{self.port}", "--threads=16", "config.wsgi:application"]
        self.programs = {
            "web": ["-m", "waitress", *serve],
            "worker": [*celery, "worker", "--concurrency=1", "--loglevel=WARNING"],
            "beat": [*celery, "beat", "--pidfile=", f"--schedule={folder / 'beat'}"],
        } | {name: self._node(name, engine) for name in NODES}
        self.running: dict[str, Process] = {}

    def _node(self, name: str, engine: list[str]) -> list[str]:
        return [
            "-m",
            "runners.node",
            "run",
            "--registry",
            self.url,
            "--key-file",
            str(self.folder / f"{name}.key"),
            *engine,
        ]

    def set_up(self) -> None:
        self._run("manage.py", "migrate", "--verbosity=0")
        for name in NODES:
            self._run("manage.py", "node_key", name, "--file", str(self.folder / f"{name}.key"))

    def start(self, *names: str) -> None:
        for name in names or self.programs:
            environment = self.environment
            if name in NODES:
                environment = self.passed_on | self.for_nodes | {"PHAROS_VAR": str(self.state_of(name))}
            self.running[name] = Process(self.programs[name], environment, self.folder / f"{name}.log")
            if name == "web":
                until(lambda: ask(f"{self.url}/readyz").status == 200, f"an answer of {self.url}")

    def state_of(self, node: str) -> Path:
        return self.folder / f"{node}.state"

    def kill(self, name: str) -> None:
        """As the kernel does: the program and what runs in its session, no word, no cleaning up."""
        process = self.running.pop(name)
        os.killpg(process.popen.pid, signal.SIGKILL)
        process.popen.wait()

    def kill_a_job(self, name: str) -> bool:
        """The process in which a node does its work; the node lives on. False when it has none."""
        parent = self.running[name].popen.pid
        children = Path(f"/proc/{parent}/task/{parent}/children")
        found = subprocess.run(["pgrep", "-P", str(parent), "-f", "runners.node.job"], check=False, capture_output=True)
        for pid in found.stdout.split() if children.exists() else ():
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                continue
            return True
        return False

    def end(self, *names: str) -> None:
        """As a service manager does."""
        for name in names or list(self.running):
            process = self.running.pop(name)
            process.popen.send_signal(signal.SIGTERM)
            try:
                process.popen.wait(60)
            finally:
                process.kill()

    def book(self, *deed: str) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self._run("-m", "tests.soak.book", *deed).splitlines()[-1])
        return said

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=CLONE, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{arguments[0]} failed:\n{done.stdout}{done.stderr}")
        return done.stdout
