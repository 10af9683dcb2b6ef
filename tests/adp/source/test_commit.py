import pytest

from adp.errors import UsageError
from adp.source.local import commit_all, create_repository
from tests.factories.repositories import WHEN, git, write_files


def test_a_new_repository_has_one_commit_on_main_by_a_neutral_author(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    write_files(tmp_path / "p", {"adp.toml": "adp = 1\n", "src/a.py": ""})
    commit = create_repository(tmp_path / "p")
    assert (
        git(tmp_path / "p", "log", "--format=%H %an <%ae>", "main") == f"{commit} ADP author <author@example.invalid>"
    )
    assert git(tmp_path / "p", "status", "--porcelain") == ""
    assert not (tmp_path / "p/.git/hooks").exists()


def test_the_person_is_named_as_in_their_own_git_but_nothing_else_is_taken_over(tmp_path, monkeypatch):
    marker = tmp_path / "marker"
    config = "[user]\n\tname = Zoë Ríos\n\temail = zoe@example.org\n[commit]\n\tgpgSign = true\n"
    config += f'[core]\n\tfsmonitor = "touch {marker}"\n'
    write_files(tmp_path / "home", {".gitconfig": config})
    write_files(tmp_path / "p", {"a": "x"})
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    create_repository(tmp_path / "p")
    assert git(tmp_path / "p", "log", "--format=%an <%ae>") == "Zoë Ríos <zoe@example.org>"
    assert not marker.exists()


def test_the_same_files_at_the_same_time_are_the_same_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    commits = set()
    for name in ("p", "q"):
        write_files(tmp_path / name, {"a": "x"})
        git(tmp_path / name, "init", "-q", "--initial-branch=main")
        commits.add(commit_all(tmp_path / name, "work", tag="v1.0.0", when=WHEN))
        commits.add(git(tmp_path / name, "rev-parse", "v1.0.0^{commit}"))
        assert git(tmp_path / name, "cat-file", "-t", "v1.0.0") == "tag"
    assert len(commits) == 1


def test_a_second_repository_in_the_same_folder_is_bad_usage(tmp_path):
    write_files(tmp_path / "p", {"a": "x"})
    create_repository(tmp_path / "p")
    with pytest.raises(UsageError, match="already"):
        create_repository(tmp_path / "p")


def test_nothing_to_commit_is_bad_usage(tmp_path):
    write_files(tmp_path / "p", {"a": "x"})
    create_repository(tmp_path / "p")
    with pytest.raises(UsageError, match="git commit"):
        commit_all(tmp_path / "p", "again")
