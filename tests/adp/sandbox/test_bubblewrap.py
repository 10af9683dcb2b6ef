"""What only bubblewrap does: without a control group, without the right to mount, behind a private folder."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adp.environment import place
from adp.environment.tree import Root
from adp.errors import PlatformError, UsageError
from adp.finding import Reason
from adp.sandbox import bubblewrap, cgroup, choose
from adp.sandbox.bubblewrap import Bubblewrap
from adp.sandbox.engine import Engine, Job
from tests.adp.sandbox.bench import DISK, SMALL, Bench

pytestmark = pytest.mark.sandbox


@pytest.fixture
def engine() -> Engine:
    return Bubblewrap()


@pytest.fixture
def plain(engine: Engine, root: Root, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A machine that lets us make no control group and mount nothing."""
    monkeypatch.setattr(cgroup, "new", lambda: None)
    with place.new_job_folder() as folder:
        for name in ("source", "out"):
            (folder / name).mkdir(mode=0o755)
        yield Bench(engine, root, folder / "source", folder / "out")


def test_without_a_group_memory_is_limited_per_process(plain: Bench) -> None:
    assert plain.python("held = bytearray(800 << 20)").reason is Reason.MEMORY_LIMIT


def test_without_a_group_the_sum_is_watched(plain: Bench) -> None:
    code = "import os, time\nos.fork(), os.fork()\nheld = bytearray(b'x' * (90 << 20)); time.sleep(5)"
    outcome = plain.python(code)
    assert outcome.reason is Reason.MEMORY_LIMIT
    assert outcome.seconds < 4


def test_without_a_group_processes_are_limited_and_all_is_counted(plain: Bench) -> None:
    outcome = plain.python("import os, time\nwhile True:\n    if os.fork() == 0: time.sleep(30)")
    assert outcome.reason is Reason.PROCESS_LIMIT
    assert outcome.cpu_seconds > 0
    assert outcome.peak_memory_bytes > 0


def test_a_plain_output_folder_is_watched(plain: Bench) -> None:
    code = "import time\nfor n in range(100): open(f'/out/{n}', 'wb').write(bytes(1 << 20))\ntime.sleep(9)"
    outcome = plain.python(code)
    assert outcome.reason is Reason.DISK_LIMIT
    assert outcome.seconds < 4


def test_a_folder_others_cannot_pass_through_can_be_shown_all_the_same(bench: Bench, tmp_path: Path) -> None:
    private = tmp_path / "private"
    (private / "source").mkdir(parents=True)
    (private / "source").chmod(0o755)
    (private / "source" / "here").write_text("seen\n", encoding="utf-8")
    private.chmod(0o700)
    outcome = replace(bench, source=private / "source").run("cat", "/source/here")
    assert outcome.stdout == "seen\n"


def test_a_container_image_could_not_be_checked(engine: Engine) -> None:
    with pytest.raises(PlatformError, match="container image"):
        engine.run(Root("x", "0" * 64, image="sha256:0"), Job("x", ("true",)))


def test_a_sandbox_that_cannot_start_is_our_fault(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "binary", lambda: "/bin/false")
    with pytest.raises(PlatformError, match="could not start"):
        bench.run("true")


def test_a_working_directory_that_is_not_there_is_our_fault(bench: Bench) -> None:
    with pytest.raises(PlatformError, match="could not start"):
        bench.engine.run(bench.root, Job("x", ("true",), cwd="/nowhere"))


def test_no_descriptor_of_a_job_is_left(bench: Bench) -> None:
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    bench.python("pass", limits=replace(SMALL, disk=DISK))
    assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors


def test_no_engine_is_said_with_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda *_, **__: None)
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
    with pytest.raises(PlatformError, match="no sandbox works here") as caught:
        choose.choose("auto")
    assert "apt-get install bubblewrap" in caught.value.hint


def test_an_engine_nobody_knows_is_bad_usage() -> None:
    with pytest.raises(UsageError):
        choose.choose("chroot")
