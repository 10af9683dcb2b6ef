"""A job starts anew for every run: what takes long to import waits until it is needed."""

import subprocess
import sys

HEAVY = {"jsonschema", "cyclonedx", "license_expression", "astropy", "numba", "matplotlib"}


def test_a_job_and_the_fetcher_begin_without_heavy_libraries():
    told = "import sys, runners.node.checking, adp.source.inspect; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()
