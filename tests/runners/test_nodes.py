"""A machine joins, says what it signs with and what it holds, rests, leaves."""

import pytest

from registry.actions.centres import begin_membership, found
from registry.ledger.access import SYSTEM, PermissionDenied
from registry.ledger.models import Event
from runners.actions.claim import claim
from runners.actions.nodes import AnotherKeyError, drain, enrol, register, renew, resume
from runners.actions.seen import seen
from runners.models import Holding, Node
from tests.factories.people import PersonFactory
from tests.factories.runners import ABLE, a_node, a_run

pytestmark = pytest.mark.django_db
KEY, OTHER = "a" * 64, "b" * 64


def held(sha256, size=1, *, private=False):
    return {"sha256": sha256, "size": size, "title": "", "private": private}


@pytest.fixture
def centre():
    return found(actor=SYSTEM, handle="eso", name="ESO", tier="0")


@pytest.fixture
def operator(centre):
    person = PersonFactory()
    begin_membership(actor=SYSTEM, centre=centre, person=person, role="operator")
    return person


def test_an_operator_adds_nodes_to_the_own_centre_only(centre, operator):
    node, _ = enrol(actor=operator, name="paranal-1", centre=centre)
    assert (node.centre, node.tier) == (centre, "0")
    for elsewhere in (None, found(actor=SYSTEM, handle="aip", name="AIP")):
        with pytest.raises(PermissionDenied, match="operator"):
            enrol(actor=operator, name="elsewhere", centre=elsewhere)


def test_a_member_of_the_centre_is_no_operator(centre):
    person = PersonFactory()
    begin_membership(actor=SYSTEM, centre=centre, person=person)
    with pytest.raises(PermissionDenied):
        enrol(actor=person, name="paranal-1", centre=centre)


def test_a_node_says_once_what_it_signs_with_and_the_ledger_keeps_it():
    node, _ = a_node()
    register(node=node, attest_key=KEY)
    register(node=node, attest_key=KEY)
    with pytest.raises(AnotherKeyError, match="renew"):
        register(node=node, attest_key=OTHER)
    assert [e.facts["attest_key"] for e in Event.objects.filter(kind="node.register")] == [KEY]


def test_a_renewed_node_may_be_another_machine():
    node, _ = a_node()
    register(node=node, attest_key=KEY)
    renew(actor=SYSTEM, node=node)
    assert register(node=node, attest_key=OTHER).attest_key == OTHER


def test_a_draining_node_takes_nothing_until_it_resumes():
    a_run()
    node, _ = a_node()
    drain(actor=SYSTEM, node=node)
    assert claim(node=node) is None
    resume(actor=SYSTEM, node=node)
    assert claim(node=node) is not None


def test_drained_twice_is_one_event():
    node, _ = a_node()
    drain(actor=SYSTEM, node=node)
    drain(actor=SYSTEM, node=node)
    assert Event.objects.filter(kind="node.drain").count() == 1


def test_what_a_node_holds_is_what_it_said_last():
    node, _ = a_node()
    seen(node=node, told=ABLE, held=[held(KEY, 5), held(OTHER, 7)])
    seen(node=node, told=ABLE)
    assert Holding.objects.count() == 2
    seen(node=node, told=ABLE, held=[held(OTHER, 8)])
    assert list(Holding.objects.values_list("sha256", "size")) == [(OTHER, 8)]


def test_over_http_a_node_registers_and_tells_what_it_has(http, node):
    it, key = node
    answer = http(key).post("register/", {"attest_key": KEY})
    assert (answer.status_code, answer.json()["name"]) == (200, it.name)
    assert http(key).post("register/", {"attest_key": OTHER}).status_code == 422
    assert http(key).post("register/", {"attest_key": "short"}).status_code == 400
    told = ABLE | {"gpu": 2, "slots": 3, "room": 10, "held": [{"sha256": KEY, "size": 5}]}
    assert http(key).post("claim/", told).status_code == 204
    it = Node.objects.get(pk=it.pk)
    assert (it.gpu, it.slots, it.room, it.holdings.get().size) == (2, 3, 10, 5)
