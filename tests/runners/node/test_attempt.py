"""One attempt from the node's side: results go in once, our faults are admitted, a lost lease ends the job."""

import hashlib
import json
import os
import re

import pytest

from adp.report import STAGES
from runners.lifecycle import PHASES
from tests.runners.node.checks import PRODUCT


def the_words(registry):
    return "".join(body["text"] for body in registry.told("log"))


def pid_of_the_job(registry):
    return int(re.search(r"pid (\d+)", the_words(registry))[1])


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_results_are_handed_in_and_the_run_is_finished(registry, a_node_at):
    a_node_at(registry.url).serve(once=True)
    assert registry.told("artefacts")[1] == PRODUCT
    (finish,) = registry.told("finish")
    assert finish["report"]["verdict"] == "passed"
    assert [name for name, _, _ in registry.calls if name in {"artefacts", "finish"}][-1] == "finish"


def test_every_call_carries_key_and_token(registry, a_node_at):
    a_node_at(registry.url).serve(once=True)
    assert {h["authorization"] for _, _, h in registry.calls} == {"Node phn_deadbeef_key"}
    assert {h["x-run-token"] for name, _, h in registry.calls if name != "claim"} == {"the-token"}
    (digest,) = (h["x-content-sha256"] for name, body, h in registry.calls if body == PRODUCT)
    assert digest == hashlib.sha256(PRODUCT).hexdigest()


def test_the_log_arrives_whole_in_order_and_before_the_end(registry, a_node_at):
    a_node_at(registry.url, "prints").serve(once=True)
    lines = re.findall(r"line (\d+) ", the_words(registry))
    assert lines == [str(n) for n in range(3000)]
    assert re.match(r"\d\d:\d\d:\d\d\.\d{3}  unit       line 0 x", the_words(registry))
    assert [b["n"] for b in registry.told("log")] == list(range(len(registry.told("log"))))
    assert registry.calls[-1][0] == "finish"


def test_stages_are_told_as_they_go(registry, a_node_at):
    a_node_at(registry.url).serve(once=True)
    last = registry.told("heartbeat")[-1]
    assert last["stage"] == "report"
    assert [s["name"] for s in last["progress"]["stages"]] == list(STAGES)


FAULTS = {
    "is_our_fault": "the disk is full make room",
    "has_a_bug": "ZeroDivisionError in the node's program: division by zero",
    "dies": "the job ended without a word",
}


@pytest.mark.parametrize("check", FAULTS)
def test_what_we_could_not_check_is_given_back(registry, a_node_at, check):
    a_node_at(registry.url, check).serve(once=True)
    assert registry.told("finish") == [{"infra": FAULTS[check]}]
    assert not registry.told("artefacts")


def test_a_job_knows_no_key_and_no_token(registry, a_node_at, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "of the site")
    monkeypatch.setenv("PHAROS_NODE_KEY", "phn_deadbeef_key")
    a_node_at(registry.url, "shows_its_environment").serve(once=True)
    said = the_words(registry)
    assert "PATH" in said
    for secret in ("phn_", "the-token", "SECRET_KEY"):
        assert secret not in said


@pytest.mark.parametrize("door", ["heartbeat", "log"])
def test_who_lost_the_lease_stops_the_job_and_hands_nothing_in(registry, a_node_at, in_background, door):
    usual = registry.answers[door]
    registry.answers[door] = lambda n: (409, {}) if registry.told("log") else usual(n)
    thread = in_background(a_node_at(registry.url, "never_ends"))
    thread.join(20)
    assert is_gone(pid_of_the_job(registry))
    assert not registry.told("finish")


def test_a_cancelled_job_is_stopped_before_the_node_says_that_it_has(registry, a_node_at, in_background):
    gone = []
    registry.answers["heartbeat"] = lambda _n: (200, {"cancel": bool(registry.told("log"))})
    registry.answers["finish"] = lambda _n: (gone.append(is_gone(pid_of_the_job(registry))), (204, {}))[1]
    thread = in_background(a_node_at(registry.url, "never_ends"))
    thread.join(20)
    assert registry.told("finish") == [{"infra": "stopped because it was cancelled"}]
    assert gone == [True]


def test_phases_are_told_in_their_order(registry, a_node_at):
    a_node_at(registry.url).serve(once=True)
    told = [PHASES.index(body["phase"]) for body in registry.told("heartbeat")]
    assert told == sorted(told)
    assert PHASES[told[-1]] == "comparing"


@pytest.mark.parametrize("door", ["artefacts", "finish"])
def test_who_lost_the_lease_at_the_end_goes_on_with_other_work(registry, a_node_at, door):
    registry.answers[door] = lambda _n: (409, {})
    node = a_node_at(registry.url)
    node.serve(once=True)
    assert len(registry.told(door)) == 1
    assert not node.stop.is_set()


def test_a_node_asked_to_stop_hands_its_run_back(registry, a_node_at, in_background):
    node = a_node_at(registry.url, "never_ends")
    thread = in_background(node)
    assert registry.when("log").wait(20)
    node.stop.set()
    thread.join(20)
    assert registry.told("finish") == [{"infra": "the node was asked to stop", "handed_back": True}]
    assert is_gone(pid_of_the_job(registry))


def test_a_job_that_ignores_every_wish_is_killed(registry, a_node_at, in_background):
    node = a_node_at(registry.url, "ignores_every_wish", grace=0.2)
    thread = in_background(node)
    assert registry.when("log").wait(20)
    node.stop.set()
    thread.join(20)
    assert is_gone(pid_of_the_job(registry))


@pytest.mark.parametrize("door", ["claim", "heartbeat", "log", "artefacts", "finish"])
def test_a_registry_that_is_away_for_a_while_loses_nothing(registry, a_node_at, door):
    usual = registry.answers[door]
    registry.answers[door] = lambda n: (503, {}) if n < 2 else usual(n - 2)
    a_node_at(registry.url).serve(once=True)
    if door == "claim":  # `once` asks until it is answered
        assert len(registry.told("claim")) == 3
    (finish,) = registry.told("finish") if door != "finish" else registry.told("finish")[-1:]
    assert finish["report"]["verdict"] == "passed"


def test_patience_with_a_silent_registry_ends(registry, a_node_at):
    registry.answers["finish"] = lambda _n: (503, {})
    a_node_at(registry.url, patience=0.05).serve(once=True)
    assert 1 < len(registry.told("finish")) < 10


@pytest.mark.parametrize("door", ["artefacts", "finish"])
def test_results_that_are_refused_are_our_fault(registry, a_node_at, door):
    refused = (422, {"detail": "the report is about another commit"})
    registry.answers[door] = lambda n: refused if n == 0 else (204, {})
    a_node_at(registry.url).serve(once=True)
    assert "another commit" in registry.told("finish")[-1]["infra"]


def test_a_picture_that_is_refused_is_a_picture_less(registry, a_node_at):
    refused = (422, {"detail": "not a PNG picture"})
    registry.answers["artefacts"] = lambda n: refused if n == 1 else (201, {})
    a_node_at(registry.url, check="draws").serve(once=True)
    assert registry.told("artefacts")[-1] == PRODUCT
    assert registry.told("finish")[-1]["report"]["verdict"] == "passed"


def test_a_key_that_is_refused_in_the_middle_stops_the_job(registry, a_node_at, in_background):
    registry.answers["heartbeat"] = lambda _n: (401, {}) if registry.told("log") else (200, {})
    thread = in_background(a_node_at(registry.url, "never_ends"))
    thread.join(20)
    assert is_gone(pid_of_the_job(registry))
    assert not registry.told("finish")


def test_nonsense_from_the_registry_is_no_order(registry, a_node_at):
    registry.answers["claim"] = lambda n: (200, {"run": 1}) if n == 0 else (204, {})
    a_node_at(registry.url).serve(once=True)
    assert not registry.told("finish")


def test_a_redirect_does_not_get_the_key(registry, a_node_at):
    registry.answers["claim"] = lambda n: (302, {}) if n == 0 else (204, {})
    a_node_at(registry.url).serve(once=True)
    assert len(registry.told("claim")) == 2


def test_the_report_is_sent_as_it_was_written(registry, a_node_at, tmp_path):
    a_node_at(registry.url).serve(once=True)
    assert registry.told("finish")[0]["report"] == json.loads((tmp_path / "job" / "report.json").read_text())
