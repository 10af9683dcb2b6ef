"""What only a container engine does: images, and clearing away what a dead launcher left."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import docker
import docker.errors
import pytest

from adp.environment.tree import Root
from adp.errors import AuthorError, PlatformError
from adp.finding import Reason
from adp.manifest.model import Environment
from adp.sandbox import sockets
from adp.sandbox.bubblewrap import Bubblewrap
from adp.sandbox.container import Terms, create
from adp.sandbox.docker import DockerEngine
from adp.sandbox.engine import Job
from adp.sandbox.fake import FakeEngine
from adp.sandbox.images import image_for
from adp.sandbox.inside import standard_env
from adp.sandbox.mounts import Layout
from adp.sandbox.roots import root_for
from tests.adp.sandbox.bench import SMALL


def quiet(_: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def engine() -> Iterator[DockerEngine]:
    found = sockets.connect(os.environ.get("PHAROS_TEST_DOCKER_HOST"))
    yield found
    found.client.close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "data.txt").write_text("level 0\n", encoding="utf-8")
    return tmp_path


def build(engine: DockerEngine, source: Path, text: str) -> Root:
    (source / "Dockerfile").write_text(f"{text}USER 20001\n", encoding="utf-8")
    return root_for(engine, Environment(dockerfile="Dockerfile"), source, quiet)


def test_a_job_is_not_told_the_proxy_of_the_account_that_runs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxies = {"default": {"httpProxy": "http://operator:secret@proxy.example"}}
    (tmp_path / "config.json").write_text(json.dumps({"proxies": proxies}), encoding="utf-8")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    client = docker.DockerClient(base_url="unix:///nobody/listens", version="1.41")
    asked = []

    def post(url: str, data: object, **_: object) -> None:
        asked.append(json.dumps(data))
        raise docker.errors.DockerException

    monkeypatch.setattr(client.api, "_post_json", post)
    with pytest.raises(docker.errors.DockerException):
        create(client, "localhost/pharos/astro-1:x", Job("x", ("true",)), Layout((), (), None), Terms("{}"))
    assert len(asked) == 1
    assert "secret" not in asked[0]


@pytest.mark.docker
class TestImages:
    def test_a_dockerfile_is_built_on_our_tree(self, engine: DockerEngine, source: Path) -> None:
        root = build(engine, source, "FROM astro-1\nCOPY data.txt /opt/\nENV FLAVOUR=own\n")
        job = Job("x", ("sh", "-c", "cat /opt/data.txt; echo $FLAVOUR; id -u"), env=standard_env(1, 0), limits=SMALL)
        assert engine.run(root, job).stdout == "level 0\nown\n20001\n"

    def test_a_build_has_no_network(self, engine: DockerEngine, source: Path) -> None:
        root = build(engine, source, "FROM astro-1\nRUN grep -c : /proc/net/dev > /opt/interfaces\n")
        assert engine.run(root, Job("x", ("cat", "/opt/interfaces"), limits=SMALL)).stdout == "1\n"

    @pytest.mark.parametrize(("text", "code"), [
        ("FROM astro-1\nRUN false\n", "DOCKERFILE"),
        ("FROM astro-1\nNOT A DOCKERFILE\n", "DOCKERFILE"),
    ])  # fmt: skip
    def test_a_dockerfile_that_cannot_be_built_is_the_authors(
        self, engine: DockerEngine, source: Path, text: str, code: str
    ) -> None:
        with pytest.raises(AuthorError) as caught:
            build(engine, source, text)
        (finding,) = caught.value.findings
        assert (finding.reason, finding.code, finding.where.file) == (Reason.BUILD_FAIL, code, "Dockerfile")

    def test_a_dockerfile_gets_nothing_from_a_registry(self, engine: DockerEngine, source: Path) -> None:
        with pytest.raises(AuthorError) as caught:
            build(engine, source, "FROM no-such-base-anywhere\n")
        assert caught.value.findings[0].code == "DOCKERFILE_FROM"

    def test_an_image_is_named_by_digest_and_held(self, engine: DockerEngine, root: Root) -> None:
        held = engine.client.images.get(image_for(engine.client, root, quiet)).id
        found = root_for(engine, Environment(image=f"mine@{held}"), Path(), quiet)
        assert found.image == held

    @pytest.mark.parametrize(("image", "code"), [
        ("astro-1:latest", "IMAGE_NOT_BY_DIGEST"),
    ])  # fmt: skip
    def test_an_image_that_could_move_is_refused(self, engine: DockerEngine, image: str, code: str) -> None:
        with pytest.raises(AuthorError) as caught:
            root_for(engine, Environment(image=image), Path(), quiet)
        assert caught.value.findings[0].code == code

    def test_an_image_this_node_does_not_hold_is_nobodys_fault(self, engine: DockerEngine, source: Path) -> None:
        absent = "mine@sha256:" + "0" * 64
        with pytest.raises(PlatformError, match="does not hold the image mine@sha256:000"):
            root_for(engine, Environment(image=absent), Path(), quiet)
        with pytest.raises(PlatformError, match="does not hold the image mine@sha256:000"):
            build(engine, source, f"FROM {absent}\n")


@pytest.mark.docker
class TestLeftovers:
    def leave(self, engine: DockerEngine, root: Root, labels: dict[str, str]) -> str:
        """A container whose launcher died."""
        image = image_for(engine.client, root, quiet)
        made = engine.client.containers.create(image, ["sleep", "60"], labels={"pharos.job": "x", **labels})
        made.start()
        return str(made.id)

    def test_what_a_dead_job_left_is_taken_away_and_nothing_else(self, engine: DockerEngine, root: Root) -> None:
        far = {"pharos.deadline": "99999999999"}
        mine = self.leave(engine, root, {"pharos.owner": "dead", **far})
        other = self.leave(engine, root, {"pharos.owner": "alive", **far})
        engine.clear("dead")
        assert engine.client.containers.get(other).status == "running"
        with pytest.raises(docker.errors.NotFound):
            engine.client.containers.get(mine)
        engine.clear("alive")

    def test_what_is_past_its_time_goes(self, engine: DockerEngine, root: Root) -> None:
        late = self.leave(engine, root, {"pharos.deadline": "1"})
        assert engine.reap() >= 1
        with pytest.raises(docker.errors.NotFound):
            engine.client.containers.get(late)

    def test_a_job_leaves_nothing(self, engine: DockerEngine, root: Root) -> None:
        engine.run(root, Job("leaves nothing", ("true",), limits=SMALL))
        wanted = {"label": "pharos.job=leaves nothing"}
        assert engine.client.containers.list(all=True, filters=wanted) == []


@pytest.mark.docker
def test_an_engine_that_fails_is_our_fault(engine: DockerEngine) -> None:
    with pytest.raises(PlatformError, match="container engine failed"):
        engine.run(Root("gone", "0" * 64, image="sha256:" + "0" * 64), Job("x", ("true",)))


@pytest.mark.parametrize("wanted", [Environment(dockerfile="Dockerfile"), Environment(image="x@sha256:0")])
def test_without_a_container_engine_images_could_not_be_checked(wanted: Environment, source: Path) -> None:
    (source / "Dockerfile").write_text("FROM astro-1\nUSER 20001\n", encoding="utf-8")
    for engine in (Bubblewrap(), FakeEngine()):
        with pytest.raises(PlatformError, match="needs a container engine"):
            root_for(engine, wanted, source, quiet)


def test_a_socket_that_is_not_there_is_said() -> None:
    with pytest.raises(PlatformError, match=r"there is no socket at /nowhere\.sock"):
        sockets.connect("unix:///nowhere.sock")
