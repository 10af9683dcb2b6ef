"""Take out of a fresh package set what tells of the machine and the minute it was installed in."""

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path

from adp.environment.layer import EPOCH

TELLTALE = frozenset({"direct_url.json", "uv_cache.json", "uv_build.json", "REQUESTED"})  # where it came from, and when
CACHE = "__pycache__"


def settle(target: Path) -> None:
    """`target` as every machine has it: same files, same records, one time for all."""
    for folder in sorted(target.glob("*.dist-info")):
        for name in TELLTALE:
            (folder / name).unlink(missing_ok=True)
        record = folder / "RECORD"
        if record.is_file() and not record.is_symlink():
            record.write_text(_record(record, target), encoding="utf-8")
    for path in _all(target):
        os.utime(path, (EPOCH, EPOCH), follow_symlinks=False)
    os.utime(target, (EPOCH, EPOCH))


def _record(record: Path, target: Path) -> str:
    """RECORD in order, without files that are not there; without the hash of commands, which are written anew here.

    https://packaging.python.org/en/latest/specifications/recording-installed-packages/"""
    rows = csv.reader(io.StringIO(record.read_text(encoding="utf-8", errors="surrogateescape")))
    kept = sorted(row for row in map(_row, rows) if row[0] and (target / row[0]).exists())
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(kept)
    return text.getvalue()


def _row(row: list[str]) -> tuple[str, str, str]:
    name, digest, size = (*row, "", "", "")[:3]
    command = name.rpartition("bin/")[2]
    if name.startswith(("../", "bin/")) and "/" not in command:
        return f"bin/{command}", "", ""
    return name, digest, size


def _all(folder: Path) -> Iterator[Path]:
    for top, folders, files in os.walk(folder):
        yield from (Path(top, name) for name in (*folders, *files))
