"""Bytes come in whole and under their own name, or not at all."""

import hashlib
import io
import os

import pytest
from django.core.exceptions import ValidationError

from registry import storage
from registry.actions.artefacts import NameTakenError, store
from registry.models import Artefact
from tests.factories.registry import proposed, stored

CONTENT = b"some bytes" * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def everything(files):
    return [p for p in files.rglob("*") if p.is_file()]


def test_content_is_kept_once_under_its_digest(files):
    first, second = storage.keep(io.BytesIO(CONTENT)), storage.keep(io.BytesIO(CONTENT))
    assert first == second == storage.Blob(DIGEST, len(CONTENT))
    assert [p.name for p in everything(files)] == [DIGEST]
    with storage.fetch(DIGEST) as file:
        assert file.read() == CONTENT


def test_what_was_not_announced_is_not_kept(files):
    with pytest.raises(storage.WrongDigestError):
        storage.keep(io.BytesIO(CONTENT), sha256="0" * 64)
    assert everything(files) == []


def test_too_much_is_not_kept(files):
    with pytest.raises(storage.TooLargeError):
        storage.keep(io.BytesIO(CONTENT), limit=100)
    assert everything(files) == []


def test_a_full_disk_leaves_no_half_file(files, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        storage.keep(io.BytesIO(CONTENT))
    assert everything(files) == []
    assert not storage.has(DIGEST)


def test_a_half_file_of_an_earlier_accident_is_replaced(files):
    place = files / storage.key(DIGEST)
    place.parent.mkdir(parents=True)
    place.write_bytes(CONTENT[:10])
    storage.keep(io.BytesIO(CONTENT))
    assert storage.digest(DIGEST) == DIGEST


def test_the_same_file_of_a_run_twice_is_one_row(cast):
    version = proposed(cast.alice)
    assert stored(version, kind="log", name="a.log", content=b"a").pk == (
        stored(version, kind="log", name="a.log", content=b"a").pk
    )
    with pytest.raises(NameTakenError):
        stored(version, kind="log", name="a.log", content=b"b")
    stored(version, kind="log", name="a.log", content=b"b", run="run-2")
    assert Artefact.objects.count() == 2


BAD_NAMES = ["", "/etc/passwd", "../up", "a/../../b", "a//b", ".", "a\nb", "a\\b", "x" * 256]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_stays_inside_the_archive(cast, name):
    version = proposed(cast.alice)
    with pytest.raises(ValidationError):
        stored(version, kind="log", name=name, content=b"a")


def test_an_unknown_kind_is_refused(cast):
    version = proposed(cast.alice)
    with pytest.raises(ValidationError):
        store(version=version, kind="virus", name="a", stream=io.BytesIO(b"a"), sha256=DIGEST)
