"""A Dockerfile is built without a network, each RUN behind the walls of a job; only its image is left."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from adp.environment.tree import Root
from adp.errors import AuthorError
from adp.finding import Finding, Reason
from adp.manifest.model import Environment
from adp.sandbox import building, sockets
from adp.sandbox.docker import DockerEngine
from adp.sandbox.engine import Job, Limits
from adp.sandbox.inside import standard_env
from adp.sandbox.roots import root_for
from tests.adp.environment.shelf import served, source
from tests.adp.sandbox.bench import SMALL

WHOLE = """\
ARG FLAVOUR=sweet
FROM astro-1 AS build
ARG FLAVOUR
ARG FILE=data.txt
ENV TWICE=2
COPY ${FILE} /opt/
RUN cp /opt/data.txt /opt/$FLAVOUR-$TWICE && id -u >> /opt/who
RUN <<EOF
python3 - <<'END'
print("level 1", file=open("/opt/more", "w"))
END
EOF
FROM astro-1
WORKDIR /opt/place
SHELL ["/bin/bash", "-c"]
COPY --from=build /opt /opt/place
RUN ["cp", "more", "again"]
RUN [[ -f again ]] && chown 20001 again && echo $FLAVOUR > flavour
USER 20001
CMD ["python3"]
"""
WALLS = """\
FROM astro-1
RUN grep -c : /proc/net/dev > /opt/seen; grep -E '^(Seccomp|NoNewPrivs|CapBnd):' /proc/self/status >> /opt/seen; \\
    (unshare -U true || echo no namespaces) >> /opt/seen 2>/dev/null
USER 20001
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[DockerEngine]:
    found = sockets.connect(os.environ.get("PHAROS_TEST_DOCKER_HOST"))
    yield found
    found.client.close()


def build(engine: DockerEngine, folder: Path, text: str) -> Root:
    (folder / "data.txt").write_text("level 0\n", encoding="utf-8")
    (folder / "Dockerfile").write_text(text, encoding="utf-8")
    return root_for(engine, Environment(dockerfile="Dockerfile"), folder, lambda _line: None)


def refused(engine: DockerEngine, folder: Path, text: str) -> Finding:
    with pytest.raises(AuthorError) as caught:
        build(engine, folder, f"FROM astro-1\n{text}\nUSER 20001\n")
    (finding,) = caught.value.findings
    return finding


def look(engine: DockerEngine, root: Root, command: str) -> str:
    job = Job("look", ("sh", "-c", command), env=standard_env(1, 0), limits=SMALL)
    return engine.run(root, job).stdout


def everything(engine: DockerEngine) -> tuple[set[str], set[str]]:
    """Images without a name, such as a build leaves half-way; trees that other tests bring have theirs."""
    images = {str(image.id) for image in engine.client.images.list(filters={"dangling": True})}
    return images, {str(each.id) for each in engine.client.containers.list(all=True)}


def test_arguments_are_put_in_as_an_engine_does() -> None:
    given = building.pairs('A=1 B="two words" C=$A-${B:-x} D=${E:-none}', {})
    assert given == {"A": "1", "B": "two words", "C": "1-two words", "D": "none"}
    assert building.pairs("A", {"A": "given"}) == {"A": "given"}
    assert building.pairs("A", {}) == {}


@pytest.mark.docker
class TestBuild:
    def test_stages_arguments_shells_and_scripts_mean_what_they_mean(
        self, engine: DockerEngine, tmp_path: Path
    ) -> None:
        root = build(engine, tmp_path, WHOLE)
        said = look(engine, root, "cd /opt/place; cat sweet-2 who more again; stat -c %u again; cat flavour | wc -c")
        assert said == "level 0\n0\nlevel 1\nlevel 1\n20001\n1\n"
        config = engine.client.images.get(str(root.image)).attrs["Config"]
        assert (config["Cmd"], config["User"], config["WorkingDir"]) == (["python3"], "20001", "/opt/place")
        assert not any(pair.startswith(("FLAVOUR", "FILE")) for pair in config["Env"] or ())

    def test_a_run_is_behind_the_walls_of_a_job(self, engine: DockerEngine, tmp_path: Path) -> None:
        seen = look(engine, build(engine, tmp_path, WALLS), "cat /opt/seen").splitlines()
        assert seen[0] == "1"  # a loopback and nothing else
        assert sorted(seen[1:]) == ["CapBnd:\t00000000000000cb", "NoNewPrivs:\t1", "Seccomp:\t2", "no namespaces"]

    def test_the_same_files_are_built_once_and_other_files_anew(self, engine: DockerEngine, tmp_path: Path) -> None:
        text = "FROM astro-1\nRUN head -c 16 /dev/urandom > /opt/random\nUSER 20001\n"
        first = build(engine, tmp_path, text)
        assert build(engine, tmp_path, text) == first
        (tmp_path / "more.txt").write_text("more", encoding="utf-8")
        assert build(engine, tmp_path, text) != first

    @pytest.mark.parametrize(("text", "limits", "reason", "line"), [
        ("RUN true && false", {}, Reason.BUILD_FAIL, 2),
        ("RUN true\nCOPY nowhere /opt/", {}, Reason.BUILD_FAIL, 3),
        ("RUN sleep 60", {"seconds": 1.0}, Reason.BUILD_LIMIT, 2),
        ("RUN python3 -c 'bytearray(300 << 20)'", {"memory": 64 << 20}, Reason.BUILD_LIMIT, 2),
        ("RUN dd if=/dev/zero of=/opt/x bs=1M count=100; sleep 30", {"disk": 32 << 20}, Reason.BUILD_LIMIT, 2),
        ("RUN yes", {"log": 1 << 20}, Reason.BUILD_LIMIT, 2),
    ])  # fmt: skip
    def test_what_fails_and_what_takes_too_much_are_told_apart_and_nothing_is_left(
        self, engine: DockerEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        text: str, limits: dict[str, float], reason: Reason, line: int,
    ) -> None:  # fmt: skip
        before = everything(engine)
        monkeypatch.setattr(building, "LIMITS", Limits(**({"seconds": 60.0, "disk": 1 << 30} | limits)))  # type: ignore[arg-type]
        finding = refused(engine, tmp_path, text)
        assert (finding.reason, finding.where.line) == (reason, line), finding
        images, containers = everything(engine)
        assert (images - before[0], containers - before[1]) == (set(), set())  # what others had may be gone meanwhile

    def test_wheels_lie_in_the_context_by_their_hash(
        self, engine: DockerEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shelf, folder = tmp_path / "shelf", tmp_path / "own"
        (shelf / "x").mkdir(parents=True)
        (folder / "wheels").mkdir(parents=True)
        (folder / "wheels/evil.whl").write_bytes(b"not in the lock")
        with served(shelf) as address:
            monkeypatch.setenv("UV_DEFAULT_INDEX", address)
            (folder / "own.lock").write_text(source(shelf, "pharoswheel"), encoding="utf-8")
            (folder / "Dockerfile").write_text("FROM astro-1\nCOPY wheels /opt/w\nUSER 20001\n", encoding="utf-8")
            wanted = Environment(dockerfile="Dockerfile", requirements="own.lock")
            root = root_for(engine, wanted, folder, lambda _line: None)
        assert look(engine, root, "ls /opt/w") == "pharoswheel-1.0.tar.gz\n"
