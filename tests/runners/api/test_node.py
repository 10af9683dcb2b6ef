"""The doors of the nodes: who may knock, what may be handed in, and what a stale token is told."""

import hashlib
import json
import uuid

import pytest
from django.test import Client

from adp.report import Verdict
from registry.models import Artefact, Validation
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


@pytest.fixture
def working(node, http):
    """(claim, http) of a node at work."""
    taken = a_claim(node=node[0])
    return taken, http(node[1], taken.token)


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
    assert Run.objects.get().state == State.RUNNING


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
    assert Run.objects.get().state == State.RUNNING


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


def test_a_run_ends_with_report_and_files(working):
    taken, http = working
    assert http.put(f"runs/{taken.run.pk}/artefacts/maps/a.csv/", b"1 2 3\n", sha256=SHA).status_code == 201
    assert http.post(f"runs/{taken.run.pk}/finish/", {"report": a_report(taken.run).to_dict()}).status_code == 204
    run = Run.objects.get()
    assert (run.state, run.verdict, run.version.state) == (State.FINISHED, "passed", "checked")
    kept = Artefact.objects.get(kind="product")
    assert (kept.name, kept.sha256, kept.media_type, kept.version) == ("maps/a.csv", SHA, "text/csv", run.version)
    assert Validation.objects.get().run == str(run.pk)


def test_a_failed_report_fails_the_version(working):
    taken, http = working
    report = a_report(taken.run, Verdict.FAILED).to_dict()
    assert http.post(f"runs/{taken.run.pk}/finish/", {"report": report}).status_code == 204
    assert Run.objects.get().version.state == "failed"


def test_a_second_finish_comes_too_late(working):
    taken, http = working
    report = {"report": a_report(taken.run).to_dict()}
    assert http.post(f"runs/{taken.run.pk}/finish/", report).status_code == 204
    assert http.post(f"runs/{taken.run.pk}/finish/", report).status_code == 409
    assert Validation.objects.count() == 1


def test_files_of_an_earlier_attempt_do_not_enter_the_book(working, node, http):
    taken, before = working
    before.put(f"runs/{taken.run.pk}/artefacts/old.csv/", b"1 2 3\n", sha256=SHA)
    before.post(f"runs/{taken.run.pk}/finish/", {"infra": "stop", "handed_back": True})
    again = claim(node=node[0])
    http(node[1], again.token).post(f"runs/{taken.run.pk}/finish/", {"report": a_report(taken.run).to_dict()})
    assert [a.name for a in Artefact.objects.all()] == ["report.json"]


def report_without(key):
    return lambda report: report.pop(key)


def report_with(**values):
    return lambda report: report.update(values)


BAD_REPORTS = {
    "no schema": report_without("schema"),
    "another schema": report_with(schema="adp-report/9"),
    "no stages": report_with(stages=[]),
    "no verdict": report_without("verdict"),
    "judges nothing": report_with(verdict="error"),
    "a number for a name": report_with(product=7),
    "an unknown member": report_with(extra=1),
    "another commit": report_with(commit="f" * 40),
    "another tree": report_with(tree="f" * 40),
    "a false digest": report_with(digest="0" * 64),
    "a negative time": lambda r: r["stages"][0].update(seconds=-1),
    "an unknown reason": lambda r: r["stages"][0].update(
        findings=[{"reason": "X", "code": "", "severity": "error", "message": "", "where": {}, "hint": ""}]
    ),
    "products that were not handed in": report_with(
        products=[
            {
                "name": "a",
                "path": "a.csv",
                "format": "csv",
                "bytes": 6,
                "sha256": SHA,
                "level": 1,
                "calib_level": 2,
                "type": "cube",
            }
        ]
    ),
}


@pytest.mark.parametrize("fault", BAD_REPORTS)
def test_what_is_no_report_on_this_version_is_refused_whole(working, fault):
    taken, http = working
    report = a_report(taken.run).to_dict()
    BAD_REPORTS[fault](report)
    assert http.post(f"runs/{taken.run.pk}/finish/", {"report": report}).status_code == 422
    run = Run.objects.get()
    assert (run.state, run.version.state) == (State.RUNNING, "checking")
    assert not Validation.objects.exists()
    assert not Artefact.objects.exists()


def test_nul_and_surrogates_in_a_report_are_made_visible(working):
    taken, http = working
    report = a_report(taken.run).to_dict()
    report["stages"][0]["log"] = "before \0 after \ud800"
    assert http.post(f"runs/{taken.run.pk}/finish/", {"report": report}).status_code == 204
    assert Validation.objects.get().report["stages"][0]["log"] == "before ␀ after \\ud800"


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
    assert Run.objects.get().state == State.RUNNING


BAD_NAMES = ["../up.csv", "a/../../up.csv", "a//b.csv", "./a.csv", "a\x01b.csv", "a\nb.csv", "x" * 300, "a/./b"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_file_has_a_plain_relative_name(working, name):
    taken, http = working
    answer = http.put(f"runs/{taken.run.pk}/artefacts/{_quoted(name)}/", b"1 2 3\n", sha256=SHA)
    assert answer.status_code in {400, 404}
    assert not RunArtefact.objects.exists()


def _quoted(name):
    return "".join(c if c.isalnum() else f"%{ord(c):02x}" for c in name)


def test_bytes_that_are_not_what_was_announced_are_not_kept(working):
    taken, http = working
    answer = http.put(f"runs/{taken.run.pk}/artefacts/a.csv/", b"other bytes", sha256=SHA)
    assert answer.status_code == 422
    assert not RunArtefact.objects.exists()


@pytest.mark.parametrize(("sha256", "kind"), [("", "product"), ("zz", "product"), (SHA, "archive"), (SHA, "x")])
def test_a_file_says_its_digest_and_kind(working, sha256, kind):
    taken, http = working
    answer = http.put(f"runs/{taken.run.pk}/artefacts/a.csv/", b"1 2 3\n", sha256=sha256, kind=kind)
    assert answer.status_code == 400


def test_a_file_sent_twice_is_kept_once(working):
    taken, http = working
    for _ in range(2):
        assert http.put(f"runs/{taken.run.pk}/artefacts/a.csv/", b"1 2 3\n", sha256=SHA).status_code == 201
    assert RunArtefact.objects.count() == 1


def test_a_product_may_be_called_like_the_log(working):
    taken, http = working
    for kind in ("log", "product"):
        at = f"runs/{taken.run.pk}/artefacts/log.txt/"
        assert http.put(at, b"1 2 3\n", sha256=SHA, kind=kind).status_code == 201
    assert RunArtefact.objects.count() == 2


def test_files_and_their_number_are_bounded(working, settings):
    taken, http = working
    settings.RUNNERS = {"artefact": 3, "artefacts": 1}
    at = f"runs/{taken.run.pk}/artefacts"
    assert http.put(f"{at}/a.csv/", b"1 2 3\n", sha256=SHA).status_code == 413
    assert http.put(f"{at}/a.csv/", b"", sha256=hashlib.sha256(b"").hexdigest()).status_code == 201
    assert http.put(f"{at}/b.csv/", b"", sha256=hashlib.sha256(b"").hexdigest()).status_code == 422


def test_a_claim_waits_for_work_that_comes(node, http, settings, monkeypatch):
    settings.RUNNERS = {"poll": 5.0, "poll_step": 0.01}
    monkeypatch.setattr("runners.api.node.time.sleep", lambda _seconds: Run.objects.exists() or a_run())
    assert http(node[1]).post("claim/", {**ABOUT, "wait": 25}).status_code == 200
