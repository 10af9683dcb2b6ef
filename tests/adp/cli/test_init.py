import subprocess
from pathlib import Path

import pytest

from adp.cli.main import main
from adp.manifest import template
from adp.manifest.load import load


def git(directory: Path, *words: str) -> list[str]:
    return subprocess.run(
        ("git", *words), cwd=directory, check=True, capture_output=True, text=True
    ).stdout.splitlines()


def test_it_writes_an_adp_named_after_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path / "Sky_1")]) == 0
    manifest, findings = load(tmp_path / "Sky_1" / "adp.toml")
    assert findings == ()
    assert manifest is not None
    assert manifest.product.name == "sky-1"
    assert f"adp check {tmp_path / 'Sky_1'}" in capsys.readouterr().out


def test_it_is_a_git_repository_with_one_commit_and_nothing_left_over(tmp_path: Path) -> None:
    assert main(["init", str(tmp_path / "new" / "deep")]) == 0
    assert len(git(tmp_path / "new" / "deep", "log", "--format=%H")) == 1
    assert git(tmp_path / "new" / "deep", "status", "--porcelain") == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes").write_text("mine")
    assert main(["init", str(tmp_path)]) == 2
    assert [p.name for p in tmp_path.iterdir()] == ["notes"]
    assert "no empty folder" in capsys.readouterr().err


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    assert main(["init", str(tmp_path / "notes")]) == 2
    assert main(["init", str(tmp_path / "notes" / "below")]) == 2


def test_a_failure_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "MENTIONS", ("adp.toml", "no-such-file"))
    assert main(["init", str(tmp_path / "new")]) == 2
    assert list((tmp_path / "new").iterdir()) == []


def test_an_unknown_template_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["init", str(tmp_path / "new"), "--template", "no-such"])
