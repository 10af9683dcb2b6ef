"""The store: by content, whole or not at all, what is in use stays, what is damaged goes."""

import hashlib
import os

import pytest

from adp.errors import PlatformError, UsageError
from adp.reference.quarantine import Quarantine
from adp.reference.store import DamagedError, Store


@pytest.fixture
def file(tmp_path):
    def make(body, name="mine"):
        (tmp_path / name).write_bytes(body)
        return tmp_path / name

    return make


def sha256_of(body):
    return hashlib.sha256(body).hexdigest()


def fetched(store, file, body):
    return store.take(file(body), sha256_of(body)).sha256


def test_an_operators_file_is_copied_and_kept_under_its_content(store, file):
    held = store.add(file(b"gaia"), title="A cone of Gaia DR3")
    assert (held.sha256, held.size, held.title) == (sha256_of(b"gaia"), 4, "A cone of Gaia DR3")
    assert store.held() == [held]
    assert file(b"gaia").exists()


def test_an_operator_who_says_the_digest_is_told_when_it_is_another(store, file):
    with pytest.raises(UsageError, match="sha256 of"):
        store.add(file(b"gaia"), sha256="0" * 64)
    assert store.held() == []


def test_what_was_fetched_becomes_an_operators_when_he_brings_it(store, file):
    fetched(store, file, b"gaia")
    store.add(file(b"gaia"), title="Gaia")
    assert [(h.title, h.is_pinned) for h in store.held()] == [("Gaia", True)]


def test_what_is_private_is_for_its_centres_versions_until_the_world_serves_it(store, file):
    held = store.add(file(b"proprietary"), title="DESI Y3", private=True).sha256
    assert (store.has(held), store.has(held, private=True)) == (False, True)
    with pytest.raises(KeyError), store.using(held):
        pass
    fetched(store, file, b"proprietary")
    assert store.has(held)
    assert [(h.title, h.is_pinned) for h in store.held()] == [("DESI Y3", True)]


def test_the_longest_unused_makes_room_but_never_an_operators(store, file):
    small = Store(store.folder, budget=10, reserve=0)
    pinned = small.add(file(b"operator")).sha256
    first, second = fetched(small, file, b"aaaa"), fetched(small, file, b"bbbb")
    os.utime(small.folder / first, (1, 1))
    small.make_room(5)
    assert {h.sha256 for h in small.held()} == {pinned, second}
    with pytest.raises(PlatformError, match="does not fit"):
        small.make_room(11)


def test_what_is_in_use_stays(store, file):
    small = Store(store.folder, budget=4, reserve=0)
    used = fetched(small, file, b"aaaa")
    with small.using(used), pytest.raises(PlatformError, match="does not fit"):
        small.make_room(4)
    small.make_room(4)
    assert not small.has(used)


def test_damage_is_found_before_use_and_by_a_look(store, file):
    held = store.add(file(b"gaia")).sha256
    inside = store.folder / held / "data"
    inside.chmod(0o644)
    inside.write_bytes(b"gaja")
    with pytest.raises(DamagedError), store.using(held):
        pass
    assert store.held() == []
    with pytest.raises(KeyError), store.using(held):
        pass


def test_what_a_dead_process_was_about_to_bring_is_cleared_away(store):
    (store.folder / "incoming-999999999-1").mkdir()
    (store.folder / f"incoming-{os.getpid()}-1").mkdir()
    store.make_room(1)
    assert [e.name for e in store.folder.iterdir()] == [f"incoming-{os.getpid()}-1"]


def test_quarantine_is_bounded_and_the_oldest_go(tmp_path, file):
    kept = Quarantine(tmp_path / "quarantine", kept=10)
    for body in (b"aaaa", b"bbbb", b"cccc", b"dddddddddddd"):
        kept.put(file(body), sha256="0" * 64, found=sha256_of(body), why="another digest")
    assert [s.size for s in kept.suspects()] == [4, 4, 12]
    assert sum(f.stat().st_size for f in kept.folder.rglob("data")) == 8
    kept.clear()
    assert list(kept.suspects()) == []
