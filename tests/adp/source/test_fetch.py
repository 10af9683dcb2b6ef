import os
import stat

import pytest

from adp.errors import AuthorError, PlatformError, UsageError
from adp.source import git as git_room
from adp.source.fetch import fetch
from tests.factories.repositories import WHEN, blob, commit_files, commit_tree, git, make_repository

FILES = {"adp.toml": "adp = 1\n", "src/a.py": "print(1)\n", "data/empty": ""}


@pytest.mark.parametrize("annotated", [False, True], ids=["plain tag", "annotated tag"])
def test_a_tag_gives_its_commit(world, annotated):
    commit = make_repository(world.folder / "alice/p", FILES, tag="v1.0.0", annotated=annotated)
    commit_files(world.folder / "alice/p", {"later": "x"})
    snapshot = world.fetch("alice/p", "v1.0.0")
    assert (snapshot.commit, snapshot.tag, snapshot.ref) == (commit, "v1.0.0", "v1.0.0")
    assert snapshot.tree == git(world.folder / "alice/p", "rev-parse", f"{commit}^{{tree}}")
    assert snapshot.committed_at == WHEN
    assert {str(p.relative_to(world.out)) for p in world.out.rglob("*") if p.is_file()} == set(FILES)
    assert (world.out / "src/a.py").read_text() == FILES["src/a.py"]


@pytest.mark.parametrize("spelled", ["main", "refs/heads/main", "HEAD", "{commit}"])
def test_a_branch_or_a_full_commit_id_gives_its_commit(world, spelled):
    commit = make_repository(world.folder / "p", FILES)
    snapshot = world.fetch("p", spelled.format(commit=commit))
    assert (snapshot.commit, snapshot.tag) == (commit, None)


def test_an_older_commit_is_fetched_by_its_id(world):
    older = make_repository(world.folder / "p", FILES)
    commit_files(world.folder / "p", {"later": "x"})
    assert world.fetch("p", older).commit == older
    assert not (world.out / "later").exists()


def test_permissions_are_two_and_readable_whatever_the_umask(world):
    make_repository(world.folder / "p", FILES)
    (world.folder / "p/run.sh").write_text("#!/bin/sh\n")
    (world.folder / "p/run.sh").chmod(0o755)
    commit_files(world.folder / "p", {})
    before = os.umask(0o077)
    try:
        world.fetch("p")
    finally:
        os.umask(before)
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (world.out, *world.out.rglob("*"))}
    assert modes["run.sh"] == modes["src"] == modes["out"] == 0o755
    assert modes["a.py"] == 0o644


def test_a_link_that_stays_inside_is_kept(world):
    make_repository(world.folder / "p", FILES)
    (world.folder / "p/src/link").symlink_to("../adp.toml")
    commit_files(world.folder / "p", {})
    world.fetch("p")
    assert (world.out / "src/link").readlink().as_posix() == "../adp.toml"
    assert (world.out / "src/link").read_text() == "adp = 1\n"


def test_an_unknown_ref_is_not_found_and_the_tags_are_named(world):
    make_repository(world.folder / "p", FILES, tag="v1.0.0")
    with pytest.raises(AuthorError) as refusal:
        world.fetch("p", "v9")
    assert [f.code for f in refusal.value.findings] == ["REF_NOT_FOUND"]
    assert "v1.0.0" in refusal.value.hint


@pytest.mark.parametrize("ref", ["0" * 40, "a" * 40])
def test_a_commit_the_repository_does_not_have_is_not_found(world, ref):
    make_repository(world.folder / "p", FILES)
    assert world.codes("p", ref) == {"REF_NOT_FOUND"}


def test_a_tag_of_a_file_is_no_commit(world):
    make_repository(world.folder / "p", FILES)
    git(world.folder / "p", "tag", "file", blob(world.folder / "p", b"x"))
    assert world.codes("p", "file") == {"REF_NOT_FOUND"}


def test_no_repository_is_unreachable(world):
    assert world.codes("nobody/nothing") == {"UNREACHABLE"}


def test_a_server_that_is_down_is_unreachable(world):
    world.host.close()
    assert world.codes("p") == {"UNREACHABLE"}


@pytest.mark.parametrize(
    "ref", ["", "-x", "--upload-pack=x", "a..b", "a b", "a\nb", "a@{1}", "x.lock", "/a", "a/", "a:b", "é", "a" * 300]
)
def test_a_ref_with_a_meaning_of_its_own_is_refused(world, ref):
    assert world.codes("p", ref) == {"REF_REFUSED"}


def test_sha256_repositories_are_refused_by_name(world):
    assert world.codes("p", "0" * 64) == {"OBJECT_FORMAT"}
    (world.folder / "q").mkdir()
    git(world.folder / "q", "init", "-q", "--object-format=sha256", "--initial-branch=main")
    commit_files(world.folder / "q", FILES)
    assert world.codes("q") == {"OBJECT_FORMAT"}


def test_a_tag_that_stands_is_fetched_as_pinned(world):
    commit = make_repository(world.folder / "p", FILES, tag="v1.0.0", annotated=True)
    assert world.fetch("p", "v1.0.0", pinned=commit).commit == commit


def test_a_tag_that_moved_is_refused(world):
    commit = make_repository(world.folder / "p", FILES, tag="v1.0.0")
    commit_files(world.folder / "p", {"evil": "x"}, tag="v1.0.0")
    assert world.codes("p", "v1.0.0", pinned=commit) == {"TAG_MOVED"}


def test_a_tag_that_vanished_is_refused(world):
    commit = make_repository(world.folder / "p", FILES, tag="v1.0.0")
    git(world.folder / "p", "tag", "-d", "v1.0.0")
    assert world.codes("p", "v1.0.0", pinned=commit) == {"TAG_MOVED"}


def test_a_branch_named_like_a_commit_is_never_taken_for_it(world):
    commit = make_repository(world.folder / "p", FILES)
    evil = commit_files(world.folder / "p", {"evil": "x"})
    git(world.folder / "p", "update-ref", f"refs/heads/{commit}", evil)
    assert world.fetch("p", commit).commit == commit


def test_a_tag_wins_over_a_branch_of_the_same_name(world):
    commit = make_repository(world.folder / "p", FILES, tag="both")
    git(world.folder / "p", "update-ref", "refs/heads/both", commit_files(world.folder / "p", {"b": ""}))
    assert world.fetch("p", "both").commit == commit


def test_an_empty_repository_has_nothing_to_fetch(world):
    (world.folder / "p").mkdir()
    git(world.folder / "p", "init", "-q")
    assert world.codes("p") == {"REF_NOT_FOUND"}


def test_a_folder_with_files_in_it_is_never_written_to(world):
    make_repository(world.folder / "p", FILES)
    world.out.mkdir()
    (world.out / "mine").touch()
    with pytest.raises(UsageError):
        world.fetch("p")
    assert [p.name for p in world.out.iterdir()] == ["mine"]


def test_the_callers_environment_has_no_say(world, monkeypatch, tmp_path):
    commit = make_repository(world.folder / "p", FILES)
    marker = tmp_path / "marker"
    for name in ("GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE", "GIT_COMMON_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", f"touch {marker}")
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    assert world.fetch("p").commit == commit
    assert not marker.exists()
    assert not (tmp_path / "trace").exists()


def test_a_machine_without_git_is_our_fault(world, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(git_room, "SYSTEM_PATH", str(tmp_path))
    git_room.program.cache_clear()
    try:
        with pytest.raises(PlatformError, match="is not installed"):
            fetch(world.host.url_of("p"), "main", world.out, world.policy)
    finally:
        git_room.program.cache_clear()


def test_a_missing_object_is_unreadable_not_a_crash(world):
    make_repository(world.folder / "p", FILES)
    commit_tree(world.folder / "p", b"100644 blob " + b"1" * 40 + b"\tgone\0")
    assert world.codes("p") <= {"TREE_UNREADABLE", "TREE_MALFORMED"}
