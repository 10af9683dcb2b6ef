"""A node with several places: that many runs at a time, each told to the registry, none of them held up by another."""

import json
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest

from adp.reference.store import Store
from runners.node.config import Config
from runners.node.holdings import Holdings
from runners.node.loop import Node
from tests.factories.runners import ABLE
from tests.runners.node.registry import ORDER

RUNS = [f"6f6d6a52-0f3c-4c53-9d0d-00000000000{n}" for n in range(3)]


class Slow(Node):
    """Does not run anything: `go` lets its runs end."""

    def __init__(self, *given, **more):
        super().__init__(*given, **more)
        self.begun, self.go = threading.Semaphore(0), threading.Event()

    def work(self, order):
        self.begun.release()
        assert self.go.wait(20)
        if order.run == RUNS[0]:
            raise RuntimeError("a fault of ours in one run")


@pytest.fixture
def node(registry, tmp_path):
    config = Config(registry.url, "phn_deadbeef_key", poll=0.0, pause=0.01, slots=2)
    node = Slow(replace(config), ABLE, contextmanager(lambda: iter([tmp_path])), Holdings(Store(tmp_path / "store")))
    registry.answers["claim"] = lambda n: (200, ORDER | {"run": RUNS[n]}) if n < 3 else (204, {})
    thread = threading.Thread(target=node.serve, daemon=True)
    thread.start()
    yield node
    node.stop.set()
    node.go.set()
    thread.join(20)
    assert not thread.is_alive()


def test_as_many_runs_as_places_and_the_registry_knows_of_each(registry, node):
    assert node.begun.acquire(timeout=20)
    assert node.begun.acquire(timeout=20)
    assert not node.begun.acquire(timeout=0.3), "there is no third place"
    assert [sorted(body["busy"]) for body in registry.told("claim")] == [[], RUNS[:1]]
    node.go.set()
    assert node.begun.acquire(timeout=20), "a place is free again, though one run broke"


def test_what_it_holds_is_told_once_and_again_when_it_changes(registry, node, tmp_path):
    node.go.set()
    (tmp_path / "gaia").write_bytes(b"gaia")

    def told():
        return [body["held"] for body in registry.told("claim") if "held" in body]

    heard_after(registry, 2)
    assert told() == [[]]
    held = node.holdings.store.add(tmp_path / "gaia", title="Gaia")
    heard_after(registry, len(registry.told("claim")) + 2)
    assert told()[1:] == [[{"sha256": held.sha256, "size": 4, "title": "Gaia", "private": False}]]
    json.dumps(registry.told("claim"))


def heard_after(registry, count):
    for _ in range(400):
        if len(registry.told("claim")) > count:
            return
        registry.when("claim").clear()
        registry.when("claim").wait(0.05)
    raise AssertionError("the node asks no more")
