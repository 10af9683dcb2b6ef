"""A node killed (-9) at each named point of an attempt: the run ends exactly once, and nothing of it is left."""

import os
import signal
import subprocess
import sys

import pytest

from adp.environment import place
from adp.sandbox.fake import FakeEngine
from adp.sandbox.sweep import sweep
from registry.ledger.models import Event
from registry.models import Validation
from runners.actions.reap import reap
from runners.invariants import RUNS
from runners.lifecycle import ENDS, HELD, State
from runners.models import Run
from tests.factories.runners import a_node, a_run, let_the_lease_run_out, let_the_pause_pass

POINTS = [
    # where the node dies            what the book knows then
    ("after the claim",              State.LEASED),
    ("fetch",                        None),
    ("build",                        None),
    ("unit",                         None),
    ("steps",                        None),
    ("collect",                      None),
    ("data",                         None),
    ("while a file goes up",         None),
    ("before the finish",            State.COMPARING),
    ("after the finish",             State.FINISHED),
]  # fmt: skip


@pytest.fixture
def own_place(tmp_path, monkeypatch):
    monkeypatch.setenv("PHAROS_VAR", str(tmp_path / "var"))


def the_node_dies(site, key, point):
    line = [sys.executable, "-m", "tests.runners.node.crashing", site, key, point]
    done = subprocess.run(line, check=False, env=os.environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr


def what_is_left():
    return [p.name for folder in ("locks", "jobs") for p in (place.var() / folder).glob("*")]


@pytest.mark.parametrize(("point", "known"), POINTS)
def test_a_run_ends_once_wherever_its_node_dies(site, a_node_at, own_place, point, known):
    run = a_run()
    _, key = a_node()
    the_node_dies(site, key, point)
    run.refresh_from_db()
    assert run.state == known if known else run.state in HELD
    assert Event.objects.filter(subject_id=run.pk, kind__in=ENDS).exists() == (known == State.FINISHED)
    let_the_lease_run_out(run)
    assert reap() == (known != State.FINISHED)
    let_the_pause_pass(run)
    a_node_at(site, key=key).serve(once=True)
    run.refresh_from_db()
    assert (run.state, run.verdict, run.attempt) == (State.FINISHED, "passed", 1 if known == State.FINISHED else 2)
    assert Event.objects.filter(subject_id=run.pk, kind__in=ENDS).count() == 1
    assert Validation.objects.filter(version=run.version).count() == 1
    assert not [said for must in RUNS for said in must()]
    assert bool(what_is_left()) == (point != "after the claim")  # there is no folder before the order is read
    sweep(FakeEngine())
    assert what_is_left() == []


def test_a_node_that_comes_back_to_a_run_it_lost_changes_nothing(site, a_node_at, own_place):
    """Partitioned, not dead: its lease ran out, another node has the run, then it is there again with its report."""
    run = a_run()
    _, key = a_node()
    slow = a_node_at(site, key=key)
    slow.folder = place.new_job_folder
    order = slow.claim(wait=0.0)
    let_the_lease_run_out(run)
    reap()
    let_the_pause_pass(run)
    a_node_at(site, key=key).serve(once=True)
    slow.work(order)
    assert Run.objects.get().attempt == 2
    assert Event.objects.filter(subject_id=run.pk, kind__in=ENDS).count() == 1
    assert Validation.objects.count() == 1
