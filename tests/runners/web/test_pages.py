"""The page of a run in each of its states: what is said, what moves, what can be done."""

import pytest
from django.test import Client

from adp.report import Verdict
from runners.actions.finish import fail_infra, finish
from runners.actions.stop import cancel
from runners.actions.tell import append_log, heartbeat
from runners.lifecycle import LIVE, State
from runners.models import Run, secret
from tests.factories.runners import a_claim, a_node, a_report, a_run, a_version, let_the_pause_pass

PROGRESS = {
    "stages": [
        {"name": "fetch", "verdict": "passed", "seconds": 2.1},
        {"name": "unit", "verdict": "failed", "seconds": 9},
    ],
    "step": {"name": "extract", "index": 5, "total": 6},
}


@pytest.fixture
def alice(cast):
    client = Client()
    client.force_login(cast.alice)
    client.person = cast.alice
    return client


def seen(client, run, path=""):
    answer = client.get(f"/runs/{run.pk}/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("state", State.values)
def test_every_state_has_its_page_and_only_live_ones_move(alice, state):
    run = Run.objects.create(version=a_version(alice.person, state="checking"), state=state, why="the disk is full")
    text = seen(alice, run)
    assert ("data-live" in text) == (state in LIVE)
    assert ("look again" in text) == (state in LIVE)  # for who has no script


def test_a_waiting_run_says_where_it_waits(alice):
    a_node()
    run = a_run(alice.person)
    assert "waiting, 1 of 1" in seen(alice, run)
    assert "It is the next to start." in seen(alice, run)


def test_a_running_run_shows_stage_step_and_sign_of_life(alice):
    taken = a_claim(alice.person)
    heartbeat(run_id=taken.run.pk, token=taken.token, phase="running", stage="steps", progress=PROGRESS)
    text = seen(alice, taken.run)
    assert "The checks are running: step extract, 5 of 6." in text
    assert "extract, step run 5 of 6" in text
    assert "1 of 9 passed" in text
    assert "last sign of life" in text


@pytest.mark.parametrize(("verdict", "say"), [(Verdict.PASSED, "All checks passed."), (Verdict.FAILED, "found errors")])
def test_an_ended_run_leads_to_its_report(alice, verdict, say):
    taken = a_claim(alice.person)
    finish(run_id=taken.run.pk, token=taken.token, report=a_report(taken.run, verdict))
    text = seen(alice, taken.run)
    assert say in text
    assert "Read the report" in text
    assert f"<title>{verdict.value} · run {taken.run.short} · Pharos</title>" in text


def test_our_fault_is_violet_and_never_the_author_s(alice):
    taken = a_claim(alice.person)
    for _ in range(2):
        fail_infra(run_id=taken.run.pk, token=taken.token, reason="the disk is full\x1b[31m")
        let_the_pause_pass(taken.run)
        Run.objects.update(state="running", token_hash=secret.digest(taken.token))
    fail_infra(run_id=taken.run.pk, token=taken.token, reason="the disk is full\x1b[31m")
    text = seen(alice, taken.run)
    assert "This says nothing about your product." in text
    assert "st-unsure" in text
    assert "\x1b" not in text


HOSTILE = "08:41:18.402  unit       <script>alert('x')</script> \x1b]0;owned\x07 \u202eevil & co\n"


def test_a_stranger_s_output_is_only_text(alice):
    taken = a_claim(alice.person)
    append_log(run_id=taken.run.pk, token=taken.token, n=0, text=HOSTILE)
    text = seen(alice, taken.run)
    assert "<i>08:41:18.402  unit       </i>&lt;script&gt;alert(" in text
    assert "<script>alert" not in text
    assert "&lt;U+202E&gt;evil &amp; co" in text


def test_an_author_cancels_and_runs_it_again(alice):
    run = a_run(alice.person)
    assert "Cancel this run" in seen(alice, run)
    assert alice.post(f"/runs/{run.pk}/cancel/").status_code == 302
    text = seen(alice, run)
    assert "Run it again" in text
    again = alice.post(f"/runs/{run.pk}/rerun/")
    assert again.status_code == 302
    assert again.url != f"/runs/{run.pk}/"
    assert alice.get(f"/runs/version/{run.version_id}/").url == again.url


def test_who_may_not_cancel_is_told_why(cast):
    oscar = Client()
    oscar.force_login(cast.oscar)
    run = a_run(cast.alice)
    assert "disabled" in oscar.get(f"/runs/{run.pk}/").content.decode()
    assert oscar.post(f"/runs/{run.pk}/cancel/").status_code == 403
    assert Run.objects.get(pk=run.pk).state == State.QUEUED


def test_nobody_cancels_by_following_a_link(alice):
    """It asks, without any script; nothing is changed before the second press."""
    run = a_run(alice.person)
    text = seen(alice, run, "cancel/")
    assert "Let it go on" in text
    assert "it ends at once" in text
    assert Run.objects.get(pk=run.pk).state == State.QUEUED


def test_who_may_not_cancel_is_not_even_asked(cast):
    oscar = Client()
    oscar.force_login(cast.oscar)
    assert oscar.get(f"/runs/{a_run(cast.alice).pk}/cancel/").status_code == 403


def test_a_run_that_has_ended_is_not_asked_about(alice):
    run = Run.objects.create(version=a_version(alice.person, state="checked"), state=State.FINISHED)
    assert alice.get(f"/runs/{run.pk}/cancel/").url == f"/runs/{run.pk}/"


def test_a_verdict_is_not_repeated(alice):
    taken = a_claim(alice.person)
    finish(run_id=taken.run.pk, token=taken.token, report=a_report(taken.run, Verdict.FAILED))
    assert "Run it again" not in seen(alice, taken.run)
    assert alice.post(f"/runs/{taken.run.pk}/rerun/").status_code == 403


def test_the_node_of_a_cancelled_run_is_told_and_the_run_has_ended_when_it_answers(cast, http):
    node, key = a_node()
    taken = a_claim(cast.alice, node=node)
    cancel(actor=cast.alice, run=taken.run)
    body = {"stage": "unit", "progress": {"stages": [], "step": {}}}
    there = http(key, taken.token)
    assert there.post(f"runs/{taken.run.pk}/heartbeat/", body).json()["cancel"]
    assert Run.objects.get().state == State.CANCELLING
    assert there.post(f"runs/{taken.run.pk}/finish/", {"infra": "it has stopped"}).status_code == 204
    assert Run.objects.get().state == State.CANCELLED
    assert there.post(f"runs/{taken.run.pk}/heartbeat/", body).status_code == 409


def test_an_unknown_run_is_no_page(alice):
    assert alice.get("/runs/6f6d6a52-0f3c-4c53-9d0d-1a2b3c4d5e6f/").status_code == 404
    assert alice.get("/runs/version/6f6d6a52-0f3c-4c53-9d0d-1a2b3c4d5e6f/").status_code == 404


def test_a_page_asks_the_book_little(alice, django_assert_max_num_queries):
    for _ in range(10):
        a_run()
    run = a_run(alice.person)
    with django_assert_max_num_queries(25):
        seen(alice, run)


def test_who_cancels_what_has_just_ended_is_told_so(alice):
    run = Run.objects.create(version=a_version(alice.person, state="checked"), state=State.FINISHED)
    answer = alice.post(f"/runs/{run.pk}/cancel/")
    assert answer.status_code == 409
    assert "Nothing was changed" in answer.content.decode()
