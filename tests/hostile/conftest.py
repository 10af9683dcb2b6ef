"""One state folder for the suite, engines that put our name on what they start, and the census around each case."""

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adp.environment import place
from adp.environment.build import root_for
from adp.environment.tree import Root
from adp.manifest.model import Environment
from adp.sandbox.bubblewrap import Bubblewrap
from adp.sandbox.docker import DockerEngine
from adp.sandbox.engine import Engine, Job
from adp.sandbox.sockets import connect
from tests.hostile.census import TEMPORARY, Host, digest_of

ADDRESSES = {"docker": "PHAROS_TEST_DOCKER_HOST", "podman": "PHAROS_TEST_PODMAN_HOST"}
CANARY = f"canary-{secrets.token_hex(8)}"
Engines = Callable[[str], Engine]


@pytest.fixture(scope="package")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """PHAROS_VAR, TMPDIR and a secret in the environment, all with a name nobody else has."""
    trees = str(place.shared())
    tmp_path_factory.getbasetemp()  # where it always is
    with tempfile.TemporaryDirectory(prefix=f"pharos-hostile-{secrets.token_hex(4)}-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "temporary").mkdir(mode=0o755)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PHAROS_TREES", trees)
            patch.setenv("PHAROS_VAR", str(folder))
            patch.setenv("PHAROS_CANARY", CANARY)
            patch.setattr(tempfile, "tempdir", str(folder / "temporary"))
            patch.setattr(tempfile, "mkdtemp", _recording(tempfile.mkdtemp))
            yield folder


def _recording(make: Callable[..., str]) -> Callable[..., str]:
    """Temporary folders beside the state folder (a job's stage must lie where all users get) are ours as well."""

    def recorded(*words: Any, **named: Any) -> str:
        folder = make(*words, **named)
        TEMPORARY.append(Path(folder))
        return folder

    return recorded


@pytest.fixture(scope="package")
def root(state: Path) -> Root:
    return root_for(Environment(base="astro-1"), Path())


@pytest.fixture(scope="package")
def engines(root: Root, state: Path) -> Iterator[Engines]:
    """By name; a container engine is connected to once, and has the tree before its first case."""
    kept: dict[str, DockerEngine] = {}

    def of(name: str) -> Engine:
        if name == "bubblewrap":
            return Bubblewrap()
        if name not in kept:
            kept[name] = replace(connect(os.environ.get(ADDRESSES[name])), labels={"pharos.test": state.name})
            kept[name].run(root, Job("first", ("/usr/bin/true",)))
        return kept[name]

    yield of
    for engine in kept.values():
        engine.client.close()


@pytest.fixture(scope="package")
def host_of(state: Path, engines: Engines) -> Callable[[str], Host]:
    """The host as this engine could change it; "" is none."""
    return lambda engine: Host(state.name, state, getattr(engines(engine), "client", None) if engine else None)


@pytest.fixture(autouse=True)
def host_stays_as_it_was(request: pytest.FixtureRequest, host_of: Callable[[str], Host]) -> Iterator[None]:
    """Around every case, but for those whose attacks all ran in the first one's job."""
    if request.node.get_closest_marker("batched"):
        yield
        return
    name = request.node.callspec.params.get("engine", "") if hasattr(request.node, "callspec") else ""
    with host_of(name).unchanged():
        yield


@pytest.fixture(scope="module", autouse=True)
def tree_stays_as_it_was(root: Root) -> Iterator[None]:
    """What every job shares and reads."""
    folders = [folder for folder in (root.tree, root.packages) if folder is not None]
    before = [digest_of(folder) for folder in folders]
    yield
    assert [digest_of(folder) for folder in folders] == before
