"""The stream of a run, as its readers get it: in order, once, from where they were, only while they may, and safe."""

import pytest

from registry.people import Membership, Person, Role
from runners.actions.claim import claim
from runners.actions.finish import fail_infra, finish
from runners.actions.tell import append_log, heartbeat
from runners.live import sse
from runners.live.follow import CHUNK, Follower
from runners.live.place import Place
from runners.models import Run
from tests.factories.people import MembershipFactory
from tests.factories.runners import a_claim, a_node, a_report, a_run, let_the_pause_pass
from tests.runners.api.test_runs import MATRIX, client_of
from tests.runners.live.reading import printed, told

ASK = {"Accept": "text/event-stream"}
STILL = {"stages": [], "step": {}}


@pytest.fixture(autouse=True)
def one_look(monkeypatch):
    """Nobody has a seat: a reader is told what is new and leaves."""
    monkeypatch.setattr(sse, "_thread_seats", lambda: sse.Seats(0, 0, 1.0))


@pytest.fixture
def taken(cast):
    return a_claim(cast.alice)


def say(taken, n, text):
    append_log(run_id=taken.run.pk, token=taken.token, n=n, text=text)


def listen(client, run, path="/runs/{}/log/", since="", **query):
    headers = ASK | ({"Last-Event-ID": since} if since else {})
    answer = client.get(path.format(run.pk), query, headers=headers)
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    return told(answer)


API = "/api/v1/runs/{}/log/"


@pytest.mark.parametrize("path", ["/runs/{}/log/", API])
def test_lines_come_once_and_from_where_the_reader_was(cast, taken, path):
    alice = client_of(cast, "alice")
    say(taken, 0, "one\n")
    first = listen(alice, taken.run, path)
    say(taken, 1, "two\n")
    second = listen(alice, taken.run, path, since=first[-1].place)
    assert (printed(first), printed(second)) == ("one\n", "two\n")
    assert printed(listen(alice, taken.run, path, since=second[-1].place)) == ""


def test_the_page_s_stream_begins_where_the_page_ended(cast, taken):
    alice = client_of(cast, "alice")
    say(taken, 0, "one\n")
    assert f'data-live="/runs/{taken.run.pk}/log/?from=1-4"' in alice.get(f"/runs/{taken.run.pk}/").content.decode()
    say(taken, 1, "two\n")
    assert printed(listen(alice, taken.run, **{"from": "1-4"})) == "two\n"


@pytest.mark.parametrize("since", ["x", "1", "-1-4", "1-" + "9" * 40, "1-4\n", "\u0661-\u0664", "1-4-<script>"])
def test_a_place_that_is_none_is_no_trouble(cast, taken, since):
    say(taken, 0, "one\n")
    assert Place.read(since) is None
    if "\n" not in since and since.isascii():
        assert printed(listen(client_of(cast, "alice"), taken.run, since=since)) == "one\n"


def test_a_long_log_comes_whole_in_bounded_pieces(cast, taken):
    for n in range(6):
        say(taken, n, f"{'x' * 99}\n" * 500)
    found = listen(client_of(cast, "alice"), taken.run)
    assert printed(found) == f"{'x' * 99}\n" * 3000
    assert max(len(e.data["text"]) for e in found if e.kind == "log") <= CHUNK


def test_another_attempt_begins_its_own_log(cast, taken):
    alice = client_of(cast, "alice")
    say(taken, 0, "of the first\n")
    since = listen(alice, taken.run)[-1].place
    fail_infra(run_id=taken.run.pk, token=taken.token, reason="the disk is full")
    let_the_pause_pass(taken.run)
    again = a_claim_of(taken.run)
    say(again, 0, "of the second\n")
    found = listen(alice, taken.run, since=since)
    assert [e.data for e in found if e.kind == "attempt"] == [{"attempt": 2}]
    assert printed(found) == "of the second\n"


def a_claim_of(run):
    return claim(node=a_node("rhone-3")[0]) or pytest.fail(f"nobody could take {run}")


def test_the_end_is_told_after_the_last_line(cast, taken):
    alice = client_of(cast, "alice")
    say(taken, 0, "the last\n")
    finish(run_id=taken.run.pk, token=taken.token, report=a_report(taken.run))
    found = listen(alice, taken.run)
    assert printed(found) == "the last\n"
    assert found[-1].kind == "end"
    assert found[-1].data == {"why": "finished"}
    where = next(e.data["is"] for e in found if e.kind == "part" and e.data["name"] == "where")
    assert "Read the report" in where


HOSTILE = 'data: {}\n\nevent: part\ndata: {"name":"where","is":"<script>"}\n\n\x1b[31m\u202eevil\x00\n'


def test_what_a_stranger_prints_is_never_an_event(cast, taken):
    say(taken, 0, HOSTILE)
    say(taken, 1, "\u2028retry: 1\u2029\n")
    found = listen(client_of(cast, "alice"), taken.run)
    assert "event: part" in printed(found)
    assert "<U+202E>evil<U+0000>" in printed(found)
    parts = [e.data for e in found if e.kind == "part"]
    assert all("<script>" not in part["is"] for part in parts)
    raw = b"".join(client_of(cast, "alice").get(f"/runs/{taken.run.pk}/log/", headers=ASK).streaming_content)
    assert raw.count(b"\nretry:") == 0  # but for the first line, ours


@pytest.mark.parametrize("who", MATRIX)
@pytest.mark.parametrize("path", ["/runs/{}/log/", API])
def test_who_may_listen(cast, taken, who, path):
    say(taken, 0, "a secret of alice\n")
    sees, reads = MATRIX[who]
    answer = client_of(cast, who).get(path.format(taken.run.pk), headers=ASK)
    if path == API:
        assert answer.status_code == (200 if reads else 403 if sees else 404)
    else:
        assert answer.status_code == (200 if sees else 404)
    if answer.status_code == 200:
        assert ("a secret of alice" in printed(told(answer))) == reads


@pytest.fixture
def follow(cast, taken):
    def by(person):
        return Follower(taken.run.pk, person, Place(1), lambda run, *_: {"state": run.state})

    return by


def test_who_loses_the_role_hears_no_more(cast, taken, follow):
    serves = MembershipFactory(person=cast.dan, role=Role.OPERATOR)
    dan = follow(cast.dan)
    assert [n.kind for n in dan.look()] == ["part"]
    Membership.objects.filter(pk=serves.pk).delete()
    assert [(n.kind, "not yours" in n.data["why"]) for n in dan.look()] == [("end", True)]
    assert dan.is_over


def test_an_account_that_is_closed_hears_no_more(cast, taken, follow):
    alice = follow(cast.alice)
    say(taken, 0, "one\n")
    assert "log" in [n.kind for n in alice.look()]
    Person.objects.filter(pk=cast.alice.pk).update(is_active=False)
    say(taken, 1, "two\n")
    assert [n.kind for n in alice.look()] == ["end"]


def test_an_editor_who_is_none_any_more_hears_no_more(cast, taken, follow):
    carol = follow(cast.carol)
    list(carol.look())
    Person.objects.filter(pk=cast.carol.pk).update(is_editor=False)
    say(taken, 0, "one\n")
    assert [n.kind for n in carol.look()] == ["end"]


def test_only_what_changed_is_said(cast, taken, follow):
    alice = follow(cast.alice)
    assert [n.data for n in alice.look()] == [{"name": "state", "is": "leased"}]
    assert list(alice.look()) == []
    heartbeat(run_id=taken.run.pk, token=taken.token, stage="unit", progress=STILL, phase="running")
    assert [n.data["is"] for n in alice.look()] == ["running"]


def test_the_parts_of_the_page_are_those_of_the_stream(cast, taken):
    alice = client_of(cast, "alice")
    row = [1.0, 0.5, 100 << 20, 10 << 20, 3]
    heartbeat(run_id=taken.run.pk, token=taken.token, stage="unit", progress=STILL, usage=[row])
    page = alice.get(f"/runs/{taken.run.pk}/").content.decode()
    parts = {e.data["name"]: e.data["is"] for e in listen(alice, taken.run) if e.kind == "part"}
    assert "Memory: now 100 MiB, at most 100 MiB of 2 GiB allowed, 5 % of the limit." in parts["usage"].replace(
        "\xa0", " "
    )
    assert 'class="mem"' in parts["usage"]
    for name in set(parts) - {"title"}:
        assert f'id="{name}"' in page


def test_the_api_s_stream_is_the_run_and_its_use(cast, taken):
    row = [1.0, 0.5, 100, 10, 3]
    heartbeat(run_id=taken.run.pk, token=taken.token, stage="unit", progress=STILL, usage=[row])
    parts = {e.data["name"]: e.data["is"] for e in listen(client_of(cast, "alice"), taken.run, API) if e.kind == "part"}
    assert parts["run"]["stage"] == "unit"
    assert parts["usage"] == [row]
    assert "token" not in str(parts)


def test_who_asks_for_text_gets_text(cast, taken):
    say(taken, 0, "one\n")
    alice = client_of(cast, "alice")
    answer = alice.get(f"/runs/{taken.run.pk}/log/", follow=True)
    assert b"".join(answer.streaming_content) == b"one\n"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    for accept in ("text/plain", "*/*", "application/json"):
        assert alice.get(API.format(taken.run.pk), headers={"Accept": accept}).status_code == 200


def test_a_run_that_waits_says_its_place(cast):
    run = a_run(cast.alice)
    assert Run.objects.get(pk=run.pk).attempt == 0
    found = listen(client_of(cast, "alice"), run)
    assert any("yours" in e.data["is"] for e in found if e.kind == "part" and e.data["name"] == "queue")


def test_who_asks_for_the_head_alone_holds_nothing(cast, taken):
    answer = client_of(cast, "alice").head(f"/runs/{taken.run.pk}/log/", headers=ASK)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/event-stream")
    assert list(answer.streaming_content) == []
