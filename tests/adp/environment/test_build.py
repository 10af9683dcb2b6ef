"""From a manifest's environment to a root; real trees and wheels where the machine can make them."""

from pathlib import Path

import pytest

from adp.environment import packages
from adp.environment.build import judge_root, packaged, root_for
from adp.environment.recipe import ASTRO_1
from adp.environment.tree import Root
from adp.errors import AuthorError, PlatformError
from adp.finding import Reason
from adp.manifest.model import Environment


def test_a_base_nobody_knows_is_the_authors_fault() -> None:
    with pytest.raises(AuthorError) as caught:
        root_for(Environment(base="astro-9"), Path())
    assert (caught.value.findings[0].reason, caught.value.findings[0].code) == (Reason.BUILD_FAIL, "BASE_UNKNOWN")


@pytest.mark.parametrize("wanted", [Environment(dockerfile="Dockerfile"), Environment(image="x@sha256:0")])
def test_an_image_could_not_be_checked_here(wanted: Environment) -> None:
    with pytest.raises(PlatformError, match="needs a container engine"):
        root_for(wanted, Path())


def test_the_digest_of_a_set_is_lock_and_recipe() -> None:
    assert packages.digest_of(b"a", ASTRO_1) != packages.digest_of(b"b", ASTRO_1)
    assert packages.digest_of(b"a", ASTRO_1) == packages.digest_of(b"a", ASTRO_1)


@pytest.fixture(scope="module")
def default() -> Root:
    return root_for(Environment(base="astro-1"), Path())


@pytest.mark.sandbox
class TestReal:
    def test_the_default_set_is_there_to_the_version(self, default: Root) -> None:
        assert default.contents["debian/python3"].startswith("3.11")
        assert {"python/numpy", "python/scipy", "python/astropy", "python/pytest"} <= default.contents.keys()
        assert default == root_for(Environment(base="astro-1"), Path())

    def test_the_judge_has_the_same_tree_and_its_own_packages(self, default: Root) -> None:
        judge = judge_root()
        assert judge.tree == default.tree
        assert judge.packages != default.packages
        assert judge.digest != default.digest
        assert "python/pytest" not in judge.contents

    def test_the_tree_gives_no_rights_and_has_its_mount_points(self, default: Root) -> None:
        assert default.tree is not None
        assert [p for p in ASTRO_1.mount_points if not (default.tree / p[1:]).is_dir()] == []
        files = (p for p in default.tree.rglob("*") if p.is_file() and not p.is_symlink())
        assert [str(p) for p in files if p.stat().st_mode & 0o6000] == []
        assert [str(p) for p in (default.tree / "etc/apt").rglob("*") if p.is_file()] == []

    def test_commands_of_the_set_start_the_trees_python(self, default: Root) -> None:
        assert default.packages is not None
        commands = list((default.packages / "bin").iterdir())
        assert {c.read_bytes().split(b"\n")[0] for c in commands} == {b"#!/usr/bin/python3"}
        assert list((default.packages / "numpy").glob("__pycache__/*.cpython-311.pyc")) != []

    def test_a_lock_of_the_author_is_the_whole_set(self, tmp_path: Path) -> None:
        text = packaged("astro-1.lock").decode()
        start = text.index("iniconfig==")
        only = text[start : text.index("\nnumpy==")]
        (tmp_path / "requirements.lock").write_text(only, encoding="utf-8")
        root = root_for(Environment(base="astro-1", requirements="requirements.lock"), tmp_path)
        assert [name for name in root.contents if name.startswith("python/")] == ["python/iniconfig"]

    def test_a_wrong_hash_is_the_authors_fault(self, tmp_path: Path) -> None:
        wrong = "iniconfig==2.3.1 --hash=sha256:" + "0" * 64
        (tmp_path / "requirements.lock").write_text(wrong, encoding="utf-8")
        with pytest.raises(AuthorError) as caught:
            root_for(Environment(base="astro-1", requirements="requirements.lock"), tmp_path)
        assert caught.value.findings[0].code == "PACKAGES"
        assert caught.value.findings[0].where.file == "requirements.lock"

    def test_an_index_out_of_reach_is_not(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("UV_OFFLINE", "1")
        never_seen = "pharos-never-seen==1.0 --hash=sha256:" + "0" * 64
        (tmp_path / "requirements.lock").write_text(never_seen, encoding="utf-8")
        with pytest.raises(PlatformError, match="could not be fetched"):
            root_for(Environment(base="astro-1", requirements="requirements.lock"), tmp_path)
