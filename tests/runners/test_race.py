"""Several nodes ask at once: every run is won once, finished once, and nobody runs into a locked book."""

import json
import os
import subprocess
import sys

import pytest

from tests.runners.racing import RUNS, race

FAIR = {"claims": RUNS, "runs": RUNS, "doubled": [], "finished": RUNS, "errors": []}


def test_a_race_on_a_sqlite_file_has_one_winner_per_run(tmp_path):
    env = {
        "PATH": os.environ["PATH"],
        "PHAROS_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.runners.racing"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == FAIR


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_race_on_postgresql_has_one_winner_per_run():
    assert race() == FAIR
