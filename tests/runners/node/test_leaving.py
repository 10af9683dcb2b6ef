"""How a node goes: the first wish lets it clean up, the second or too much time does not."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from adp.errors import PlatformError
from adp.sandbox.fake import FakeEngine
from runners.node.broom import Broom
from runners.node.leaving import TOO_SLOW

STUBBORN = """
import sys, threading, time
from runners.node.leaving import leave_on_signals
stop = threading.Event()
leave_on_signals(stop, float(sys.argv[1]))
print("ready", flush=True)
while not stop.wait(0.05): pass
print("asked", flush=True)
time.sleep(60 if sys.argv[2] == "stays" else 0)
"""


@contextmanager
def a_process(bound: float, manner: str) -> Iterator["subprocess.Popen[str]"]:
    line = [sys.executable, "-c", STUBBORN, str(bound), manner]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "asked\n"
        yield process


def test_the_first_wish_lets_it_clean_up():
    with a_process(60, "goes") as process:
        assert process.wait(20) == 0


def test_the_second_wish_is_not_argued_with():
    with a_process(60, "stays") as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == -signal.SIGTERM


def test_what_takes_too_long_goes_as_it_is():
    with a_process(0.1, "stays") as process:
        assert process.wait(20) == TOO_SLOW


class Deaf(FakeEngine):
    asked = 0

    def clear(self, owner):
        self.asked += 1
        raise PlatformError("the container engine does not answer")


def test_a_node_whose_engine_is_deaf_starts_all_the_same_and_asks_again(tmp_path, monkeypatch):
    monkeypatch.setenv("PHAROS_VAR", str(tmp_path))
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / "job-dead").write_bytes(b"")
    broom = Broom(engine := Deaf(), every=0.01)
    broom.start()
    assert engine.asked == 1
    broom.engine = FakeEngine()
    while (tmp_path / "locks" / "job-dead").exists():
        os.sched_yield()
    broom.stop()
