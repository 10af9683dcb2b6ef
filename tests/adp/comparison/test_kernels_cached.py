"""Compiled code is kept by what it was compiled from, in a folder of the user's, and nobody else's settings change."""

import shutil
import stat
from pathlib import Path

import numba
import pytest

from adp.comparison.compiled import cached


def test_a_change_in_any_kernel_is_another_folder(tmp_path: Path) -> None:
    copies = [tmp_path / own.name for own in cached.OWN]
    for own, copy in zip(cached.OWN, copies, strict=True):
        shutil.copytree(own, copy, ignore=shutil.ignore_patterns("__pycache__"))
    before = cached.digest(copies)
    assert before == cached.digest(cached.OWN)
    for copy, name in zip(copies, ("rice.py", "blocks.py"), strict=True):
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write("# changed\n")
        assert cached.digest(copies) != before
        before = cached.digest(copies)


def test_it_lies_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cached.folder() == tmp_path / "pharos" / f"kernels-{cached.digest(cached.OWN)}"


def test_without_a_cache_of_ones_own_it_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    found = cached.folder()
    assert stat.S_IMODE(found.stat().st_mode) == 0o700
    found.rmdir()


def test_the_rest_of_the_process_keeps_its_setting() -> None:
    before = numba.config.CACHE_DIR
    assert cached.load("adp.comparison.kernels.doors").__name__ == "adp.comparison.kernels.doors"
    assert before == numba.config.CACHE_DIR
