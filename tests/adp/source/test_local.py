import os

import pytest

from adp.errors import AuthorError, UsageError
from adp.source.limits import Limits
from adp.source.local import snapshot
from tests.factories.repositories import blob, commit_files, commit_tree, git, make_repository, write_files

FILES = {
    "adp.toml": "adp = 1\n",
    "src/a.py": "print(1)\n",
    ".gitignore": "*.pyc\nbuild/\n",
    "src/.gitignore": "local.txt\n",
    ".gitattributes": "*.txt text=auto\n",
    "crlf.txt": "a\r\nb\r\n",
    "crlf.bin": "a\r\nb\r\n",
}
IGNORED = {"a.pyc": "x", "build/out": "x", "src/local.txt": "x"}


def files_of(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_repository_is_judged_by_its_commit_not_its_work_tree(tmp_path):
    commit = make_repository(tmp_path / "p", FILES)
    write_files(tmp_path / "p", {"adp.toml": "changed"})
    found = snapshot(tmp_path / "p", tmp_path / "out")
    assert (found.commit, found.ref, found.tag, found.dirty) == (commit, "HEAD", None, True)
    assert (tmp_path / "out/adp.toml").read_text() == "adp = 1\n"
    assert found.tree == git(tmp_path / "p", "rev-parse", "HEAD^{tree}")


@pytest.mark.parametrize(
    ("change", "dirty"),
    [
        ({}, False),
        (IGNORED, False),
        ({"new": "x"}, True),
        ({"src/a.py": "print(2)\n"}, True),
        ({"src/a.py": "print(1)\n"}, False),
    ],
    ids=["nothing", "ignored files", "a new file", "another content", "written again"],
)
def test_dirty_means_what_git_status_means(tmp_path, change, dirty):
    make_repository(tmp_path / "p", FILES)
    write_files(tmp_path / "p", change)
    assert snapshot(tmp_path / "p", tmp_path / "out").dirty is dirty


def test_a_deleted_file_is_dirty_and_an_ignored_but_tracked_one_is_not(tmp_path):
    p = tmp_path / "p"
    make_repository(p, FILES)
    write_files(p, {"kept.pyc": "x"})
    git(p, "add", "-f", "kept.pyc")
    git(p, "commit", "-q", "-m", "x")
    assert not snapshot(p, tmp_path / "out").dirty
    (p / "adp.toml").unlink()
    assert snapshot(p, tmp_path / "out2").dirty


@pytest.mark.parametrize("ref", ["v1.0.0", "refs/tags/v1.0.0"])
def test_a_tag_can_be_asked_for(tmp_path, ref):
    commit = make_repository(tmp_path / "p", FILES, tag="v1.0.0", annotated=True)
    commit_files(tmp_path / "p", {"later": "x"})
    found = snapshot(tmp_path / "p", tmp_path / "out", ref)
    assert (found.commit, found.tag, found.dirty) == (commit, "v1.0.0", False)


@pytest.mark.parametrize("length", [40, 10])
def test_a_commit_can_be_asked_for_in_short(tmp_path, length):
    commit = make_repository(tmp_path / "p", FILES)
    commit_files(tmp_path / "p", {"later": "x"})
    assert snapshot(tmp_path / "p", tmp_path / "out", commit[:length]).commit == commit


@pytest.mark.parametrize("ref", ["nope", "HEAD~9", "--all", "deadbeef"])
def test_an_unknown_ref_is_refused(tmp_path, ref):
    make_repository(tmp_path / "p", FILES)
    with pytest.raises(AuthorError) as refusal:
        snapshot(tmp_path / "p", tmp_path / "out", ref)
    assert refusal.value.findings[0].code in {"REF_NOT_FOUND", "REF_REFUSED"}


def test_a_repository_without_a_commit_says_what_to_do(tmp_path):
    (tmp_path / "p").mkdir()
    git(tmp_path / "p", "init", "-q")
    with pytest.raises(AuthorError, match="no commit yet") as refusal:
        snapshot(tmp_path / "p", tmp_path / "out")
    assert "git commit" in refusal.value.hint


def test_a_folder_has_the_tree_id_git_gives_the_same_files(tmp_path):
    make_repository(tmp_path / "p", FILES)
    (tmp_path / "p/run.sh").write_text("#!/bin/sh\n")
    (tmp_path / "p/run.sh").chmod(0o755)
    (tmp_path / "p/link").symlink_to("src/a.py")
    commit_files(tmp_path / "p", {})
    write_files(tmp_path / "plain", FILES | IGNORED)
    (tmp_path / "plain/run.sh").write_text("#!/bin/sh\n")
    (tmp_path / "plain/run.sh").chmod(0o755)
    (tmp_path / "plain/link").symlink_to("src/a.py")
    (tmp_path / "plain/empty").mkdir()
    of_folder = snapshot(tmp_path / "plain", tmp_path / "out")
    of_repository = snapshot(tmp_path / "p", tmp_path / "out2")
    assert of_folder.tree == of_repository.tree
    assert (of_folder.commit, of_folder.committed_at, of_folder.dirty) == (None, 0, False)
    assert files_of(tmp_path / "out") == files_of(tmp_path / "out2")
    assert not (tmp_path / "plain/.git").exists()


def test_a_folder_inside_another_repository_is_its_files_on_disk(tmp_path):
    make_repository(tmp_path / "p", {".gitignore": "*.dat\n", "examples/one/a": "committed"})
    write_files(tmp_path / "p/examples/one", {"a": "on disk", "b.dat": "ignored only above"})
    found = snapshot(tmp_path / "p/examples/one", tmp_path / "out")
    assert found.commit is None
    assert files_of(tmp_path / "out") == {"a": b"on disk", "b.dat": b"ignored only above"}


def test_configuration_hooks_and_filters_have_no_say(tmp_path, monkeypatch):
    marker, home = tmp_path / "marker", tmp_path / "home"
    p = tmp_path / "p"
    make_repository(p, {"a.txt": "a\r\n", ".gitattributes": "a.txt filter=evil\n"})
    plain = tmp_path / "plain"
    write_files(plain, {"a.txt": "a\r\n", ".gitattributes": "a.txt filter=evil\n", "mine.tmp": "x"})
    evil = f'[core]\n\tautocrlf = true\n\tfsmonitor = "touch {marker}"\n'
    evil += f"\thooksPath = {home}/hooks\n\texcludesFile = {home}/ignore\n"
    evil += f'[filter "evil"]\n\tclean = touch {marker}; tr a b\n\tsmudge = touch {marker}\n\trequired = true\n'
    write_files(
        home, {".gitconfig": evil, "ignore": "*.tmp\n", "hooks/post-index-change": f"#!/bin/sh\ntouch {marker}\n"}
    )
    (home / "hooks/post-index-change").chmod(0o755)
    with (p / ".git/config").open("a") as file:
        file.write(evil)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert snapshot(p, tmp_path / "out").dirty is False
    snapshot(plain, tmp_path / "out2")
    assert files_of(tmp_path / "out")["a.txt"] == files_of(tmp_path / "out2")["a.txt"] == b"a\r\n"
    assert "mine.tmp" in files_of(tmp_path / "out2")
    assert not marker.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_who_owns_the_folder_does_not_matter(tmp_path):
    make_repository(tmp_path / "p", FILES)
    for place in (tmp_path / "p", *(tmp_path / "p").rglob("*")):
        os.lchown(place, 20001, 20001)
    assert not snapshot(tmp_path / "p", tmp_path / "out").dirty


def test_a_linked_work_tree_and_a_shared_clone_are_repositories_too(tmp_path):
    commit = make_repository(tmp_path / "p", FILES)
    git(tmp_path / "p", "worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    git(tmp_path, "clone", "-q", "--shared", "p", "shared")
    git(tmp_path, "clone", "-q", "--bare", "p", "bare.git")
    for number, name in enumerate(("linked", "shared", "bare.git")):
        found = snapshot(tmp_path / name, tmp_path / f"out{number}")
        assert (found.commit, found.dirty) == (commit, False)


def test_a_repository_inside_the_folder_is_a_submodule(tmp_path):
    write_files(tmp_path / "plain", {"a": "x"})
    make_repository(tmp_path / "plain/lib", {"b": "x"})
    with pytest.raises(AuthorError) as refusal:
        snapshot(tmp_path / "plain", tmp_path / "out")
    assert [f.code for f in refusal.value.findings] == ["TREE_SUBMODULE"]
    assert refusal.value.findings[0].where.file == "lib"


def test_a_committed_submodule_is_refused(tmp_path):
    make_repository(tmp_path / "p", FILES)
    commit_tree(
        tmp_path / "p",
        b"160000 commit " + b"1" * 40 + b"\tlib\0" + b"100644 blob " + blob(tmp_path / "p", b"x").encode() + b"\ta\0",
    )
    with pytest.raises(AuthorError, match="submodule"):
        snapshot(tmp_path / "p", tmp_path / "out")


@pytest.mark.parametrize("limits", [Limits(entries=3), Limits(tree_bytes=1000)], ids=["too many", "too large"])
def test_a_folder_of_raw_data_is_refused_before_it_is_copied(tmp_path, limits):
    write_files(tmp_path / "plain", {f"{i}.fits": "x" * 400 for i in range(5)})
    with pytest.raises(AuthorError) as refusal:
        snapshot(tmp_path / "plain", tmp_path / "out", limits=limits)
    assert [f.code for f in refusal.value.findings] == ["TREE_TOO_LARGE"]
    assert ".gitignore" in refusal.value.hint


def test_what_is_no_folder_or_no_repository_is_bad_usage(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "plain").mkdir()
    (tmp_path / "broken/.git").mkdir(parents=True)
    for path, ref in (("file", None), ("missing", None), ("plain", "v1")):
        with pytest.raises(UsageError):
            snapshot(tmp_path / path, tmp_path / "out", ref)
    with pytest.raises((UsageError, AuthorError)):
        snapshot(tmp_path / "broken", tmp_path / "out")


def test_a_partial_clone_is_unreadable_and_fetches_nothing(tmp_path):
    p = tmp_path / "p"
    make_repository(p, FILES)
    git(p, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", p.as_uri(), "partial.git")
    with pytest.raises(AuthorError) as refusal:
        snapshot(tmp_path / "partial.git", tmp_path / "out")
    assert [f.code for f in refusal.value.findings] == ["TREE_UNREADABLE"]
