"""What a centre offers: everybody sees engines, places and titled data; operators see all, and make keys."""

import pytest
from django.test import Client

from registry.actions.centres import begin_membership, found
from registry.ledger.access import SYSTEM
from registry.ledger.models import Event
from runners.actions.seen import seen
from runners.models import Node
from tests.factories.people import PersonFactory
from tests.factories.runners import a_node

pytestmark = pytest.mark.django_db
PAGE, API = "/runs/centres/eso/", "/api/v1/centres/eso/nodes/"


def held(sha256, title="", *, private=False):
    return {"sha256": sha256 * 64, "size": 1 << 30, "title": title, "private": private}


@pytest.fixture
def centre():
    centre = found(actor=SYSTEM, handle="eso", name="ESO", tier="0")
    node, _ = a_node("paranal-1", centre=centre)
    seen(node=node, told={}, held=[held("a", "Gaia <b>DR3</b>"), held("b"), held("c", "DESI Y3", private=True)])
    a_node("paranal-2", centre=centre, is_enabled=False)
    return centre


def signed_in(centre, role):
    person = PersonFactory()
    begin_membership(actor=SYSTEM, centre=centre, person=person, role=role)
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("role", ["", "member", "curator"])
def test_others_see_what_is_offered_and_nothing_else(centre, role):
    client = signed_in(centre, role) if role else Client()
    page = client.get(PAGE).content.decode()
    assert "paranal-1" in page
    assert "Gaia &lt;b&gt;DR3&lt;/b&gt;" in page
    for kept in ("paranal-2", "b" * 64, "DESI Y3", "Make its key"):
        assert kept not in page
    told = client.get(API).json()
    assert [n["name"] for n in told["nodes"]] == ["paranal-1"]
    assert [(d["title"], d["nodes"]) for d in told["held"]] == [("Gaia <b>DR3</b>", ["paranal-1"])]


def test_an_operator_sees_all_and_makes_a_key_that_is_shown_once(centre):
    client = signed_in(centre, "operator")
    page = client.get(PAGE).content.decode()
    for own in ("paranal-2", "b" * 64, "DESI Y3", "is retired", "Make its key"):
        assert own in page
    made = client.post(PAGE, {"name": "paranal-3"}).content.decode()
    node = Node.objects.get(name="paranal-3")
    assert node.centre == centre
    assert f"phn_{node.key_prefix}_" in made
    assert "pharos-node register --registry http://testserver" in made
    assert "phn_" not in client.get(PAGE).content.decode()
    assert Event.objects.get(kind="node.enrol", subject_id=node.pk).actor is not None


@pytest.mark.parametrize("name", ["paranal-1", "no name", ""])
def test_a_name_that_cannot_be_is_said_at_the_field(centre, name):
    answer = signed_in(centre, "operator").post(PAGE, {"name": name}).content.decode()
    assert 'class="err"' in answer
    assert Node.objects.count() == 2


def test_who_is_no_operator_makes_no_key(centre):
    answer = signed_in(centre, "curator").post(PAGE, {"name": "mine"})
    assert answer.status_code == 403
    assert not Node.objects.filter(name="mine").exists()


def test_a_centre_that_is_none_is_not_found():
    assert Client().get("/runs/centres/none/").status_code == 404
    assert Client().get("/api/v1/centres/none/nodes/").status_code == 404
