"""Where things live, and that they go."""

import os
import threading
from pathlib import Path

import pytest

from adp.environment import place
from adp.errors import PlatformError


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHAROS_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("PHAROS_TREES", raising=False)


def test_it_is_where_the_variable_says_and_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place.var() == tmp_path / "var"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PHAROS_VAR", "here")
    assert place.var() == tmp_path / "here"


def test_without_the_variable_it_is_beside_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PHAROS_VAR")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert place.var() == tmp_path / "var"


def test_a_place_that_cannot_be_made_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("PHAROS_VAR", str(tmp_path / "file" / "below"))
    with pytest.raises(PlatformError, match="cannot make"):
        place.var()


def test_a_job_folder_is_reachable_but_not_listed_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0o077)
    try:
        with place.new_job_folder() as folder:
            modes = [p.stat().st_mode & 0o777 for p in (folder, folder.parent, folder.parent.parent)]
            (folder / "left").mkdir(mode=0)
    finally:
        os.umask(before)
    assert modes == [0o711, 0o711, 0o755]
    assert list(folder.parent.iterdir()) == []


def a_dead_job() -> Path:
    with place.new_job_folder() as alive:
        dead = alive.with_name("dead")
    (place.var() / "locks" / "job-dead").write_bytes(b"")
    dead.mkdir()
    return dead


def test_what_a_dead_process_left_is_found_and_goes_but_not_what_lives() -> None:
    dead = a_dead_job()
    with place.new_job_folder() as alive:
        assert list(place.dead_jobs()) == ["dead"]
        assert alive.is_dir()
        assert not dead.exists()
        assert list(place.dead_jobs()) == []
    assert not list((place.var() / "locks").glob("job-*"))


def test_what_could_not_be_cleared_away_is_found_again() -> None:
    dead = a_dead_job()
    for name in place.dead_jobs():
        assert name == "dead"
        break
    assert dead.is_dir()
    assert list(place.dead_jobs()) == ["dead"]


def test_who_works_for_a_job_knows_its_name() -> None:
    with place.new_job_folder() as folder:
        assert place.job() == folder.name
        with place.working_for("another"):
            assert place.job() == "another"
    assert place.job() == ""


def test_one_at_a_time_and_the_other_is_told() -> None:
    told, order = threading.Event(), list[str]()

    def second() -> None:
        with place.lock("x", on_wait=told.set):
            order.append("second")

    with place.lock("x"):
        other = threading.Thread(target=second)
        other.start()
        assert told.wait(5)
        order.append("first")
    other.join()
    assert order == ["first", "second"]


def test_what_is_built_anew_is_built_elsewhere_and_only_meanwhile(tmp_path: Path) -> None:
    before = place.packages(), place.cache("uv")
    with place.built_anew(tmp_path / "anew"):
        assert place.is_built_anew()
        assert (place.packages(), place.cache("uv")) == (tmp_path / "anew/packages", tmp_path / "anew/cache/uv")
        assert place.trees() == place.shared() / "trees"
    assert (place.packages(), place.cache("uv")) == before
    assert not place.is_built_anew()
