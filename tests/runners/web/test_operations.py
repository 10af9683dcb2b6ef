"""The page of operators: who comes in, what stands there, and that every button is an action with its permission."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from registry.ledger.models import Event, Pending
from registry.ledger.record import record
from registry.people import Centre, Role
from runners.models import Node, Run
from tests.factories.people import MembershipFactory
from tests.factories.runners import a_claim, a_node, a_run, set_aside
from tests.runners.api.test_runs import client_of

MAY = {"nobody": 403, "dan": 403, "bob": 403, "amy": 403, "alice": 403, "carol": 403, "oscar": 200}


@pytest.fixture
def oscar(cast):
    return client_of(cast, "oscar")


@pytest.fixture
def own(cast):
    """A node of oscar's centre."""
    return a_node("rhone-9", centre=Centre.objects.get(handle="data-centre"))[0]


def text_of(client):
    answer = client.get("/operations/")
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


@pytest.mark.parametrize("who", MAY)
def test_who_comes_in(cast, who):
    assert client_of(cast, who).get("/operations/").status_code == MAY[who]


def test_what_waits_stands_on_top(cast, oscar):
    run = set_aside(cast.alice, why="the disk is <full>")
    a_node("rhone-3", last_seen=timezone.now() - timedelta(hours=1))
    text = text_of(oscar)
    assert "the disk is &lt;full&gt;" in text
    assert f'href="#run-{run.short}"' in text
    assert "It has been silent for 1.0 h." in text
    assert text.index("Waits for you") < text.index("Set aside")


def test_leases_and_queue_are_shown_with_their_deadlines(cast, oscar):
    taken = a_claim(cast.alice)
    waits = a_run(cast.bob, manifest={"resources": {"cpus": 64}})
    text = text_of(oscar)
    assert taken.run.short in text
    assert "claimed by a node" in text
    assert waits.short in text
    assert "it asks for 64 cores" in text


def test_an_empty_page_says_so(oscar):
    text = text_of(oscar)
    assert "Nothing waits for you." in text
    for said in ("No run is set aside.", "No node yet.", "No node holds a run.", "Nothing waits."):
        assert said in text


@pytest.mark.parametrize(("deed", "field"), [("drain", {"draining": True}), ("retire", {"is_enabled": False})])
def test_a_node_of_one_s_centre_is_seen_to(oscar, own, deed, field):
    assert oscar.get(f"/operations/nodes/{own.name}/{deed}/").status_code == 200  # asks
    assert not Event.objects.filter(kind=f"node.{deed}").exists()
    assert oscar.post(f"/operations/nodes/{own.name}/{deed}/").url == "/operations/"
    assert Node.objects.filter(pk=own.pk, **field).exists()
    assert Event.objects.get(kind=f"node.{deed}").actor.username == "oscar"


def test_a_new_key_is_shown_once(oscar, own):
    answer = oscar.post(f"/operations/nodes/{own.name}/renew/")
    key = answer.content.decode().split("phn_")[1].split("<")[0]
    assert Node.objects.by_key(f"phn_{key}").pk == own.pk
    assert "no-cache" in answer.headers["Cache-Control"]
    assert key not in text_of(oscar)
    assert key not in oscar.get(f"/operations/nodes/{own.name}/renew/").content.decode()


@pytest.mark.parametrize("deed", ["drain", "resume", "retire", "renew"])
def test_a_node_of_another_centre_is_not_one_s_own(cast, oscar, deed):
    other = a_node("loire-1", centre=cast.muse)[0]
    assert "its own operators" in text_of(oscar)
    assert oscar.post(f"/operations/nodes/{other.name}/{deed}/").status_code == 403
    assert client_of(cast, "alice").post(f"/operations/nodes/{other.name}/{deed}/").status_code == 403
    assert Client().post(f"/operations/nodes/{other.name}/{deed}/").status_code == 403


@pytest.mark.parametrize("path", ["nodes/rhone-9/explode/", "nodes/nowhere/drain/"])
def test_what_is_not_there_is_not_done(oscar, own, path):
    assert oscar.post(f"/operations/{path}").status_code == 404


def test_a_run_set_aside_is_tried_anew_or_closed_with_a_reason(cast, oscar):
    first, second = set_aside(cast.alice), set_aside(cast.bob)
    again = oscar.post(f"/operations/runs/{first.pk}/release/")
    assert Run.objects.get(pk=again.url.split("/")[2]).version_id == first.version_id
    assert oscar.post(f"/operations/runs/{first.pk}/release/").status_code == 409
    assert "This field is required" in oscar.post(f"/operations/runs/{second.pk}/close/", {}).content.decode()
    assert oscar.post(f"/operations/runs/{second.pk}/close/", {"why": "its node burnt"}).url == "/operations/"
    assert "No run is set aside." in text_of(oscar)


@pytest.mark.parametrize("who", ["nobody", "dan", "alice", "carol"])
@pytest.mark.parametrize("deed", ["release", "close"])
def test_nobody_else_sees_to_runs(cast, who, deed):
    run = set_aside(cast.alice)
    assert client_of(cast, who).post(f"/operations/runs/{run.pk}/{deed}/", {"why": "x"}).status_code == 403


def test_a_message_nobody_took_is_shown(cast, oscar):
    event = record("node.drain", a_node()[0], actor=cast.oscar)
    Pending.objects.update_or_create(event=event, defaults={"parked_at": timezone.now(), "error": "no\x1b[31m handler"})
    text = text_of(oscar)
    assert "1 message not delivered" in text
    assert "\x1b" not in text


def test_what_a_centre_keeps_to_itself_is_shown_to_its_own(cast, oscar, own):
    other = a_node("loire-1", centre=cast.muse)[0]
    for node, title in ((own, "night of ours"), (other, "night of theirs")):
        node.holdings.create(sha256=title[-4:] * 16, size=5 << 30, title=title, is_private=True)
    other.holdings.create(sha256="ab" * 32, size=1 << 30, title="catalogue of all")
    text = text_of(oscar)
    assert "night of ours" in text
    assert "catalogue of all" in text
    assert "night of theirs" not in text


def test_an_operator_of_two_centres_sees_to_both(cast, own):
    MembershipFactory(centre=cast.muse, person=cast.oscar, role=Role.OPERATOR)
    other = a_node("loire-1", centre=cast.muse)[0]
    oscar = client_of(cast, "oscar")
    for node in (own, other):
        assert oscar.post(f"/operations/nodes/{node.name}/drain/").status_code == 302


def test_the_page_asks_the_book_little(cast, oscar, django_assert_max_num_queries):
    for n in range(5):
        a_node(f"node-{n}")
        a_run()
    a_claim(cast.alice)
    with django_assert_max_num_queries(60):
        text_of(oscar)


def test_the_commands_say_the_same(cast, own, capsys):
    taken = a_claim(cast.alice, node=own)
    call_command("nodes")
    assert "rhone-9\tbusy\tdata-centre\t1/1" in capsys.readouterr().out
    call_command("leases")
    line = capsys.readouterr().out.split("\t")
    assert (line[0], line[2], line[3]) == (str(taken.run.pk), "rhone-9", "leased")
    call_command("nodes", "drain", "rhone-9")
    assert Node.objects.get(pk=own.pk).draining
    call_command("nodes", "resume", "rhone-9")
    call_command("nodes", "renew", "rhone-9")
    assert Node.objects.by_key(capsys.readouterr().out.split()[-1]).pk == own.pk
    with pytest.raises(CommandError, match="no node"):
        call_command("nodes", "drain", "nowhere")


def test_a_monitor_is_told_by_the_exit_status(cast, capsys):
    call_command("operations", "--check")
    set_aside(cast.alice)
    call_command("operations")
    assert "3 times: the disk is full" in capsys.readouterr().out
    with pytest.raises(CommandError, match="1 waiting"):
        call_command("operations", "--check")


def test_what_is_held_is_listed_by_content(own, capsys):
    for node in (own, a_node("loire-1")[0]):
        node.holdings.create(sha256="ab" * 32, size=1 << 30, title="catalogue of all")
    call_command("held_data")
    line = capsys.readouterr().out.rstrip("\n").split("\t")
    assert line == ["ab" * 32, str(1 << 30), "open", "loire-1,rhone-9", "catalogue of all"]
