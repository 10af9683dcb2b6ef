"""What the tests of the book share."""

import shutil

import pytest
from rest_framework.test import APIClient

from registry.actions import tokens
from tests.factories import people


@pytest.fixture
def cast(db, files):
    return people.cast()


@pytest.fixture
def files(settings, tmp_path):
    """A store of its own, gone afterwards."""
    settings.PHAROS_FILES = tmp_path / "files"
    settings.STORAGES = settings.STORAGES | {
        "artefacts": {
            "BACKEND": "registry.storage.DurableStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        }
    }
    yield tmp_path / "files"
    shutil.rmtree(tmp_path / "files", ignore_errors=True)


@pytest.fixture
def api():
    """api(person) asks with a key of that person; api() is the public."""

    def client(person=None, scopes=("read", "submit", "review", "edit")) -> APIClient:
        made = APIClient()
        if person is not None:
            issued = tokens.issue(actor=person, scopes=scopes)
            made.credentials(HTTP_AUTHORIZATION=f"Bearer {issued.key}")
        return made

    return client
