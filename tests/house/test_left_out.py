"""The last line of a run says what this machine could not test, whoever collected it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("workers", [0, 2])
def test_the_last_line_counts_what_was_left_out(workers):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", str(workers), "tests/registry/test_machine.py"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "left out here: 1 postgres (set PHAROS_TEST_DATABASE_URL)"
