"""A run goes where its data are held; held nowhere, to the node with most room."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from registry.actions.centres import found
from registry.ledger.access import SYSTEM
from registry.models import Handle
from runners.actions.claim import claim
from runners.actions.nodes import drain
from runners.actions.seen import seen
from runners.models import Node, Run
from tests.factories.runners import ABLE, a_node, a_run, a_version, queue

pytestmark = pytest.mark.django_db
GAIA, SDSS = "a" * 64, "b" * 64
GIB = 1 << 30


def data(sha256=GAIA, name="gaia", *, size=GIB, url="https://data.example.org/gaia.fits", centre=""):
    return {"name": name, "sha256": sha256, "size": size, "url": url, "centre": centre}


def needing(*wanted, owner=None):
    return a_run(owner, manifest={"resources": {}, "data": list(wanted)})


def node(name, *held, room=100 * GIB, private=False, **fields):
    made, _ = a_node(name, room=room, **fields)
    told = [{"sha256": each, "size": GIB, "title": "", "private": private} for each in held]
    seen(node=made, told={}, held=told)
    return made


def waited_too_long(run):
    Run.objects.filter(pk=run.pk).update(queued_at=Now() - timedelta(hours=1))


def test_it_goes_to_the_node_that_holds_its_data():
    away, there = node("a-far", room=900 * GIB), node("z-near", GAIA, room=0)
    run = needing(data())
    assert claim(node=away) is None
    assert claim(node=there).run == run


def test_other_runs_go_on_meanwhile():
    away, _ = node("away"), node("there", GAIA)
    needing(data())
    other = a_run()
    assert claim(node=away).run == other


def test_every_node_that_holds_all_of_it_may_take_it():
    node("one", GAIA)
    other = node("two", GAIA)
    run = needing(data())
    assert claim(node=other).run == run


def test_held_nowhere_it_goes_to_the_node_with_most_room():
    small, large = node("small", room=2 * GIB), node("large", room=50 * GIB)
    run = needing(data())
    assert claim(node=small) is None
    assert claim(node=large).run == run


def test_held_in_part_it_goes_where_least_is_to_be_fetched():
    none, part = node("none"), node("part", SDSS, room=2 * GIB)
    run = needing(data(size=GIB // 2), data(SDSS, "sdss", size=GIB))
    assert claim(node=none) is None
    assert claim(node=part).run == run


def test_without_room_for_it_a_node_leaves_it():
    tight = node("tight", room=GIB - 1)
    needing(data())
    assert claim(node=tight) is None


def test_of_unknown_size_it_may_be_fetched():
    run = needing(data(size=None))
    assert claim(node=node("any")).run == run


def test_what_only_a_centre_holds_is_never_fetched():
    node("other", room=900 * GIB)
    run = needing(data(url="", centre="eso"))
    assert claim(node=Node.objects.get(name="other")) is None
    assert claim(node=node("theirs", GAIA)).run == run


@pytest.mark.parametrize("gone", ["silent", "draining", "retired"])
def test_a_holder_that_takes_nothing_is_not_waited_for(gone):
    there, away = node("there", GAIA), node("away")
    run = needing(data())
    if gone == "draining":
        drain(actor=SYSTEM, node=there)
    else:
        facts = {"silent": {"last_seen": Now() - timedelta(hours=1)}, "retired": {"is_enabled": False}}[gone]
        Node.objects.filter(pk=there.pk).update(**facts)
    assert claim(node=away).run == run


def test_a_holder_that_is_busy_is_waited_for_but_not_for_ever():
    there, away = node("there", GAIA), node("away")
    first, second = needing(data()), needing(data())
    assert claim(node=there).run == first
    Node.objects.filter(pk=there.pk).update(last_seen=Now() - timedelta(hours=1))  # it works, and does not ask
    assert claim(node=away) is None
    waited_too_long(second)
    assert claim(node=away).run == second


def test_private_data_draw_only_the_products_of_their_centre():
    eso = found(actor=SYSTEM, handle="eso", name="ESO", tier="0")
    theirs = node("theirs", GAIA, private=True, centre=eso)
    needing(data(url="", centre="eso"))
    assert claim(node=theirs) is None
    version = a_version(manifest={"resources": {}, "data": [data(url="", centre="eso")]})
    version.product.owner = Handle.objects.get(name="eso")
    version.product.save()
    own = queue(version=version)
    assert claim(node=theirs).run == own


def test_a_node_with_several_places_gives_no_more_than_it_has():
    machine = node("wide", cores=8, memory=16 * GIB, slots=3)
    heavy = [a_run(manifest={"resources": {"cpus": 1, "memory": 10 * GIB}}) for _ in range(2)]
    first = claim(node=machine)
    assert claim(node=machine, busy=[first.run.pk]) is None
    light = a_run(manifest={"resources": {"cpus": 7, "memory": GIB}})
    assert claim(node=machine, busy=[first.run.pk]).run == light
    waited_too_long(next(run for run in heavy if run != first.run))
    a_run(manifest={"resources": {"cpus": 1, "memory": GIB}})
    assert claim(node=machine, busy=[first.run.pk]) is None, "the large one has waited long enough"


def test_over_http_what_a_node_is_busy_with_counts(http):
    _, key = a_node("wide", slots=2)
    whole = {"resources": {"cpus": ABLE["cores"]}}
    a_run(manifest=whole)
    a_run(manifest=whole)
    taken = http(key).post("claim/", ABLE).json()["run"]
    assert http(key).post("claim/", ABLE | {"busy": [taken]}).status_code == 204
    assert http(key).post("claim/", ABLE).status_code == 200
