import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.core.servers.basehttp import WSGIServer
from django.db import connections
from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler, _StaticFilesHandler

from runners.node.config import Config
from runners.node.loop import Node
from tests.factories.runners import ABLE
from tests.runners.node.registry import FakeRegistry


@pytest.fixture
def registry():
    with FakeRegistry() as running:
        yield running


@pytest.fixture
def a_node_at(tmp_path):
    """A node whose job is one of tests.runners.node.checks, without waiting longer than a test should."""

    def make(url, check="passes", key="phn_deadbeef_key", **changes):
        config = Config(url, key, check=f"tests.runners.node.checks:{check}", poll=0.0, pause=0.01, grace=5.0)

        @contextmanager
        def folder():
            (tmp_path / "job").mkdir()
            yield tmp_path / "job"

        return Node(replace(config, **changes), ABLE, folder)

    return make


@pytest.fixture
def in_background():
    """Run a node while the test looks on; it has ended when the test ends."""
    threads = []

    def start(node):
        thread = threading.Thread(target=node.serve, kwargs={"once": True}, daemon=True)
        thread.start()
        threads.append((node, thread))
        return thread

    yield start
    for node, thread in threads:
        node.stop.set()
        thread.join(20)
        assert not thread.is_alive()


class OneAtATime(LiveServerThread):
    """The in-memory book has one connection: requests take turns."""

    def _create_server(self, connections_override=None):
        return WSGIServer((self.host, self.port), QuietWSGIRequestHandler, allow_reuse_address=False)


@pytest.fixture
def site(transactional_db):
    shared = {c.alias: c for c in connections.all() if c.vendor == "sqlite" and c.is_in_memory_db()}
    for connection in shared.values():
        connection.inc_thread_sharing()
    thread = OneAtATime("127.0.0.1", _StaticFilesHandler, connections_override=shared)
    thread.daemon = True
    thread.start()
    assert thread.is_ready.wait(20)
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
    for connection in shared.values():
        connection.dec_thread_sharing()
