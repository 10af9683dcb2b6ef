"""A folder as a layer of an image: a tar whose bytes, and so whose digest, depend on content alone.

Names in order, no owner, no time of this machine, no byte code that can be made again, and uncompressed: the same
files give the same digest with every version of every compressor. OCI image-spec, layer.md."""

import hashlib
import json
import os
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from adp.environment import place

EPOCH = 315_532_800  # 1980-01-01, the first day a zip file knows
MEDIA = "application/vnd.oci.image.layer.v1.tar"
RIGHTS = 0o1777  # nothing is more than its user
CACHES = frozenset({"__pycache__"})


class Sink(Protocol):
    def write(self, data: Any, /) -> object: ...


@dataclass(frozen=True, slots=True)
class Layer:
    """`digest` is the sha256 of the tar (bare hexadecimal), `size` its bytes; `at` is where its folder lies inside."""

    digest: str
    size: int
    at: str = "/"


class Counted:
    """Hashes and counts what passes through, on its way to `sink` if there is one."""

    def __init__(self, sink: Sink | None = None) -> None:
        self._sink, self._hash, self.size = sink, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        self.size += len(data)
        if self._sink is not None:
            self._sink.write(data)
        return len(data)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def write(folder: Path, at: str, sink: Sink | None = None) -> Layer:
    """The layer that shows `folder` at `at`, into `sink`. Trees keep the byte code their packages brought; package
    sets (anywhere but at /) do not: whoever unpacks them compiles them with the tree's own Python."""
    counted = Counted(sink)
    prefix = at.strip("/")
    without = CACHES if prefix else frozenset[str]()
    with tarfile.open(fileobj=counted, mode="w|", format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]  # it only writes
        for name in _parents(prefix):
            archive.addfile(_entry(name, tarfile.DIRTYPE, place.LISTED))
        for path in _walk(folder, without):
            _add(archive, path, "/".join(p for p in (prefix, str(path.relative_to(folder))) if p))
    return Layer(counted.digest, counted.size, at)


def of(folder: Path, at: str = "/") -> Layer:
    """The layer of a folder. One of ours, finished, nobody changes any more: worked out once, then remembered."""
    if folder.parent not in (place.trees(), place.packages()):
        return write(folder, at)
    known = place.layers() / f"{folder.name}.json"
    with place.lock(f"layer-{folder.name}"):
        if not known.is_file():
            unfinished = known.with_suffix(".new")
            unfinished.write_text(json.dumps(asdict(write(folder, at))), encoding="utf-8")
            unfinished.rename(known)
    return Layer(**json.loads(known.read_text(encoding="utf-8")))


def _walk(folder: Path, without: frozenset[str]) -> Iterator[Path]:
    """Everything below, a folder before what is in it, in the order of the bytes of the names."""
    for entry in sorted(os.scandir(folder), key=lambda e: os.fsencode(e.name)):
        if entry.name in without:
            continue
        yield Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), without)


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    """Files, folders and links; sockets and devices do not belong into a tree and are left out."""
    found = path.lstat()
    mode = found.st_mode & RIGHTS
    if stat.S_ISLNK(found.st_mode):
        entry = _entry(name, tarfile.SYMTYPE, 0o777)
        entry.linkname = str(path.readlink())
        archive.addfile(entry)
    elif stat.S_ISDIR(found.st_mode):
        archive.addfile(_entry(name, tarfile.DIRTYPE, mode))
    elif stat.S_ISREG(found.st_mode):
        entry = _entry(name, tarfile.REGTYPE, mode)
        entry.size = found.st_size
        with path.open("rb") as stream:
            archive.addfile(entry, stream)


def _entry(name: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.mtime = kind, mode, EPOCH
    return entry


def _parents(prefix: str) -> Iterator[str]:
    parts = prefix.split("/") if prefix else []
    yield from ("/".join(parts[: n + 1]) for n in range(len(parts)))
