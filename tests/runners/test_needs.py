"""What a run needs and what a node offers: a node leaves what it cannot do, and the book knows what there is."""

import pytest

from registry.ledger.access import SYSTEM
from registry.models import Offer
from registry.needs import Offering
from runners.actions.claim import claim
from runners.actions.nodes import renew, retire
from runners.actions.seen import seen
from tests.factories.runners import a_run

NEEDS = [
    ({"cpus": 9}, "9 cores"),
    ({"memory": 64 << 30}, "memory"),
    ({"arch": "aarch64"}, "aarch64"),
    ({"gpu": 1}, "1 GPU"),
]


@pytest.mark.parametrize(("resources", "why"), NEEDS)
def test_a_node_leaves_a_run_that_it_cannot_do(node, resources, why):
    a_run(manifest={"resources": resources})
    small = a_run()
    assert why in node[0].offering.lacks(resources)
    assert claim(node=node[0]).run == small
    assert claim(node=node[0]) is None


def test_what_a_node_offers_is_told_to_the_book_and_taken_back(node, cast):
    machine = node[0]
    seen(node=machine, told={"cores": 4, "memory": 8 << 30, "arch": "x86_64", "engine": "bubblewrap"})
    assert Offer.objects.offerings([]) == [Offering("rhone-2", 4, 8 << 30, "x86_64", engine="bubblewrap")]
    seen(node=machine, told={"cores": 8, "memory": 8 << 30, "arch": "x86_64", "engine": "bubblewrap"})
    assert Offer.objects.get().cpus == 8
    retire(actor=SYSTEM, node=machine)
    assert not Offer.objects.exists()
    renew(actor=SYSTEM, node=machine)
    assert Offer.objects.get().cpus == 8


def test_a_run_is_found_behind_more_that_no_node_can_do_than_one_look_reaches(node, monkeypatch):
    monkeypatch.setattr("runners.actions.claim.LOOK", 2)
    for _ in range(5):
        a_run(manifest={"resources": {"cpus": 9}})
    small = a_run()
    assert claim(node=node[0]).run == small
    assert claim(node=node[0]) is None
