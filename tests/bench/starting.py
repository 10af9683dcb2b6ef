"""Goals of the engines: a sandbox against a bare one, ten steps of a check against ten commands in one container."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from adp.environment.build import root_for
from adp.environment.tree import Root
from adp.manifest.model import Environment
from adp.sandbox import bubblewrap, images, seccomp
from adp.sandbox.bubblewrap import Bubblewrap, works
from adp.sandbox.engine import Engine, Job, Limits
from adp.sandbox.inside import standard_env
from adp.sandbox.launch import Launch
from adp.sandbox.mounts import layout
from adp.sandbox.sockets import connect
from tests.bench.harness import WrongAnswerError
from tests.bench.lines import Line, most
from tests.bench.turns import by_turns

STEPS = 10
JOB = Job("nothing", ("python3", "-c", "pass"), env=standard_env(1, 0), limits=Limits(memory=512 << 20, seconds=30))


def start(rounds: int) -> Iterator[Line]:
    works()
    root = root_for(Environment(base="astro-1"), Path())
    peer = ("bare bwrap", partial(_bare, root))
    ours, bare = by_turns(rounds, ("engine.run", partial(_run, Bubblewrap(), root)), peer)
    told = f"{ours}; {bare}"
    yield most(
        "engine.run of `python3 -c pass` on bubblewrap: of a bare bwrap's time", 1.5, ours.median / bare.median, told
    )


def _run(engine: Engine, root: Root) -> None:
    outcome = engine.run(root, JOB)
    if outcome.reason is not None:
        raise WrongAnswerError(f"{engine.name}: {outcome.reason.value}: {outcome.log}")


def _bare(root: Root) -> None:
    """The same namespaces, mounts, filter and command; no user, group, clock, watch or log of ours."""
    with tempfile.TemporaryFile() as status, tempfile.TemporaryFile() as rules:
        rules.write(seccomp.bpf())
        rules.seek(0)
        own = Launch(bubblewrap.binary(), os.geteuid(), (), Path(), rules.fileno(), status.fileno(), None)
        assert root.tree is not None
        argv = own.command(root.tree.resolve(), JOB, layout(root, JOB))
        subprocess.run(
            argv, check=True, env={}, cwd="/", pass_fds=(rules.fileno(), status.fileno()), capture_output=True
        )


def steps(rounds: int) -> Iterator[Line]:
    host = os.environ.get("PHAROS_TEST_DOCKER_HOST")
    docker = connect(host)
    root = root_for(Environment(base="astro-1"), Path())
    with ExitStack() as held:
        held.callback(docker.client.close)
        image = images.image_for(docker.client, root, lambda _: None)
        peer = ("docker exec", partial(_executed, docker.client, image))
        ours, execs = by_turns(rounds, ("engine", partial(_stepped, docker, root)), peer)
    told = f"{ours}; {execs}"
    what = f"{STEPS} steps on Docker: of one start and {STEPS} docker exec"
    yield most(what, 1.2, ours.median / execs.median, told)


def _stepped(engine: Engine, root: Root) -> None:
    """As a check runs its steps."""
    with engine.together(STEPS) as together:
        for _ in range(STEPS):
            _run(together, root)


def _executed(client: Any, image: str) -> None:
    made = client.containers.run(image, ["sleep", "60"], detach=True, network_disabled=True, entrypoint=[], init=True)
    try:
        for _ in range(STEPS):
            code, said = made.exec_run(list(JOB.argv))
            if code:
                raise WrongAnswerError(f"docker exec: {code}: {said}")
    finally:
        made.remove(force=True)
