import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from adp.reference.staging import Shelf
from adp.reference.store import Store
from adp.reference.wanted import Bounds, Wanted
from tests.factories.https import serving

BODY = bytes(range(256)) * 400
QUICK = Bounds(start=10.0, stall=1.0, trickle=100, tries=3, pause=0.01)


@pytest.fixture(scope="session")
def https(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("https")) as running:
        yield running


@pytest.fixture
def server(https):
    https.paths.clear()
    https.asked.clear()
    return https


@pytest.fixture
def store():
    """Where the fetcher's account gets to: pytest's own folders are closed to others."""
    with tempfile.TemporaryDirectory(prefix="pharos-reference-") as folder:
        Path(folder).chmod(0o711)
        yield Store(Path(folder) / "reference", budget=10 << 20, reserve=0)


@pytest.fixture
def shelf(server, store, monkeypatch, tmp_path):
    monkeypatch.setenv("PHAROS_VAR", str(tmp_path / "var"))
    return Shelf(store, server.policy(), QUICK, server.authorities)


@pytest.fixture
def wanted():
    def make(url, body=BODY, **changes):
        return replace(Wanted("level0", hashlib.sha256(body).hexdigest(), url, len(body)), **changes)

    return make
