"""One round: services, Pharos, runs, chaos; then what the book, the ledger and the machine say."""

import os
import random
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psycopg

from tests.factories.repositories import serving
from tests.journeys.site import until
from tests.soak import chaos
from tests.soak.book import ENDED
from tests.soak.noop import noop
from tests.soak.services import Docker, Postgres, RabbitMQ, Redis, Service
from tests.soak.stand import NODES, Stand

KINDS = {
    "kills": "nodes, jobs, workers and the web killed (-9)",
    "redis": "Redis emptied and restarted",
    "rabbitmq": "RabbitMQ restarted",
    "postgres": "PostgreSQL restarted",
    "docker": "the Docker daemon restarted",
}
LONGEST = 3600.0
CGROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Result:
    kind: str
    seconds: float
    struck: int
    said: dict[str, Any] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()


def play(kind: str, runs: int, seed: int) -> Result:
    folder = Path(tempfile.mkdtemp(prefix="pharos-soak-"))
    folder.chmod(0o711)  # the sandbox's users pass through
    before = _on_the_machine(folder)
    try:
        with ExitStack() as stack:
            host = stack.enter_context(serving(folder / "repositories"))
            services = _services(kind, folder, stack)
            broker = services["rabbitmq" if kind == "rabbitmq" else "redis"].url
            engine = ["--engine", "docker" if kind == "docker" else "bubblewrap"]
            stand = stack.enter_context(_stand(folder, services["postgres"].url, broker, host.port, engine))
            if kind == "docker":
                stand.for_nodes["DOCKER_HOST"] = services["docker"].url
            product = noop(host.folder / "nothing")
            stand.start()
            dice = random.Random(seed)
            result = _round(kind, runs, stand, _chaos(kind, stand, services, dice), product, host.url_of("nothing"))
            left = services["docker"].containers() if kind == "docker" else []
        left += _left_on_the_machine(folder, before)
        return Result(kind, result.seconds, result.struck, result.said, (*result.wrong, *(f"left: {x}" for x in left)))
    finally:
        for mount in _mounts(folder):  # a killed container daemon leaves its own
            subprocess.run(["umount", "--lazy", "--", mount], check=False, capture_output=True)
        shutil.rmtree(folder)


def _services(kind: str, folder: Path, stack: ExitStack) -> dict[str, Any]:
    kinds: dict[str, type[Any]] = {"postgres": Postgres}
    kinds |= {"rabbitmq": RabbitMQ} if kind == "rabbitmq" else {"redis": Redis}
    kinds |= {"docker": Docker} if kind == "docker" else {}
    made: dict[str, Service] = {name: make(folder) for name, make in kinds.items()}
    for service in made.values():
        stack.callback(service.end)
        service.start()
    return made


@contextmanager
def _stand(folder: Path, database: str, broker: str, git_port: int, engine: list[str]) -> Iterator[Stand]:
    state = folder / "site"
    state.mkdir(mode=0o711)
    stand = Stand(state, database, broker, git_port, engine)
    stand.set_up()
    try:
        yield stand
    finally:
        for name in list(stand.running):
            stand.kill(name)


def _chaos(kind: str, stand: Stand, services: dict[str, Any], dice: random.Random) -> chaos.Chaos:
    if kind == "kills":
        return chaos.kills(stand, dice)
    if kind == "redis":
        return chaos.redis_flushed(services["redis"], dice)
    return chaos.restarted(services[kind], dice, every=8.0)


def _round(kind: str, runs: int, stand: Stand, storm: chaos.Chaos, product: Any, url: str) -> Result:
    began = time.monotonic()
    stand.book("fill", str(runs), url, product.commit, product.tree)
    with Watch(stand.environment["DATABASE_URL"], runs) as watch:
        while not watch.over.is_set() and time.monotonic() - began < LONGEST:
            storm.wait(lambda: watch.ended, watch.over)
            if not watch.over.is_set():
                storm.strike()
    seconds = time.monotonic() - began
    for name in NODES:  # whatever the last kill left, the next start takes away
        stand.end(name)
        stand.start(name)
    until(lambda: not _marks(stand), "the end of what dead jobs left", 120)
    stand.end(*NODES)
    said = stand.book("tell")
    return Result(kind, seconds, storm.done, said, tuple(said["wrong"]))


class Watch:
    """Asks the book now and then how many runs have ended; it may be away."""

    def __init__(self, database: str, runs: int) -> None:
        self.database, self.runs, self.ended = database, runs, 0
        self.over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self._thread.join(60)

    def _run(self) -> None:
        while not self.over.wait(0.3):
            with suppress(psycopg.OperationalError), psycopg.connect(self.database) as connection:
                asked = connection.execute("SELECT count(*) FROM runners_run WHERE state = ANY(%s)", [list(ENDED)])
                self.ended = int((asked.fetchone() or (0,))[0])
            if self.ended >= self.runs:
                self.over.set()


def _marks(stand: Stand) -> list[Path]:
    return [mark for node in NODES for mark in (stand.state_of(node) / "locks").glob("job-*")]


def _left_on_the_machine(folder: Path, before: set[str]) -> list[str]:
    """What of this round is still there; whatever somebody else's running check has made meanwhile goes by itself."""
    pause, end = threading.Event(), time.monotonic() + 30
    while (left := sorted(_on_the_machine(folder) - before)) and time.monotonic() < end:
        pause.wait(0.5)
    return left


def _on_the_machine(folder: Path) -> set[str]:
    """What a job makes outside its folder: control groups, mounts, stages."""
    folders = (Path(at, name) for at, names, _ in os.walk(CGROUPS) for name in names)  # they come and go meanwhile
    groups = {str(folder) for folder in folders if folder.name.startswith("pharos-")}
    mounts = set(_mounts(folder / "site"))
    return groups | mounts | {str(found) for found in Path("/tmp").glob("pharos-stage-*")}


def _mounts(below: Path) -> list[str]:
    """Innermost first."""
    lines = Path("/proc/self/mountinfo").read_text("utf-8", "replace").splitlines()
    return sorted((at for at in (line.split(" ")[4] for line in lines) if at.startswith(f"{below}/")), reverse=True)
