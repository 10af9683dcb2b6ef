"""Jobs that share a container: nothing of one reaches the next but the output folder, and each is counted alone."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from adp.environment import place
from adp.environment.tree import Root
from adp.finding import Reason
from adp.sandbox.docker import DockerEngine
from adp.sandbox.images import image_for
from adp.sandbox.kept import Kept
from adp.sandbox.out import output_folder
from adp.sandbox.sockets import connect
from tests.adp.sandbox.bench import DISK, FILES, SMALL, Bench

MEMBERS = [pytest.param("docker", marks=pytest.mark.docker)]
LEAVES = """
import ctypes, os, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)
made = [libc.shmget(7, 4096, 0o1666), libc.semget(7, 1, 0o1666), libc.msgget(7, 0o1666)]
made.append(libc.mq_open(b"/q", 0o102, 0o666, None))
assert min(made) >= 0, (made, ctypes.get_errno())
os.makedirs("/tmp/" + "d/" * 400)
for place in ("/tmp/.x", "/dev/shm/x", "/out/kept"):
    open(place, "w").write("left")
if os.fork() == 0:
    os.setsid()
    os.closerange(0, 3)
    while True:
        if os.fork() == 0:
            os.setsid()
            time.sleep(60)
        time.sleep(0.01)
"""
LOOKS = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
print([libc.shmget(7, 0, 0), libc.semget(7, 0, 0), libc.msgget(7, 0), libc.mq_open(b"/q", 0)])
print(os.listdir("/tmp"), os.listdir("/dev/shm"), os.listdir("/out"))
print(sorted({os.stat(f"/proc/{p}").st_uid for p in os.listdir("/proc") if p.isdigit()}))
"""
HARMS = """
import ctypes, os, signal
refused = []
for number in (signal.SIGKILL, signal.SIGSTOP):
    try:
        os.kill(1, number)
    except PermissionError:
        refused.append(number)
try:
    open("/proc/1/mem", "r+b")
except PermissionError:
    refused.append("mem")
print(len(refused))
os.kill(-1, signal.SIGKILL)
"""


@pytest.fixture(scope="module", params=MEMBERS)
def whole(request: pytest.FixtureRequest) -> Iterator[DockerEngine]:
    found = connect(os.environ.get(f"PHAROS_TEST_{request.param.upper()}_HOST"), name=request.param)
    yield found
    found.client.close()


@pytest.fixture
def kept(whole: DockerEngine, root: Root) -> Iterator[Bench]:
    with ExitStack() as held:
        folder = held.enter_context(place.new_job_folder())
        out = held.enter_context(output_folder(folder / "out", DISK, FILES))
        engine = held.enter_context(whole.together(9))
        (folder / "source").mkdir(mode=0o755)
        yield Bench(engine, root, folder / "source", out)


def containers(bench: Bench) -> list[str]:
    assert isinstance(bench.engine, Kept)
    return [held.container.id or "" for held in bench.engine.held.values()]


def test_nothing_reaches_the_next_but_the_output(kept: Bench) -> None:
    assert kept.python(LEAVES).reason is None
    first = containers(kept)
    assert kept.python(LOOKS).stdout.splitlines() == ["[-1, -1, -1, -1]", "[] [] ['kept']", "[19998, 20001]"]
    assert containers(kept) == first


def test_a_job_cannot_harm_the_keeper(kept: Bench) -> None:
    outcome = kept.python(HARMS)
    assert (outcome.stdout, outcome.reason) == ("3\n", None)  # its last signal spares itself
    first = containers(kept)
    assert kept.python("print(1)").stdout == "1\n"
    assert containers(kept) == first


def test_each_is_counted_alone(kept: Bench) -> None:
    large = kept.python("held = bytearray(b'x' * (96 << 20)); sum(range(9_000_000))")
    small = kept.python("pass")
    assert large.peak_memory_bytes > 90 << 20 > 48 << 20 > small.peak_memory_bytes
    assert large.cpu_seconds > 2 * small.cpu_seconds


def test_a_limit_ends_one_job_and_the_next_has_its_own(kept: Bench) -> None:
    assert kept.python("held = bytearray(b'x' * (800 << 20))").reason is Reason.MEMORY_LIMIT
    assert kept.python("while True: pass", limits=replace(SMALL, seconds=0.5)).reason is Reason.TIME_LIMIT
    assert kept.python("print(1)").reason is None


def test_what_cannot_be_cleaned_is_thrown_away(kept: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.python("pass")
    first = containers(kept)
    with monkeypatch.context() as patch:
        patch.setattr(place, "empty", lambda _: (_ for _ in ()).throw(OSError("busy")))
        kept.python("open('/tmp/x', 'w')")
    assert containers(kept) == []
    assert kept.python("import os; print(os.listdir('/tmp'))").stdout == "[]\n"
    assert containers(kept) not in ([], first)


def test_a_container_that_died_is_not_cleaned_by_a_number_that_may_be_anybodys(
    kept: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job that forks fast goes once round all numbers in seconds: what cleaned by one would clean the host."""
    kept.python("pass")
    assert isinstance(kept.engine, Kept)
    (held,) = kept.engine.held.values()
    emptied: list[Path] = []
    with monkeypatch.context() as patch:
        patch.setattr(place, "empty", emptied.append)
        assert held.clean()
        assert {path.parts[:4] for path in emptied} == {("/", "proc", "self", "fd")}
        held.container.kill()
        held.container.wait()
        assert not replace(held, first=os.getpid()).clean()
    assert len(emptied) == 3
    kept.engine.held.clear()
    held.remove()
    assert kept.python("print(1)").stdout == "1\n"


def test_an_image_of_the_author_gets_a_container_for_each_job(kept: Bench, whole: DockerEngine) -> None:
    theirs = Root("theirs", "0" * 64, image=str(whole.client.images.get(image_for(whole.client, kept.root, print)).id))
    assert replace(kept, root=theirs).run("true").reason is None
    assert containers(kept) == []


def test_all_is_gone_afterwards(whole: DockerEngine, root: Root, tmp_path: Path) -> None:
    label = f"test-{tmp_path.name}"
    engine = replace(whole, labels={"pharos.test": label})
    with place.new_job_folder() as folder, output_folder(folder / "out", DISK) as out, engine.together(2) as held:
        bench = Bench(held, root, folder, out)
        assert bench.run("true").reason is None
        assert len(whole.client.containers.list(filters={"label": f"pharos.test={label}"})) == 1
    assert whole.client.containers.list(all=True, filters={"label": f"pharos.test={label}"}) == []
