"""Goals of the embedded site: from a submission to its verdict, and from the folder of a sandbox to the store."""

import os
import resource
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from adp.client import ENDED
from adp.environment import place
from adp.sandbox.choose import choose
from adp.sandbox.collect import collect
from runners.node.config import config
from runners.node.loop import Node
from runners.node.machine import about
from runners.node.order import Order
from tests.bench.harness import WrongAnswerError
from tests.bench.lines import Line, least, most
from tests.bench.turns import by_turns
from tests.factories.journeys import patient
from tests.factories.repositories import GitHost, serving
from tests.journeys.cast import Member, appoint, join
from tests.journeys.site import Process, Site, site, until

LOOK = 0.02
BEAT = 5.0
NAME = "product.bin"


@contextmanager
def _site(*, node: bool) -> Iterator[tuple[Site, GitHost, Member]]:
    os.environ.setdefault("PHAROS_TREES", str(place.shared()))  # environments are made before the clock runs
    with tempfile.TemporaryDirectory(prefix="pharos-bench-") as work, serving(Path(work, "git")) as host:
        Path(work).chmod(0o711)
        folder = Path(work, "site")
        folder.mkdir()
        with site(folder, host.port, DJANGO_SETTINGS_MODULE="tests.bench.embedded_settings") as made:
            more = [] if node else ["--no-node"]
            made.process = Process(["manage.py", "serve", "--port", str(made.port), *more], made.environment, made.log)
            made.answers()
            ada = join(made, "ada", orcid="0000-0002-1825-0097")
            appoint(made, verified="ada")
            yield made, host, ada


def verdict(rounds: int) -> Iterator[Line]:
    with _site(node=True) as (_, host, ada):
        repository, taken = host.folder / "nothing", []
        for number in range(rounds + 1):
            patient(repository, f"1.0.{number}")
            began = time.perf_counter()
            version = ada.do("versions/", {"url": host.url_of("nothing"), "ref": f"v1.0.{number}"})
            run = _ended(ada, version)
            taken.append(time.perf_counter() - began)
            if run["verdict"] != "passed":
                raise WrongAnswerError(f"the check of nothing: {run['verdict']}")
    taken = sorted(taken[1:])  # the first brings the environment to the node
    median = taken[len(taken) // 2]
    yield most("submission to verdict of an ADP that does nothing", 3, median, f"least {taken[0]:.2f} s", "s")


def _ended(member: Member, version: dict[str, Any]) -> dict[str, Any]:
    """Asked for often: what is measured is the registry's haste, not ours."""
    pause = threading.Event()
    while not (runs := member.read(f"runs/?version={version['id']}")["results"]):
        pause.wait(LOOK)
    run: dict[str, Any] = runs[0]
    while run["state"] not in ENDED:
        pause.wait(LOOK)
        run = member.read(f"runs/{run['id']}/")
    return run


def products(rounds: int, size: int) -> Iterator[Line]:
    with _site(node=False) as (made, host, ada):
        node, order = _at_work(made, host, ada)
        out, into = made.folder / "out", made.folder / "into"
        out.mkdir()
        with (out / NAME).open("wb") as file:
            for _ in range(size >> 20):
                file.write(os.urandom(1 << 20))
        kept = made.folder / "files"
        beats = threading.Event()
        beating = threading.Thread(target=_beat, args=(node, order, beats), daemon=True)
        beating.start()

        def ready() -> None:
            shutil.rmtree(into, ignore_errors=True)
            for blob in kept.rglob("*"):
                if blob.is_file() and blob.stat().st_size == size:
                    blob.unlink()

        def ours() -> None:
            taken = collect(out, [NAME], into, size).files[0]
            headers = {"X-Content-SHA256": taken.sha256, "X-Artefact-Kind": "product"}
            stored = node.link.put(f"{order.at}artefacts/{NAME}/", taken.file, headers=headers, token=order.token)
            if stored.get("sha256") != taken.sha256:
                raise WrongAnswerError(f"another file was kept: {stored}")

        before = _memory(made)
        peer = ("sha256sum", lambda: subprocess.run(["sha256sum", out / NAME], check=True, capture_output=True))
        mine, sums = by_turns(rounds, ("collected, hashed and stored", ours), peer, ready)
        grown = (_memory(made) - before) / 1e6
        beats.set()
        beating.join()
    name = f"{size >> 20} MiB collected, hashed and stored"
    yield least(f"{name}: of the speed of sha256sum", 0.7, sums.median / mine.median, f"{mine}; {sums}")
    yield most(f"{name}: memory of node and site", 100, grown, "", "MB")


def _at_work(made: Site, host: GitHost, ada: Member) -> tuple[Node, Order]:
    """A node that has claimed a run, and does not work at it."""
    key = made.folder / "bench-key"
    made.manage("node_key", "bench", "--file", str(key))
    patient(host.folder / "nothing", "1.0.0")
    ada.do("versions/", {"url": host.url_of("nothing"), "ref": "v1.0.0"})
    told = config(registry=made.url, key=key.read_text("ascii").strip())
    node = Node(told, about(choose("auto")))
    order = until(lambda: node.claim(wait=1.0), "a run for the bench's node")
    return node, order


def _beat(node: Node, order: Order, stop: threading.Event) -> None:
    while not stop.wait(BEAT):
        body = {"stage": "steps", "progress": {"stages": [], "step": {}}}
        node.link.post(f"{order.at}heartbeat/", body, token=order.token)


def _memory(made: Site) -> int:
    """The most that this process and the site have had, in bytes."""
    assert made.process
    lines = Path(f"/proc/{made.process.popen.pid}/status").read_text("ascii").splitlines()
    theirs = next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:"))
    return theirs + (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10)
