"""What a machine keeps: how large, who uses it, and what goes first when there is too much."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adp.environment import cache, layer, place, uses

MIB = 1 << 20
HOLD = """
import pathlib, sys
from adp.environment import uses
uses.use(pathlib.Path(sys.argv[1]))
print("held", flush=True)
input()
"""


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PHAROS_TREES", str(tmp_path))
    return tmp_path


def put(shelf: Path, name: str, *, mib: int = 1, ago: float = 0.0) -> Path:
    """A thing of that size, last used so many seconds ago."""
    folder = shelf / name
    folder.mkdir()
    (folder / "file").write_bytes(os.urandom(mib * MIB))
    told = place.uses() / f"{shelf.name}-{name}"
    told.touch()
    os.utime(told, (time.time() - ago, time.time() - ago))
    return folder


def names(kept: Iterator[cache.Entry] | tuple[cache.Entry, ...]) -> list[str]:
    return [e.name for e in kept if e.kind != cache.DOWNLOADS]


def test_it_knows_kind_size_and_order_of_use() -> None:
    put(place.packages(), "young", ago=10)
    put(place.trees(), "old", mib=3, ago=1000)
    found = [e for e in cache.entries() if e.kind != cache.DOWNLOADS]
    assert [(e.kind, e.name, e.size // MIB) for e in found] == [("tree", "old", 3), ("packages", "young", 1)]
    assert 5 < time.time() - found[1].last_use < 100


def test_above_the_high_mark_what_was_used_longest_ago_goes_until_the_low_one() -> None:
    for n in range(10):
        put(place.packages(), f"p{n}", ago=1000 - n)
    assert names(cache.evict(most=20 * MIB)) == []
    assert names(cache.evict(most=9 * MIB)) == ["p0", "p1", "p2"]  # 7 MiB and a little are left, 80 % of 9
    assert sorted(p.name for p in place.packages().iterdir()) == [f"p{n}" for n in range(3, 10)]


def test_what_a_version_needs_stays_whatever_happens() -> None:
    folder = put(place.packages(), "published", ago=1000)
    put(place.packages(), "other")
    digest = layer.of(folder, "/opt/packages").digest
    assert names(cache.evict(needed={digest}, most=1)) == ["other"]
    assert folder.is_dir()
    assert cache.folder_of(digest) == (folder, "/opt/packages")
    assert names(cache.evict(most=1)) == ["published"]
    assert cache.folder_of(digest) is None


def test_what_another_process_uses_stays_until_that_ends() -> None:
    folder = put(place.packages(), "busy", ago=1000)
    with subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdin=-1, stdout=-1, text=True) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == "held\n"
        assert [e.is_used for e in cache.entries() if e.name == "busy"] == [True]
        assert names(cache.evict(most=1)) == []
        user.kill()
        user.wait()
    assert names(cache.evict(most=1)) == ["busy"]


def test_using_a_thing_makes_it_the_youngest() -> None:
    put(place.packages(), "a", ago=1000)
    put(place.packages(), "b", ago=500)
    assert names(cache.entries()) == ["a", "b"]
    uses.use(place.packages() / "a")
    assert names(cache.entries()) == ["b", "a"]


def test_what_a_process_left_half_removed_is_cleared_away() -> None:
    half = put(place.trees(), f"{cache.GONE}old")
    unfinished = put(place.packages(), ".being-made")
    assert names(cache.entries()) == []
    cache.evict(most=100 * MIB)
    assert not half.exists()
    assert unfinished.is_dir()


def test_without_a_word_it_takes_a_share_of_the_disk() -> None:
    put(place.trees(), "only")
    found = cache.marks(cache.entries())
    assert 0 < found.low < found.high
    assert names(cache.evict()) == []
