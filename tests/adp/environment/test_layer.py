"""A layer's digest depends on content alone: not on order, time, owner or machine."""

import io
import os
import tarfile
from pathlib import Path

import pytest

from adp.environment import layer, place
from adp.environment.build import packaged
from adp.environment.debian import tree_for
from adp.environment.layer import Counted
from adp.environment.packages import set_for
from adp.environment.recipe import ASTRO_1
from adp.environment.settled import settle
from adp.environment.tree import PACKAGES_AT

NAMES = ["b/z.py", "b/a.py", "a/ä.txt", "A.txt", "b/" + "long" * 40]


def made(folder: Path, names: list[str], *, time: int) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
        os.utime(path, (time, time))
    (folder / "link").symlink_to("/nowhere/else")
    return folder


def test_the_order_and_the_time_of_making_do_not_matter(tmp_path: Path) -> None:
    first = layer.write(made(tmp_path / "1", NAMES, time=1), "/")
    second = layer.write(made(tmp_path / "2", NAMES[::-1], time=2_000_000_000), "/")
    assert first == second
    (tmp_path / "2" / "A.txt").write_text("other", encoding="utf-8")
    assert layer.write(tmp_path / "2", "/") != first


def test_rights_matter_but_more_than_the_users_own_are_lost(tmp_path: Path) -> None:
    folder = made(tmp_path / "1", NAMES, time=1)
    before = layer.write(folder, "/")
    (folder / "A.txt").chmod(0o4644)
    assert layer.write(folder, "/") == before
    (folder / "A.txt").chmod(0o755)
    assert layer.write(folder, "/") != before


def test_its_digest_and_size_are_those_of_the_tar(tmp_path: Path) -> None:
    stream = io.BytesIO()
    found = layer.write(made(tmp_path / "1", NAMES, time=1), "/opt/here", stream)
    again = Counted()
    again.write(stream.getvalue())
    assert (found.digest, found.size) == (again.digest, len(stream.getvalue()))
    with tarfile.open(fileobj=io.BytesIO(stream.getvalue())) as archive:
        entries = archive.getmembers()
    assert [e.name for e in entries[:3]] == ["opt", "opt/here", "opt/here/A.txt"]
    assert {(e.uid, e.gid, e.uname, e.mtime) for e in entries} == {(0, 0, "", layer.EPOCH)}


def test_byte_code_that_can_be_made_again_is_left_out_of_package_sets(tmp_path: Path) -> None:
    folder = made(tmp_path / "1", NAMES, time=1)
    plain, whole = layer.write(folder, PACKAGES_AT), layer.write(folder, "/")
    made(folder / "b" / "__pycache__", ["a.cpython-311.pyc"], time=1)
    assert layer.write(folder, PACKAGES_AT) == plain
    assert layer.write(folder, "/") != whole


def test_a_set_tells_nothing_of_the_machine_it_was_installed_on(tmp_path: Path) -> None:
    info = tmp_path / "x-1.dist-info"
    made(info, ["METADATA", "direct_url.json", "uv_cache.json", "REQUESTED"], time=5)
    made(tmp_path / "bin", ["tool"], time=5)
    rows = ["x-1.dist-info/direct_url.json,,", "../../bin/tool,sha256=abc,3", "x-1.dist-info/METADATA,sha256=d,4"]
    (info / "RECORD").write_text("\n".join(rows), encoding="utf-8")
    settle(tmp_path)
    assert (info / "RECORD").read_text("utf-8") == "bin/tool,,\nx-1.dist-info/METADATA,sha256=d,4\n"
    assert sorted(p.name for p in info.iterdir() if not p.is_symlink()) == ["METADATA", "RECORD"]
    assert {p.lstat().st_mtime for p in tmp_path.rglob("*")} == {layer.EPOCH}


@pytest.mark.sandbox
def test_the_same_lock_gives_the_same_set_on_two_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    tree, lock = tree_for(ASTRO_1, print), packaged("builder.lock")
    found = []
    for _ in range(2):
        with place.new_job_folder() as machine, monkeypatch.context() as patch:
            patch.setenv("PHAROS_TREES", str(machine))
            found.append(layer.of(set_for(lock, ASTRO_1, tree, print, name="builder.lock"), PACKAGES_AT))
    assert found[0] == found[1]


@pytest.mark.sandbox
@pytest.mark.soak
def test_the_same_recipe_gives_the_same_tree_on_two_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for _ in range(2):
        with place.new_job_folder() as machine, monkeypatch.context() as patch:
            patch.setenv("PHAROS_TREES", str(machine))
            found.append(layer.of(tree_for(ASTRO_1, print)))
    assert found[0] == found[1]
