"""The services of a round, from Debian packages, in a folder of their own, on loopback, killed and started again."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tests.journeys.site import CLONE, free_port

PAUSE = threading.Event()
START = 90.0  # seconds a service may take on a busy machine


class Service:
    """`start`, `kill` (-9), `end` (as a service manager does), `start` again: with the same state and address."""

    def __init__(self, name: str, argv: Sequence[str], folder: Path, script: Path | None = None) -> None:
        self.name, self.argv, self.folder, self.script = name, list(argv), folder, script
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Until it answers; one that gives up because its predecessor is not wholly gone yet is started again."""
        log, end = self.folder / f"{self.name}.log", time.monotonic() + START
        self._spawn(log)
        while not self.answers():
            if time.monotonic() > end:
                raise TimeoutError(f"{self.name} does not answer: {log.read_text('utf-8', 'replace')[-2000:]}")
            PAUSE.wait(0.2)
            if self.process is None or self.process.poll() is not None:
                self._spawn(log)

    def _spawn(self, log: Path) -> None:
        with log.open("ab") as stream, (self.script or Path("/dev/null")).open("rb") as told:
            self.process = subprocess.Popen(
                self.argv, stdin=told, stdout=stream, stderr=stream, cwd=self.folder, start_new_session=True
            )

    def answers(self) -> bool:
        raise NotImplementedError

    def kill(self) -> None:
        """With its own processes."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


class Listening(Service):
    def __init__(self, name: str, argv: Sequence[str], folder: Path, port: int, script: Path | None = None) -> None:
        super().__init__(name, argv, folder, script)
        self.port = port

    def answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Postgres(Listening):
    def __init__(self, folder: Path) -> None:
        tools = max(Path("/usr/lib/postgresql").glob("*/bin"))
        own, port = folder / "postgres", free_port()
        own.mkdir()
        shutil.chown(own, "postgres")
        self.data = own / "data"
        self.tools, self.user = tools, ["runuser", "-u", "postgres", "--"]
        make = [str(tools / "initdb"), "-D", str(own / "data"), "-U", "pharos", "--auth=trust", "-E", "UTF8"]
        subprocess.run([*self.user, *make, "--locale=C.UTF-8"], check=True, capture_output=True, cwd=own)
        serve = [str(tools / "postgres"), "-D", str(own / "data"), "-k", str(own), "-h", "127.0.0.1", "-p", str(port)]
        super().__init__("postgres", [*self.user, *serve, "-c", "fsync=off"], folder, port)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def end(self) -> None:
        """At once, without waiting for its clients to leave."""
        self._signal(signal.SIGINT)

    def _signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            os.kill(int((self.data / "postmaster.pid").read_text("ascii").split()[0]), number)
            self.process.wait(30)

    @property
    def url(self) -> str:
        return f"postgres://pharos@127.0.0.1:{self.port}/postgres"

    def answers(self) -> bool:
        asked = [str(self.tools / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0


class Redis(Listening):
    def __init__(self, folder: Path) -> None:
        port = free_port()
        serve = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        super().__init__("redis", serve, folder, port)
        self.url = f"redis://127.0.0.1:{port}/0"

    def flush(self) -> None:
        subprocess.run(["redis-cli", "-p", str(self.port), "flushall"], check=True, capture_output=True)


class RabbitMQ(Listening):
    """With a port mapper of its own: else the broker leaves one behind."""

    def __init__(self, folder: Path) -> None:
        own, port = folder / "rabbitmq", _three_free_ports()
        own.mkdir()
        shutil.chown(own, "rabbitmq")
        user = ["runuser", "-u", "rabbitmq", "--"]
        super().__init__(
            "rabbitmq", [*user, "bash", "-s", str(own), str(port)], folder, port, CLONE / "tests" / "rabbitmq.sh"
        )
        self.url = f"amqp://guest:guest@127.0.0.1:{port}//"
        self.mapper = Listening(
            "epmd", [*user, "epmd", "-address", "127.0.0.1", "-port", str(port + 2)], folder, port + 2
        )

    def start(self) -> None:
        if self.mapper.process is None:
            self.mapper.start()
        super().start()

    def end(self) -> None:
        super().end()
        self.mapper.end()


class Docker(Service):
    def __init__(self, folder: Path) -> None:
        self.socket = folder / "docker.sock"
        place = ["--data-root", str(folder / "docker"), "--exec-root", str(folder / "docker-exec")]
        serve = ["dockerd", *place, "--pidfile", str(folder / "docker.pid"), "--host", f"unix://{self.socket}"]
        super().__init__("docker", [*serve, "--iptables=false", "--bridge=none"], folder)
        self.url = f"unix://{self.socket}"

    def answers(self) -> bool:
        return subprocess.run(["docker", "-H", self.url, "info"], check=False, capture_output=True).returncode == 0

    def kill(self) -> None:
        """The daemon alone: what runs in containers outlives it until the next one comes."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def containers(self) -> list[str]:
        asked = ["docker", "-H", self.url, "ps", "--all", "--quiet"]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()


def _three_free_ports() -> int:
    """A port with two free ones above it."""
    end = time.monotonic() + START
    while time.monotonic() < end:
        port = free_port()
        with socket.socket() as one, socket.socket() as two:
            try:
                one.bind(("127.0.0.1", port + 1))
                two.bind(("127.0.0.1", port + 2))
            except OSError:
                continue
            return port
    raise OSError("no three ports in a row are free")
