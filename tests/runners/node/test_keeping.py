"""What a node does beside its runs: layers go to the registry, and only what nobody needs is thrown away."""

import hashlib
import uuid
from dataclasses import replace

import pytest
from django.test import Client

from adp.environment import cache, oci
from registry import environments
from runners.actions.finish import finish
from runners.node import keeping
from runners.node.keeping import Keeper
from runners.node.link import UnreachableError
from tests.factories.environments import a_root, told, write
from tests.factories.runners import a_claim, a_report


class Wire:
    """The node's link, led straight into the registry."""

    def __init__(self, key: str) -> None:
        self.client = Client(headers={"Authorization": f"Node {key}"})
        self.put_down: list[str] = []

    def ask(self, path):
        answer = self.client.get(f"/api/v1/node/{path}")
        assert answer.status_code == 200
        return answer.json()

    def put(self, path, file, *, headers, token):
        answer = self.client.put(
            f"/api/v1/node/{path}", file.read_bytes(), content_type="application/octet-stream", headers=dict(headers)
        )
        assert answer.status_code == 201, answer.content
        self.put_down.append(path)


class Silent:
    def ask(self, path):
        raise UnreachableError(path)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Unlike that of any other test: the store is theirs too."""
    monkeypatch.setenv("PHAROS_TREES", str(tmp_path / "machine"))
    made = a_root(one="MIT")
    for folder in (made.tree, made.packages):
        write(folder / "who", uuid.uuid4().hex)
    return made


@pytest.fixture
def judged(cast, root):
    """A version whose run passed in `root`."""
    taken = a_claim()
    finish(run_id=taken.run.pk, token=taken.token, report=replace(a_report(taken.run), environment=told(root)))
    return taken.run.version


@pytest.fixture
def said(monkeypatch):
    """What the keeper writes into the node's log."""
    sentences = []
    for level in ("warning", "error"):
        monkeypatch.setattr(keeping.log, level, lambda sentence, *given: sentences.append(sentence % given))
    return sentences


def test_the_layers_of_what_passed_go_to_the_registry_once(judged, root, node):
    wire = Wire(node[1])
    Keeper(wire, None).now()
    assert wire.put_down == [f"layers/{d}/" for d in sorted(e.digest for e in oci.image_of(root).layers)]
    assert environments.wanted() == frozenset()
    Keeper(wire, None).now()
    assert len(wire.put_down) == 2


def test_a_folder_that_changed_is_not_passed_off_as_the_one_that_was_used(judged, root, node, said):
    (root.packages / "one.py").write_text("evil", encoding="utf-8")
    Keeper(Wire(node[1]), None).now()
    assert any("no longer what it was" in sentence for sentence in said)
    assert environments.wanted() == {oci.image_of(root).layers[1].digest}


def test_what_the_registry_needs_is_not_thrown_away_and_the_rest_is(judged, root, node, monkeypatch):
    other = a_root("other", two="MIT").packages
    monkeypatch.setattr(cache, "LARGEST_SHARE", 0.0)
    Keeper(Wire(node[1]), None).now()
    assert not other.exists()
    assert root.packages.is_dir()
    assert root.tree.is_dir()


def test_a_registry_that_does_not_answer_costs_nothing(root, monkeypatch, said):
    monkeypatch.setattr(cache, "LARGEST_SHARE", 0.0)
    Keeper(Silent(), None).now()
    assert root.packages.is_dir()
    assert any("nothing is thrown away" in sentence for sentence in said)


@pytest.mark.parametrize("digest", ["0" * 64, "x", "..%2f..%2fetc"])
def test_nobody_puts_a_layer_that_no_version_needs(judged, node, http, digest):
    content = b"anything"
    answer = http(node[1]).put(f"layers/{digest}/", content, sha256=hashlib.sha256(content).hexdigest())
    assert answer.status_code == 404
    assert http("").client.get("/api/v1/node/layers/").status_code == 401


def test_a_layer_of_other_bytes_is_refused(judged, root, node, http):
    digest = oci.image_of(root).layers[0].digest
    answer = http(node[1]).put(f"layers/{digest}/", b"other bytes", sha256=digest)
    assert answer.status_code in {400, 422}
    assert digest in environments.wanted()
