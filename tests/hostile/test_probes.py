"""Probes: each tries one thing and is refused. All of an engine go in one job, which ends well."""

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from adp.environment import place
from adp.environment.tree import Root
from adp.sandbox.engine import Engine, Job, Limits, Mount
from adp.sandbox.inside import OUT, REFERENCE, SOURCE, standard_env
from adp.sandbox.out import output_folder
from tests.hostile import calls, places
from tests.hostile.batch import Batch
from tests.hostile.case import HARMLESS, Case, on_engines
from tests.hostile.census import Host, digest_of
from tests.hostile.conftest import CANARY, Engines

LIMITS = Limits(cpus=1, memory=256 << 20, disk=8 << 20, seconds=120, processes=32)
PROBES = (*calls.CASES, *places.CASES)
INSIDE = Path(__file__).parent / "inside"


@dataclass
class Listening:
    """Services of the host that nobody may reach; they count who came."""

    facts: dict[str, Any]
    visits: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def host(state: Path) -> Iterator[Listening]:
    folder = state / "given-host"
    folder.mkdir(mode=0o755)
    (folder / "secret").write_text("planted", encoding="utf-8")
    with ExitStack() as held:
        sockets = {
            "tcp": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "tcp6": (socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
            "udp": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "abstract": (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{state.name}"),
            "socket": (socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "socket")),
        }
        heard = Listening({"abstract": state.name, "socket": str(folder / "socket")})
        for name, (family, kind, address) in sockets.items():
            listening = held.enter_context(socket.socket(family, kind))
            listening.bind(address)
            if family != socket.AF_UNIX:
                heard.facts[name] = listening.getsockname()[1]
            threading.Thread(target=_count, args=(listening, name, heard.visits), daemon=True).start()
        heard.facts |= {
            "canary": CANARY,
            "token": state.name,
            "secret": str(folder / "secret"),
            "runs": str(state / "jobs"),
            "pid": os.getpid(),
            "suite": __file__,
        }
        yield heard


def _count(listening: socket.socket, name: str, visits: list[str]) -> None:
    try:
        if listening.type == socket.SOCK_STREAM:
            listening.listen()
            listening.accept()
        else:
            listening.recv(9)
    except OSError:  # closed: nobody came
        return
    visits.append(name)


@dataclass(frozen=True)
class Answered:
    """What each probe was told, and which services of the host were reached."""

    answers: dict[str, Any]
    visits: list[str]


@pytest.fixture(scope="module")
def asked(engines: Engines, root: Root, host: Listening, host_of: Callable[[str], Host]) -> Batch[str, Answered]:
    def ask(engine: str) -> Answered:
        before = len(host.visits)
        with host_of(engine).unchanged():
            answers = _ask(engines(engine), root, host)
        return Answered(answers, host.visits[before:])

    return Batch(ask)


def _ask(engine: Engine, root: Root, host: Listening) -> dict[str, Any]:
    with ExitStack() as held:
        folder, other = (held.enter_context(place.new_job_folder()) for _ in range(2))
        out = held.enter_context(output_folder(folder / "out", LIMITS.disk))
        source, reference = folder / "source", folder / "reference"
        for made in (source, reference):
            made.mkdir(mode=0o755)
        (reference / "truth.ecsv").write_text("true\n", encoding="utf-8")
        (source / "README").write_text("inert\n", encoding="utf-8")
        (source / "probe.py").write_text((INSIDE / "probe.py").read_text(encoding="utf-8"), encoding="utf-8")
        known = host.facts | {"other run": str(other)}
        facts = {"probes": {c.name: c.attack[0] for c in PROBES}, "host": known}
        (source / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
        for made in (source, reference, *source.iterdir(), *reference.iterdir()):
            made.chmod(0o777)  # only the wall keeps them
        before = [digest_of(source), digest_of(reference)]
        mounts = (Mount(source, SOURCE), Mount(reference, REFERENCE), Mount(out, OUT, writable=True))
        argv = ("python3", f"{SOURCE}/probe.py", f"{SOURCE}/facts.json")
        outcome = engine.run(root, Job("probes", argv, mounts, standard_env(1, 1), SOURCE, LIMITS))
        assert outcome.reason is None, outcome.log
        assert [digest_of(source), digest_of(reference)] == before
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


@pytest.mark.batched
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are those of x86_64")
@pytest.mark.parametrize(("engine", "case"), on_engines(PROBES))
def test_a_probe_is_refused(engine: str, case: Case, asked: Batch[str, Answered]) -> None:
    _, right = case.attack
    assert case.ends_on(engine) == HARMLESS
    assert asked.of(engine).answers[case.name] in right


@pytest.mark.batched
@pytest.mark.parametrize(("engine", "case"), on_engines(PROBES[:1]))
def test_no_service_of_the_host_was_reached(engine: str, case: Case, asked: Batch[str, Answered]) -> None:
    assert asked.of(engine).visits == []
