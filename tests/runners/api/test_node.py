"""The doors of the nodes: who may knock, what may be handed in, and what a stale token is told."""

import hashlib
import json
import uuid

import pytest
from django.test import Client

from runners.actions.claim import claim
from runners.actions.nodes import renew, retire
from runners.actions.reap import reap
from runners.lifecycle import State
from runners.models import Run, RunArtefact, RunLog
from tests.factories.people import PersonFactory
from tests.factories.runners import ABLE, a_claim, a_node, a_report, a_run, let_the_lease_run_out

SHA = hashlib.sha256(b"1 2 3\n").hexdigest()
ABOUT = {"wait": 0, **ABLE}
BEAT = {"stage": "unit", "progress": {"stages": [{"name": "fetch", "verdict": "passed", "seconds": 2.1}], "step": {}}}


def doors(run_id):
    return {
        "heartbeat": lambda h: h.post(f"runs/{run_id}/heartbeat/", BEAT),
        "log": lambda h: h.post(f"runs/{run_id}/log/", {"n": 0, "text": "hello\n"}),
        "artefact": lambda h: h.put(f"runs/{run_id}/artefacts/a.csv/", b"1 2 3\n", sha256=SHA),
        "finish": lambda h: h.post(f"runs/{run_id}/finish/", {"infra": "the disk is full"}),
        "hand back": lambda h: h.post(f"runs/{run_id}/finish/", {"infra": "stop", "handed_back": True}),
        "report": lambda h: h.post(f"runs/{run_id}/finish/", {"report": a_report(Run.objects.get()).to_dict()}),
    }


DOORS = list(doors(""))


def test_a_node_claims_an_order(node, http):
    run = a_run()
    answer = http(node[1]).post("claim/", ABOUT)
    assert answer.status_code == 200
    order = answer.json()
    assert order["run"] == str(run.pk)
    assert order["source"] == {
        "url": run.version.url,
        "ref": "v1.0.0",
        "commit": run.version.commit,
        "tree": run.version.tree,
        "product": run.version.product.path,
        "version": "1.0.0",
    }
    node[0].refresh_from_db()
    assert node[0].last_seen is not None


def test_no_work_is_an_answer_of_its_own(node, http):
    assert http(node[1]).post("claim/", ABOUT).status_code == 204


KEYS = ["", "nonsense", "phn_", "phn_deadbeef_guess", "phn__"]


@pytest.mark.parametrize("door", ["claim", *DOORS])
@pytest.mark.parametrize("key", KEYS)
def test_without_a_key_no_door_opens(db, http, key, door):
    taken = a_claim()
    knock = {"claim": lambda h: h.post("claim/", ABOUT), **doors(taken.run.pk)}[door]
    assert knock(http(key, taken.token)).status_code in {401, 403}
    assert Run.objects.get().state == State.LEASED


@pytest.mark.parametrize("door", ["claim", *DOORS])
def test_a_person_is_no_node(db, door):
    taken = a_claim()
    client = Client()
    client.force_login(PersonFactory(is_editor=True, is_superuser=True))
    path = {"claim": "claim/", "log": f"runs/{taken.run.pk}/log/"}.get(door, f"runs/{taken.run.pk}/finish/")
    answer = client.post(f"/api/v1/node/{path}", {}, content_type="application/json")
    assert answer.status_code in {401, 403}


def test_a_retired_node_and_an_old_key_are_strangers(node, http):
    renew(actor=_admin(), node=node[0])
    assert http(node[1]).post("claim/", ABOUT).status_code == 401
    other, key = a_node("other")
    retire(actor=_admin(), node=other)
    assert http(key).post("claim/", ABOUT).status_code == 401


def _admin():
    return PersonFactory(is_superuser=True)


def test_a_node_key_opens_nothing_else(node, http):
    run = a_run()
    assert http(node[1]).client.get(f"/api/v1/runs/{run.pk}/").status_code in {401, 403, 404}


@pytest.mark.parametrize("door", DOORS)
def test_a_stale_token_is_refused_at_every_door(node, http, door):
    taken = a_claim(node=node[0])
    let_the_lease_run_out(taken.run)
    reap()
    answer = doors(taken.run.pk)[door](http(node[1], taken.token))
    assert answer.status_code == 409
    run = Run.objects.get()
    assert (run.state, run.faults) == (State.QUEUED, 1)
    assert not RunLog.objects.exists()
    assert not RunArtefact.objects.exists()


@pytest.mark.parametrize("door", DOORS)
def test_the_first_attempt_cannot_speak_for_the_second(node, http, door):
    taken = a_claim(node=node[0])
    let_the_lease_run_out(taken.run)
    reap()
    Run.objects.update(not_before=None)
    assert claim(node=node[0]).run.attempt == 2
    assert doors(taken.run.pk)[door](http(node[1], taken.token)).status_code == 409
    assert Run.objects.get().state == State.LEASED


@pytest.mark.parametrize("token", ["", "guess", "é", "x" * 5000])
def test_no_token_is_a_stale_token(working, http, node, token):
    taken, _ = working
    answer = http(node[1], token.encode().decode("latin-1")).post(f"runs/{taken.run.pk}/heartbeat/", BEAT)
    assert answer.status_code == 409


def test_a_run_that_never_was_is_a_stale_attempt(working):
    assert working[1].post(f"runs/{uuid.uuid4()}/heartbeat/", BEAT).status_code == 409


def test_a_heartbeat_brings_stage_and_progress(working):
    taken, http = working
    answer = http.post(f"runs/{taken.run.pk}/heartbeat/", BEAT)
    assert answer.status_code == 200
    run = Run.objects.get()
    assert (run.stage, run.progress) == ("unit", BEAT["progress"])


BAD_CALLS = [
    ("claim/", {}),
    ("claim/", {**ABOUT, "cores": -1}),
    ("claim/", {**ABOUT, "memory": "much"}),
    ("claim/", {**ABOUT, "arch": "x" * 99}),
    ("claim/", {**ABOUT, "engine": "a\0b"}),
    ("claim/", {**ABOUT, "capabilities": {"holds": ["x" * 20_000]}}),
    ("heartbeat/", {"stage": "lunch", "progress": {"stages": [], "step": {}}}),
    ("heartbeat/", {"stage": "unit", "progress": {"stages": [{"name": "unit"}] * 3, "step": {}}}),
    ("heartbeat/", {"stage": "unit", "progress": {"stages": [BEAT["progress"]["stages"][0]] * 99, "step": {}}}),
    ("heartbeat/", {"stage": "unit", "progress": {"stages": [], "step": {"name": "x"}}}),
    ("heartbeat/", {"stage": "unit", "progress": {"stages": [], "step": {"name": "x" * 101, "index": 1, "total": 1}}}),
    ("log/", {"n": -1, "text": ""}),
    ("log/", {"n": 0, "text": 7}),
    ("log/", {"n": 0, "text": "x" * 300_000}),
    ("finish/", {}),
    ("finish/", {"report": {}, "infra": "both"}),
    ("finish/", {"infra": "x" * 5000}),
    ("finish/", [1]),
]


@pytest.mark.parametrize(("door", "body"), BAD_CALLS)
def test_what_a_node_says_is_checked_field_by_field(working, door, body):
    taken, http = working
    path = door if door == "claim/" else f"runs/{taken.run.pk}/{door}"
    answer = http.post(path, json.dumps(body))
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert Run.objects.get().state == State.LEASED


def test_a_claim_waits_for_work_that_comes(node, http, settings, monkeypatch):
    settings.RUNNERS = {"poll": 5.0, "poll_step": 0.01}
    monkeypatch.setattr("runners.bell.HERE.wait", lambda _seen, _seconds: Run.objects.exists() or a_run())
    assert http(node[1]).post("claim/", {**ABOUT, "wait": 25}).status_code == 200
