"""A run as people and programs see it: who may, and what."""

import pytest
from django.test import Client

from registry.lifecycle import State as VersionState
from runners.actions.finish import fail_infra
from runners.actions.tell import append_log
from tests.factories.runners import a_claim, a_node, a_run

WHO = ["nobody", "dan", "oscar", "bob", "amy", "alice", "carol"]
# who: (sees the run, reads the log); amy is no author of alice's own product
MATRIX = {
    "nobody": (False, False),
    "dan": (False, False),
    "bob": (False, False),
    "amy": (False, False),
    "oscar": (True, False),  # an operator sees where it is, never what it printed
    "alice": (True, True),
    "carol": (True, True),
}


def client_of(cast, who):
    client = Client()
    if who != "nobody":
        client.force_login(getattr(cast, who))
    return client


@pytest.mark.parametrize("who", MATRIX)
def test_who_sees_a_run_and_its_log(cast, who):
    run = a_claim(cast.alice).run
    sees, reads = MATRIX[who]
    client = client_of(cast, who)
    assert client.get(f"/api/v1/runs/{run.pk}/").status_code == (200 if sees else 404)
    expected = 200 if reads else 403 if sees else 404
    assert client.get(f"/api/v1/runs/{run.pk}/log/").status_code == expected
    listed = client.get("/api/v1/runs/", {"version": str(run.version_id)}).json()["results"]
    assert [r["id"] for r in listed] == ([str(run.pk)] if sees else [])


@pytest.mark.parametrize("who", MATRIX)
def test_the_page_follows_the_same_table(cast, who):
    taken = a_claim(cast.alice)
    append_log(run_id=taken.run.pk, token=taken.token, n=0, text="08:41:18.402  unit       a secret of alice\n")
    sees, reads = MATRIX[who]
    answer = client_of(cast, who).get(f"/runs/{taken.run.pk}/")
    assert answer.status_code == (200 if sees else 404)
    assert ("a secret of alice" in answer.content.decode()) == reads


def test_the_runs_of_a_published_version_are_public(cast):
    run = a_run(cast.alice)
    type(run.version).objects.update(state=VersionState.PUBLISHED, published_at=run.queued_at)
    assert Client().get(f"/api/v1/runs/{run.pk}/log/").status_code == 200


def test_a_run_says_its_place_in_the_queue(cast):
    a_node()
    a_run()
    run = a_run(cast.alice)
    told = client_of(cast, "alice").get(f"/api/v1/runs/{run.pk}/").json()
    assert told["state"] == "queued"
    assert told["outlook"]["say"] == "1 run waits before yours."
    assert (told["outlook"]["position"], told["outlook"]["of"]) == (2, 2)


def test_a_run_that_no_node_can_do_says_so(cast):
    a_node()
    run = a_run(cast.alice, manifest={"resources": {"cpus": 64}})
    told = client_of(cast, "alice").get(f"/api/v1/runs/{run.pk}/").json()["outlook"]
    assert told["then"] == "It waits for a node: it asks for 64 cores, rhone-2 has 8."


def test_our_fault_is_called_ours_and_says_when_we_try_again(cast):
    taken = a_claim(cast.alice)
    fail_infra(run_id=taken.run.pk, token=taken.token, reason="the node's disk is full")
    told = client_of(cast, "alice").get(f"/api/v1/runs/{taken.run.pk}/").json()["outlook"]
    assert told["say"] == "We could not check it: the node's disk is full. This says nothing about your product."
    assert told["then"] == "We try again by ourselves: attempt 2 of 3."
    assert told["at"]


def test_a_token_is_nowhere_in_the_answer(cast):
    taken = a_claim(cast.alice)
    text = client_of(cast, "carol").get(f"/api/v1/runs/{taken.run.pk}/").content.decode()
    assert taken.token not in text
    assert "token" not in text


def test_the_log_goes_on_at_an_offset(cast):
    taken = a_claim(cast.alice)
    client = client_of(cast, "alice")
    append_log(run_id=taken.run.pk, token=taken.token, n=0, text="one\n")
    first = client.get(f"/api/v1/runs/{taken.run.pk}/log/")
    append_log(run_id=taken.run.pk, token=taken.token, n=1, text="two\n")
    rest = client.get(f"/api/v1/runs/{taken.run.pk}/log/", {"offset": first.headers["X-Log-End"]})
    assert b"".join(first.streaming_content) == b"one\n"
    assert b"".join(rest.streaming_content) == b"two\n"
    assert rest.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("offset", ["-1", "x", "1e3", "٣"])
def test_an_offset_is_a_number(cast, offset):
    run = a_run(cast.alice)
    assert client_of(cast, "alice").get(f"/api/v1/runs/{run.pk}/log/", {"offset": offset}).status_code == 400


@pytest.mark.parametrize("version", ["", "x"])
def test_a_list_of_runs_names_its_version(db, version):
    assert Client().get("/api/v1/runs/", {"version": version}).status_code == 400


@pytest.mark.parametrize("offset", ["9" * 20, "9" * 5000])
def test_an_offset_beyond_any_log_is_refused(cast, offset):
    run = a_claim(cast.alice).run
    answer = client_of(cast, "alice").get(f"/api/v1/runs/{run.pk}/log/", {"offset": offset})
    assert answer.status_code == 400
