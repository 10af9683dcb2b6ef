"""The harness on tiny sizes: every duel is fought and says what it says it measures. No time is ever asserted."""

import json
import sys
from contextlib import contextmanager
from dataclasses import replace

import pytest
from rich.console import Console

from adp.errors import PlatformError
from tests.bench import __main__ as bench
from tests.bench import catalogue, check, compare, fetch, goal_data, goals, sandbox, starting, turns
from tests.bench import lines as lines_of
from tests.bench.harness import Duel, Effort, Sample, Side, Subject, WrongAnswerError, burst, fight, measure
from tests.bench.page import show
from tests.bench.process import environment, told, whole

TINY = Effort(rounds=1, cube=1 << 16, rows=100, products=3)
PYTHON = sys.executable
MACHINE = {"cpus": 2, "load": [0.5, 1.0]}


def fought(prepare):
    with prepare(TINY) as duels:
        scores = [fight(replace(duel, warm=False), TINY) for duel in duels]
    documents = [json.loads(json.dumps(s.to_dict(), allow_nan=False)) for s in scores]
    assert documents
    assert all(d["ratio"] > 0 and d["best_ratio"] > 0 and d["rounds"] == TINY.rounds for d in documents)
    return documents


def side(label, log, *, seconds=1.0):
    def run():
        log.append(label)
        return Sample(seconds)

    return Side(label, run)


def test_adp_compare_is_held_against_fitsdiff():
    *pairs, cold = fought(compare.prepare)
    assert [d["peer"]["label"] for d in pairs] == ["FITSDiff"] * 3
    assert all(d["memory_ratio"] > 0 and d["cpu_ratio"] > 0 for d in (*pairs, cold))


def test_a_fetch_is_held_against_a_clone():
    assert [d["peer"]["label"] for d in fought(fetch.prepare)] == ["git clone --depth 1"]


@pytest.mark.sandbox
def test_a_sandbox_is_held_against_a_bare_process(monkeypatch):
    monkeypatch.delenv("PHAROS_TEST_DOCKER_HOST", raising=False)
    assert [d["name"] for d in fought(sandbox.prepare)] == ["start bubblewrap"]


@pytest.mark.sandbox
@pytest.mark.docker
def test_every_engine_is_held_against_a_bare_process():
    assert [d["name"] for d in fought(sandbox.prepare)] == ["start bubblewrap", "start docker"]


@pytest.mark.sandbox
def test_a_check_is_held_against_its_commands_alone():
    [document] = fought(check.prepare)
    assert document["memory_ratio"] > 0


def test_the_site_is_held_against_an_empty_view(db):
    assert {d["peer"]["label"] for d in fought(catalogue.duels)} == {"an empty view"}


def test_sides_take_turns_and_who_begins_changes():
    log = []
    fight(Duel("turns", side("a", log), side("b", log)), Effort(rounds=3))
    assert "".join(log) == "ab" + "ab" + "ba" + "ab"


def test_a_slow_duel_ends_early_but_not_before_two_rounds():
    log, ticks = [], iter(range(0, 10_000, 10))
    score = fight(Duel("slow", side("a", log), side("b", log)), Effort(rounds=9, seconds=15), lambda: next(ticks))
    assert len(score.ours.samples) == 2


def test_ratios_are_ours_over_theirs():
    score = fight(Duel("half", side("a", [], seconds=1), side("b", [], seconds=2)), TINY)
    assert (score.ratio, score.best_ratio, score.cpu_ratio, score.memory_ratio) == (0.5, 0.5, None, None)


def test_a_burst_runs_at_least_once_and_at_most_so_often():
    log = []
    burst(lambda: log.append(1), seconds=0, most=5)
    burst(lambda: log.append(1), seconds=60, most=5)
    assert len(log) == 1 + 5


def test_memory_is_that_of_the_process_alone():
    """Not of this one, which is larger: that is what the launcher is for."""
    little = whole([PYTHON, "-S", "-c", "pass"], environment())
    large = whole([PYTHON, "-S", "-c", "b'x' * (64 << 20)"], environment())
    assert 0 < little.peak < 32 << 20
    assert large.peak - little.peak > 60 << 20


@pytest.mark.parametrize("argv", [["false"], ["/nowhere/at/all"]])
def test_work_that_failed_is_not_measured(argv):
    with pytest.raises(WrongAnswerError):
        whole(argv, environment())


def test_a_comparison_that_differs_is_not_measured(tmp_path):
    argv = [PYTHON, "-m", "tests.bench.comparing", "adp", __file__, str(tmp_path / "missing.fits"), "0"]
    with pytest.raises(WrongAnswerError):
        told(argv, environment())


@contextmanager
def nowhere(effort):
    raise PlatformError("there is no engine here")
    yield ()


def test_what_a_machine_lacks_is_left_out_and_said(capsys):
    left = measure(Subject("sandbox", "", nowhere), TINY, lambda _: None)
    assert left.to_dict()["left_out"] == "there is no engine here"
    show([left], MACHINE, Console(highlight=False))
    assert "sandbox was left out: there is no engine here" in capsys.readouterr().out


def test_the_command_prints_one_document(capsys):
    assert bench.main(["fetch", "--rounds", "1", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "pharos-bench/1"
    assert [s["name"] for s in document["subjects"]] == ["fetch"]


def test_the_command_prints_a_table(capsys):
    assert bench.main(["fetch", "--rounds", "1"]) == 0
    assert "git clone --depth 1" in capsys.readouterr().out


@pytest.mark.parametrize("argv", [["speed"], ["--size", "0"], ["--rounds", "x"]])
def test_a_wrong_call_is_refused(argv, capsys):
    with pytest.raises(SystemExit) as refused:
        bench.main(argv)
    assert refused.value.code == 2


def test_every_goal_is_measured_on_small_files(tmp_path, capsys):
    """Whether it holds is for the full size to say."""
    sizes = goal_data.Sizes(1 << 20, 1000, 1 << 20, 2, 500)
    lines = [line for name in ("cube", "table", "sky") for line in goals.GOALS[name](tmp_path, sizes)]
    for line in lines:
        lines_of.show(line)

    assert len(lines) == 12
    assert all(line.found > 0 for line in lines)
    assert "FITSDiff" in capsys.readouterr().out


@pytest.mark.sandbox
def test_a_sandbox_is_held_against_a_bare_one():
    """The bare one really starts: its command ends well, or there is no line."""
    (line,) = starting.start(1)
    assert line.found > 0
    assert "bare bwrap" in line.note


def test_two_sides_meet_turn_by_turn():
    log = []
    sides = (("ours", lambda: log.append("ours")), ("peer", lambda: log.append("peer")))
    ours, peer = turns.by_turns(2, *sides, ready=lambda: log.append("ready"))
    assert log == ["ready", "ours", "ready", "peer"] * 3
    assert [len(ours.seconds), len(peer.seconds)] == [2, 2]
    assert "ours" in str(ours)
