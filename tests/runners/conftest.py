"""What the tests of this desk share."""

import pytest
from django.test import Client

from tests.factories import people
from tests.factories.runners import a_node


@pytest.fixture
def cast(db):
    return people.cast()


@pytest.fixture
def node(db):
    """(node, key)"""
    return a_node()


class NodeHTTP:
    """A node as the API sees it: JSON over HTTP with its key, and the token of an attempt."""

    def __init__(self, key: str, token: str = "") -> None:
        self.client = Client(headers={"Authorization": f"Node {key}"} if key else {})
        self.token = token

    def post(self, path, body=None):
        headers = {"X-Run-Token": self.token}
        return self.client.post(f"/api/v1/node/{path}", body or {}, content_type="application/json", headers=headers)

    def put(self, path, data, *, sha256, kind="product"):
        headers = {"X-Run-Token": self.token, "X-Content-SHA256": sha256, "X-Artefact-Kind": kind}
        kind = "application/octet-stream"
        return self.client.put(f"/api/v1/node/{path}", data, content_type=kind, headers=headers)


@pytest.fixture
def http():
    return NodeHTTP
