"""Every limit of the option table, reached on every real engine: the reason, the limit against the peak."""

import os
import threading
import time
from dataclasses import replace

import pytest

from adp.finding import Reason
from adp.sandbox import cgroup
from adp.sandbox.engine import Hit
from tests.adp.sandbox.bench import DISK, FILES, SMALL, Bench

FORKS = """
import os, sys, time
made = 0
while made < 200:
    if os.fork() == 0:
        time.sleep(30)
    made += 1
    print(made, flush=True)
"""
DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 3)
        while True:
            time.sleep(0.02)
            open("/out/alive", "a").write(".")
    os._exit(0)
while not os.path.exists("/out/alive"):
    time.sleep(0.01)
"""
CHILD_EATS = """
import os
if os.fork() == 0:
    held = bytearray(b"x" * (800 << 20))
    os._exit(0)
os.wait()
"""


class TestLimits:
    @pytest.mark.parametrize("code", [
        "import time; time.sleep(60)",
        "from signal import *; signal(SIGTERM, SIG_IGN); signal(SIGINT, SIG_IGN); import time; time.sleep(60)",
        "import os, time; os.closerange(0, 3); time.sleep(60)",
        "import os, time\nif os.fork() == 0:\n    os.setsid()\ntime.sleep(60)",
        "while True: pass",
    ])  # fmt: skip
    def test_time(self, bench: Bench, code: str) -> None:
        outcome = bench.python(code, limits=replace(SMALL, seconds=0.6))
        assert outcome.reason is Reason.TIME_LIMIT
        assert outcome.hit == Hit("seconds", 0.6, pytest.approx(outcome.seconds, abs=0.01))
        assert 0.5 < outcome.seconds < 3

    def test_processor_time_of_one_process(self, bench: Bench) -> None:
        code = (
            "import os, resource as r, signal; print(r.getrlimit(r.RLIMIT_CPU)); os.kill(os.getpid(), signal.SIGXCPU)"
        )
        outcome = bench.python(code, limits=replace(SMALL, seconds=9.5))
        assert outcome.stdout == "(19, 19)\n"  # for two processors
        assert outcome.hit is not None
        assert (outcome.reason, outcome.hit.name, outcome.hit.limit) == (Reason.TIME_LIMIT, "cpu_seconds", 19.0)

    def test_memory(self, bench: Bench) -> None:
        assert bench.python("held = bytearray(b'x' * (800 << 20))").reason is Reason.MEMORY_LIMIT

    def test_memory_of_a_child_whose_parent_ends_well(self, bench: Bench) -> None:
        stays = "import time; time.sleep(0.5)\n" if bench.engine.name == "podman" else ""  # its group goes with the job
        assert bench.python(CHILD_EATS + stays).reason is Reason.MEMORY_LIMIT

    def test_processes(self, bench: Bench) -> None:
        outcome = bench.python(FORKS)
        assert outcome.reason is Reason.PROCESS_LIMIT
        assert len(outcome.stdout.split()) == SMALL.processes - 1
        assert outcome.hit == Hit("processes", SMALL.processes, SMALL.processes)

    @pytest.mark.parametrize("size", [DISK + (8 << 20), 3 * DISK])
    def test_disk(self, bench: Bench, size: int) -> None:
        code = "import sys\nfor n in range(int(sys.argv[1]) >> 20): open(f'/out/{n}', 'wb').write(bytes(1 << 20))"
        assert bench.python(code, str(size)).reason is Reason.DISK_LIMIT

    def test_one_large_file(self, bench: Bench) -> None:
        outcome = bench.python("open('/out/x', 'wb').truncate(1 << 40)")
        assert outcome.reason is Reason.DISK_LIMIT
        assert outcome.hit == Hit("file_size", DISK, DISK)

    @pytest.mark.parametrize("place", ["/out", "/tmp"])
    def test_files(self, bench: Bench, place: str) -> None:
        code = "import sys, time\nfor n in range(900): open(f'{sys.argv[1]}/{n}', 'w')\ntime.sleep(20)"
        outcome = bench.python(code, place)
        assert outcome.reason is Reason.DISK_LIMIT
        assert outcome.hit is not None
        assert (outcome.hit.name, outcome.hit.limit) == ("files", FILES)
        assert outcome.hit.peak >= FILES

    def test_log(self, bench: Bench) -> None:
        begun = time.monotonic()
        outcome = bench.python("while True: print('x' * 1000)")
        assert outcome.reason is Reason.LOG_LIMIT
        assert len(outcome.log) < SMALL.log + 1000
        assert "stopped: more than" in outcome.log
        assert time.monotonic() - begun < 5

    def test_nothing_lives_on_after_the_first_process(self, bench: Bench) -> None:
        assert bench.python(DAEMON).reason is None
        size = (bench.out / "alive").stat().st_size
        assert not threading.Event().wait(0.2)
        assert (bench.out / "alive").stat().st_size == size

    def test_no_control_group_is_left(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        name = f"test-{os.getpid()}"
        monkeypatch.setattr(cgroup.secrets, "token_hex", lambda _: name)
        assert bench.run("true").reason is None
        assert [str(p) for p in cgroup.ROOT.glob(f"**/pharos-{name}")] == []

    def test_two_jobs_at_once_do_not_see_each_other(self, bench: Bench) -> None:
        found: list[str] = []
        count = "import os, time; time.sleep(0.3); print(len([p for p in os.listdir('/proc') if p.isdigit()]))"
        other = threading.Thread(target=lambda: found.append(bench.python(count).stdout))
        other.start()
        found.append(bench.python(count).stdout)
        other.join()
        assert [int(n) <= 3 for n in found] == [True, True]
