"""The process of a job: it dies with its node, and its words survive stray prints."""

import json
import os
import signal
import subprocess
import sys

from runners.node.tape import BATCH, HELD, LINE, Tape
from runners.node.telling import hear
from tests.runners.node.registry import ORDER


def started(folder, check):
    told = {"source": ORDER["source"], "folder": str(folder), "engine": "auto", "purpose": "check", "policy": ""}
    process = subprocess.Popen(
        [sys.executable, "-m", "runners.node.job"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    process.stdin.write(json.dumps(told | {"check": f"tests.runners.node.checks:{check}"}) + "\n")
    process.stdin.flush()
    return process


def test_a_job_dies_with_its_node(tmp_path):
    with started(tmp_path, "ignores_every_wish") as job:
        while '"log"' not in job.stdout.readline():
            pass
        job.stdin.close()
        assert job.wait(20) == -signal.SIGKILL


def test_a_job_ends_quietly_when_its_work_is_done(tmp_path):
    with started(tmp_path, "passes") as job:
        last = hear(job.stdout, Tape())
        assert job.wait(20) == 0
    assert last["artefacts"] == [["log.txt", "log", "log.txt"], ["shifted.csv", "product", "shifted.csv"]]
    assert "unit is fine" in (tmp_path / "log.txt").read_text()


def test_a_job_asked_to_end_unwinds(tmp_path):
    with started(tmp_path, "never_ends") as job:
        while '"log"' not in job.stdout.readline():
            pass
        os.killpg(job.pid, signal.SIGTERM)
        assert job.wait(20) == 1


def test_a_tape_gives_the_same_batch_until_it_was_taken():
    tape = Tape()
    tape.say("one")
    first = tape.batch()
    tape.say("two")
    assert tape.batch() == first == (0, "one\n")
    tape.sent(1)
    assert tape.batch() == (1, "two\n")


def test_a_tape_gives_up_old_lines_and_says_so():
    tape = Tape()
    for _ in range(HELD // LINE + 10):
        tape.say("x" * (2 * LINE))
    n, text = tape.batch()
    assert n == 0
    assert "lines left out" in text
    assert len(text) < BATCH + 2 * LINE
