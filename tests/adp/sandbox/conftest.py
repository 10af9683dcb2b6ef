"""Engines and roots for the tests of the sandbox; each machine tests what it has."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from adp.environment import place
from adp.environment.build import root_for
from adp.environment.tree import Root
from adp.manifest.model import Environment
from adp.sandbox.bubblewrap import Bubblewrap
from adp.sandbox.engine import Engine, Job
from adp.sandbox.out import output_folder
from adp.sandbox.sockets import connect
from tests.adp.sandbox.bench import DISK, FILES, Bench

ENGINES = [
    pytest.param("bubblewrap", marks=pytest.mark.sandbox),
    pytest.param("docker", marks=pytest.mark.docker),
    pytest.param("podman", marks=pytest.mark.podman),
]


@pytest.fixture(scope="session")
def root() -> Root:
    return root_for(Environment(base="astro-1"), Path())


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, root: Root) -> Iterator[Engine]:
    if request.param == "bubblewrap":
        yield Bubblewrap()
        return
    found = connect(os.environ.get(f"PHAROS_TEST_{request.param.upper()}_HOST"), name=request.param)
    found.run(root, Job("first", ("/usr/bin/true",)))  # the tree is handed over here, not in the first test
    yield found
    found.client.close()


@pytest.fixture
def bench(engine: Engine, root: Root) -> Iterator[Bench]:
    """An engine, a root, a source folder with one file, and an output folder."""
    with ExitStack() as held:
        folder = held.enter_context(place.new_job_folder())
        out = held.enter_context(output_folder(folder / "out", DISK, FILES))
        source = folder / "source"
        source.mkdir(mode=0o755)
        (source / "README").write_text("inert\n", encoding="utf-8")
        yield Bench(engine, root, source, out)
