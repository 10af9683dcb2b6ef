"""Pack a snapshot for keeping: the same files give the same bytes, on every machine, for ever.

A gzipped POSIX tar: sorted names, one time for all, nobody's user, two permissions. The gzip header carries no time
and no name. (Another zlib may press differently; the tar inside is always the same.)
"""

import gzip
import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from adp.errors import PlatformError

LEVEL = 6


def write_archive(path: Path, stream: IO[bytes], mtime: int, prefix: str = "") -> None:
    """All files below `path` as tar.gz into `stream`; `prefix` is the folder they unpack into ("" for none).
    PlatformError when something in `path` is no file, folder or link that stays inside."""
    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=stream, mtime=0) as pressed,
        tarfile.open(fileobj=pressed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        for place in _sorted(path):
            _add(tar, path, place, mtime, prefix)


def _sorted(path: Path) -> Iterator[Path]:
    found = [Path(folder, name) for folder, folders, files in os.walk(path) for name in (*folders, *files)]
    yield from sorted(found, key=lambda place: os.fsencode(place.relative_to(path)))


def _add(tar: tarfile.TarFile, root: Path, place: Path, mtime: int, prefix: str) -> None:
    name = (Path(prefix) / place.relative_to(root)).as_posix()
    entry = tarfile.TarInfo(name)
    entry.mtime = mtime
    kind = place.lstat().st_mode
    if stat.S_ISDIR(kind):
        entry.type, entry.mode = tarfile.DIRTYPE, 0o755
        tar.addfile(entry)
    elif stat.S_ISLNK(kind):
        entry.type, entry.mode, entry.linkname = tarfile.SYMTYPE, 0o777, _inside(root, place)
        tar.addfile(entry)
    elif stat.S_ISREG(kind):
        with os.fdopen(os.open(place, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            entry.size = os.fstat(file.fileno()).st_size
            entry.mode = 0o755 if kind & stat.S_IXUSR else 0o644
            tar.addfile(entry, file)
    else:
        raise PlatformError(f"{name} is no file that can be kept", hint="Snapshots hold files, folders and links only.")


def _inside(root: Path, place: Path) -> str:
    if not Path(os.path.realpath(place)).is_relative_to(root.resolve()):
        raise PlatformError(f"the link {place.name} leaves the snapshot", hint="Take the snapshot again.")
    return str(place.readlink())
