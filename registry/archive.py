"""The archive of a version: one BagIt 1.0 bag (RFC 8493) as tar.gz, the same bytes from the same rows for ever."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Any

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
Opener = Callable[[str], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One payload file; the bytes are found by their sha256."""

    path: str
    sha256: str
    size: int


def document(value: Any) -> bytes:
    return (json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def write(
    file: IO[bytes], *, name: str, entries: Iterable[Entry], info: dict[str, str], fetch: Opener, mtime: int = 0
) -> None:
    """`name` is the folder everything lies in. Raises ValueError when stored bytes are not what their name says."""
    payload = sorted(entries, key=lambda e: e.path)
    tags = _tags(payload, info)
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=6, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path, content in tags:
            _add(tar, f"{name}/{path}", len(content), io.BytesIO(content), mtime)
        for entry in payload:
            with fetch(entry.sha256) as stream:
                checked = _Checked(stream)
                _add(tar, f"{name}/data/{entry.path}", entry.size, checked, mtime)
            if checked.hexdigest() != entry.sha256:
                raise ValueError(f"the stored bytes of {entry.path} are not those of sha256 {entry.sha256}")


def _tags(payload: list[Entry], info: dict[str, str]) -> list[tuple[str, bytes]]:
    oxum = f"{sum(e.size for e in payload)}.{len(payload)}"
    lines = "".join(f"{key}: {value}\n" for key, value in sorted({**info, "Payload-Oxum": oxum}.items()))
    manifest = "".join(f"{e.sha256}  data/{e.path}\n" for e in payload)
    tags = [("bag-info.txt", lines.encode()), ("bagit.txt", BAGIT), ("manifest-sha256.txt", manifest.encode())]
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in tags)
    return [*tags, ("tagmanifest-sha256.txt", sums.encode())]


def _add(tar: tarfile.TarFile, path: str, size: int, stream: Any, mtime: int) -> None:
    member = tarfile.TarInfo(path)
    member.size, member.mtime, member.mode = size, mtime, 0o644
    tar.addfile(member, stream)


class _Checked:
    """Hashes what passes by."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.hash = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.stream.read(size)
        self.hash.update(chunk)
        return chunk

    def hexdigest(self) -> str:
        return self.hash.hexdigest()
