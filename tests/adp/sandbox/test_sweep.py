"""After a kill -9 in the middle of a command nothing of it is left on the machine: no process, group, mount, folder."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adp.environment import place
from adp.environment.tree import Root
from adp.errors import PlatformError
from adp.sandbox.engine import Engine
from adp.sandbox.fake import FakeEngine
from adp.sandbox.sweep import job_folder, sweep

WORKS = """
import sys
from pathlib import Path
from adp.environment.place import new_job_folder
from adp.environment.tree import Root
from adp.sandbox import sockets
from adp.sandbox.bubblewrap import Bubblewrap
from adp.sandbox.engine import Job, Limits, Mount
from adp.sandbox.out import output_folder

engine = Bubblewrap() if sys.argv[1] == "bubblewrap" else sockets.connect(sys.argv[2])
with new_job_folder() as folder, output_folder(folder / "out", 1 << 20) as out:
    mounts = (Mount(out, "/out", writable=True),)
    said = lambda line: print(line, folder.name, flush=True)
    root = Root(name=sys.argv[3], digest=sys.argv[4], tree=Path(sys.argv[5]))
    job = Job("sleeps", ("/bin/sh", "-c", "echo up; sleep 3333"), mounts, limits=Limits(memory=64 << 20))
    engine.run(root, job, said)
"""


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHAROS_TREES", str(place.shared()))
    monkeypatch.setenv("PHAROS_VAR", str(tmp_path / "var"))


class Deaf(FakeEngine):
    def clear(self, owner: str) -> None:
        raise PlatformError("the container engine does not answer")


def test_what_an_engine_that_does_not_answer_holds_is_cleared_away_later() -> None:
    with place.new_job_folder() as alive:
        dead = alive.with_name("dead")
    (place.var() / "locks" / "job-dead").write_bytes(b"")
    dead.mkdir()
    with pytest.raises(PlatformError):
        sweep(Deaf())
    assert dead.is_dir()
    assert sweep(FakeEngine()) == ["dead"]
    assert not dead.exists()


def test_a_job_whose_engine_died_under_it_keeps_its_mark_for_the_next_sweep() -> None:
    with job_folder(Deaf()) as folder:
        pass
    assert folder.is_dir()
    assert sweep(FakeEngine()) == [folder.name]
    assert not folder.exists()


@contextmanager
def a_job(engine: Engine, root: Root) -> Iterator[tuple[subprocess.Popen[str], str]]:
    told = [engine.name, os.environ.get("PHAROS_TEST_DOCKER_HOST", ""), root.name, root.digest, str(root.tree)]
    with subprocess.Popen([sys.executable, "-c", WORKS, *told], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert select.select([process.stdout], [], [], 60)[0]
            said, name = process.stdout.readline().split()
            assert said == "up"
            yield process, name
        finally:
            process.kill()


def left(name: str) -> list[str]:
    """Everything on this machine that carries the name."""
    folders = (Path(at, made) for at, inner, _ in os.walk("/sys/fs/cgroup") for made in inner)  # they come and go
    groups = [str(p) for p in folders if p.name.startswith(f"pharos-{name}-")]
    mounts = [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if name in line]
    files = [str(p) for p in [*place.var().rglob(f"*{name}*"), *Path("/tmp").glob(f"pharos-stage-{name}-*")]]
    return [*groups, *mounts, *files]


def test_a_killed_check_leaves_nothing_behind_once_the_next_has_swept(engine: Engine, root: Root) -> None:
    with a_job(engine, root) as (alive, other), a_job(engine, root) as (process, name):
        assert left(name)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert sweep(engine) == [name]
        assert left(name) == []
        assert left(other)
        assert alive.poll() is None
    assert sweep(engine) == [other]
    assert left(other) == []
