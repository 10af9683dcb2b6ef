import io
import os
import tarfile

import pytest

from adp.errors import PlatformError
from adp.source.archive import write_archive
from tests.factories.archives import unpack
from tests.factories.repositories import WHEN, write_files


def make(folder, names):
    write_files(folder, {name: f"content of {name}" for name in names})
    (folder / "run.sh").write_text("x")
    (folder / "run.sh").chmod(0o700)
    (folder / "link").symlink_to("b/é.txt")
    return folder


def packed(folder, prefix=""):
    stream = io.BytesIO()
    write_archive(folder, stream, WHEN, prefix)
    return stream.getvalue()


NAMES = ["a", "b/é.txt", "b/c/d", "B"]


def test_the_same_files_give_the_same_bytes(tmp_path):
    one, two = make(tmp_path / "one", NAMES), make(tmp_path / "two", reversed(NAMES))
    os.utime(two / "a", (1, 1))
    assert packed(one) == packed(two)


def test_an_archive_unpacks_to_the_files_under_its_prefix_and_names_nobody(tmp_path):
    source = make(tmp_path / "one", NAMES)
    with tarfile.open(fileobj=io.BytesIO(packed(source, "pixtable-1.0.0"))) as tar:
        members = {m.name: m for m in tar.getmembers()}
        unpack(tar, tmp_path / "out")
    assert (tmp_path / "out/pixtable-1.0.0/link").read_text() == "content of b/é.txt"
    assert {m.mtime for m in members.values()} == {WHEN}
    assert {(m.uid, m.gid, m.uname, m.gname) for m in members.values()} == {(0, 0, "", "")}
    assert {m.name: m.mode for m in members.values() if m.isfile()} == {
        "pixtable-1.0.0/B": 0o644,
        "pixtable-1.0.0/a": 0o644,
        "pixtable-1.0.0/b/c/d": 0o644,
        "pixtable-1.0.0/b/é.txt": 0o644,
        "pixtable-1.0.0/run.sh": 0o755,
    }
    assert [*members] == sorted(members, key=os.fsencode)


def test_the_compressed_stream_says_no_time_and_no_name(tmp_path):
    head = packed(make(tmp_path / "one", NAMES))[:10]
    assert head[3:8] == b"\0" * 5


@pytest.mark.parametrize("kind", ["fifo", "link"])
def test_what_no_snapshot_holds_is_not_packed(tmp_path, kind):
    (tmp_path / "one").mkdir()
    if kind == "fifo":
        os.mkfifo(tmp_path / "one/x")
    else:
        (tmp_path / "one/x").symlink_to("../../secret")
    with pytest.raises(PlatformError):
        packed(tmp_path / "one")
