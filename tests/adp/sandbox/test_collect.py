"""Taking declared files out of a folder a stranger wrote."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adp.finding import Reason
from adp.sandbox import beneath
from adp.sandbox.collect import collect, remove

LIMIT = 1 << 20
NOBODY = 65534


@pytest.fixture(params=["openat2", "step by step"])
def out(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Both ways to open, with the same answers."""
    if request.param == "step by step":

        def lacking(*_: object) -> int:
            raise OSError(errno.ENOSYS, "not here")

        monkeypatch.setattr(beneath, "openat2", lacking)
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def test_declared_files_are_copied_and_hashed(out: Path, tmp_path: Path) -> None:
    (out / "a").mkdir()
    (out / "a" / "cube.fits").write_bytes(b"data")
    (out / "undeclared").write_bytes(b"stays")
    files, findings = collect(out, ["a/cube.fits"], tmp_path / "into", LIMIT)
    assert findings == ()
    assert files[0].sha256 == hashlib.sha256(b"data").hexdigest()
    assert (files[0].path, files[0].bytes, files[0].file.read_bytes()) == ("a/cube.fits", 4, b"data")
    assert [p.name for p in (tmp_path / "into").rglob("*") if p.is_file()] == ["cube.fits"]


def _symlink(out: Path) -> None:
    (out / "x").symlink_to("/etc/passwd")


def _symlinked_folder(out: Path) -> None:
    (out / "d").symlink_to("/etc")


def _hard_link(out: Path) -> None:
    (out / "y").write_bytes(b"1")
    os.link(out / "y", out / "x")


def _sparse(out: Path) -> None:
    with (out / "x").open("wb") as stream:
        stream.truncate(1 << 40)


def _large(out: Path) -> None:
    (out / "x").write_bytes(b"1" * (LIMIT + 1))


@pytest.mark.parametrize(("make", "path", "code", "reason"), [
    (lambda _: None, "x", "PRODUCT_MISSING", Reason.OUTPUT_INVALID),
    (lambda out: (out / "x").mkdir(), "x", "PRODUCT_NOT_A_FILE", Reason.OUTPUT_INVALID),
    (lambda out: os.mkfifo(out / "x"), "x", "PRODUCT_NOT_A_FILE", Reason.OUTPUT_INVALID),
    (_symlink, "x", "PRODUCT_SYMLINK", Reason.OUTPUT_INVALID),
    (_symlinked_folder, "d/passwd", "PRODUCT_SYMLINK", Reason.OUTPUT_INVALID),
    (_hard_link, "x", "PRODUCT_HARD_LINK", Reason.OUTPUT_INVALID),
    (_sparse, "x", "PRODUCT_TOO_LARGE", Reason.DISK_LIMIT),
    (_large, "x", "PRODUCT_TOO_LARGE", Reason.DISK_LIMIT),
    (lambda _: None, "../x", "PRODUCT_PATH", Reason.OUTPUT_INVALID),
    (lambda _: None, "/etc/passwd", "PRODUCT_PATH", Reason.OUTPUT_INVALID),
    (lambda _: None, "a" * 300, "PRODUCT_PATH", Reason.OUTPUT_INVALID),
])  # fmt: skip
def test_what_is_no_plain_file_is_a_finding(
    out: Path, tmp_path: Path, make: Callable[[Path], object], path: str, code: str, reason: Reason
) -> None:
    make(out)
    files, (finding,) = collect(out, [path], tmp_path / "into", LIMIT)
    assert files == ()
    assert (finding.code, finding.reason, finding.where.file) == (code, reason, path)


def test_a_sparse_file_within_the_limit_is_refused(out: Path, tmp_path: Path) -> None:
    with (out / "x").open("wb") as stream:
        stream.truncate(8 << 20)
    assert collect(out, ["x"], tmp_path / "into", 1 << 30).findings[0].code == "PRODUCT_SPARSE"


def test_the_limit_is_for_all_together(out: Path, tmp_path: Path) -> None:
    for name in "ab":
        (out / name).write_bytes(b"1" * 700_000)
    files, findings = collect(out, ["a", "b"], tmp_path / "into", LIMIT)
    assert [f.path for f in files] == ["a"]
    assert [f.where.file for f in findings] == ["b"]


def test_a_folder_1500_levels_deep_without_permissions_can_be_removed(tmp_path: Path) -> None:
    top = tmp_path / "deep"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d" * 20, dir_fd=here)
        inner = os.open("d" * 20, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.fchmod(here, 0)
    os.close(here)
    remove(top)
    assert not top.exists()


def test_removing_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "link").symlink_to(tmp_path / "kept")
    remove(tmp_path / "gone")
    remove(tmp_path / "gone")
    assert (tmp_path / "kept").is_dir()


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """A folder of an account without rights, which this test is for a moment: root reads every folder."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        with tempfile.TemporaryDirectory(prefix="pharos-collect-") as folder:
            yield Path(folder)
    finally:
        if is_root:
            os.seteuid(0)


def test_a_job_that_closes_its_output_folder_is_collected_all_the_same(own_folder: Path) -> None:
    out = own_folder / "out"
    out.mkdir()
    (out / "cube.fits").write_bytes(b"data")
    out.chmod(0)
    files, findings = collect(out, ["cube.fits"], own_folder / "into", LIMIT)
    assert ([f.path for f in files], findings) == (["cube.fits"], ())


@pytest.mark.parametrize("parts", [("..", "x"), ("d", "..", "..", "x"), ("/etc/passwd",), ("d", "l", "x")])
def test_the_kernel_itself_lets_nothing_outside_be_opened(tmp_path: Path, parts: tuple[str, ...]) -> None:
    (tmp_path / "out" / "d").mkdir(parents=True)
    (tmp_path / "out" / "d" / "l").symlink_to(tmp_path)
    (tmp_path / "x").write_bytes(b"secret")
    top = os.open(tmp_path / "out", beneath.FOLDER)
    try:
        with pytest.raises(OSError, match=r"cross-device|symbolic links"):
            beneath.openat2(top, parts)
    finally:
        os.close(top)
