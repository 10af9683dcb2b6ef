"""adp cache: what a machine keeps, and how room is made."""

import os
from pathlib import Path

import pytest

from adp.cli.main import main
from adp.environment import place


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PHAROS_TREES", str(tmp_path))
    folder = place.packages() / "abc"
    folder.mkdir()
    (folder / "file").write_bytes(os.urandom(3 << 20))
    return folder


def test_it_lists_what_is_kept_and_changes_nothing(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache"]) == 0
    said = capsys.readouterr().out
    assert "3 MiB  packages" in said
    assert "abc" in said
    assert kept.is_dir()


def test_it_makes_room(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "--keep", "1 MiB"]) == 0
    assert "thrown away:" in capsys.readouterr().out
    assert not kept.exists()


def test_a_size_nobody_can_read_is_a_mistake_of_usage(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "--keep", "much"]) == 2
    assert "is no size" in capsys.readouterr().err
    assert kept.is_dir()
