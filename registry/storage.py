"""Where artefacts lie: under the sha256 of their bytes, whole or not at all."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from adp.pouring import PIECE, Straight, poured


class Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class TooLargeError(Exception):
    """More bytes than one artefact may have."""


class WrongDigestError(Exception):
    """What arrived is not what was announced."""


@dataclass(frozen=True, slots=True)
class Blob:
    sha256: str
    size: int


class DurableStorage(FileSystemStorage):
    """A folder that a power cut cannot leave with half a file: temporary file, fsync, rename, fsync of the folder."""

    def __init__(self, location: str | Path | None = None, **options: Any) -> None:
        super().__init__(location=location or settings.PHAROS_FILES, **options)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name is the content's own; a second save of the same bytes replaces them by themselves."""
        return name

    def _save(self, name: str, content: Any) -> str:
        with self.arriving() as file:
            with Straight(file.fileno()) as sink:
                for chunk in content.chunks(PIECE):
                    sink.write(chunk)
            self.adopt(name, file)
        return name

    @contextmanager
    def arriving(self) -> Iterator[Any]:
        """A file of no name yet; gone at the end, unless it was adopted."""
        Path(self.location).mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.location, prefix=".", delete=False) as file:
            try:
                yield file
            finally:
                Path(file.name).unlink(missing_ok=True)

    def adopt(self, name: str, file: Any) -> None:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        os.fsync(file.fileno())
        os.fchmod(file.fileno(), 0o440)
        Path(file.name).replace(target)
        _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def key(sha256: str) -> str:
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def keep(stream: Readable, *, sha256: str = "", limit: int | None = None) -> Blob:
    """Take all of `stream` in, once per content. Raises TooLargeError or WrongDigestError; then nothing is kept."""
    store = storages["artefacts"]
    pieces = _pieces(stream, settings.PHAROS_ARTEFACT_LIMIT if limit is None else limit)
    if isinstance(store, DurableStorage):
        return _kept_here(store, pieces, sha256)
    with tempfile.SpooledTemporaryFile(max_size=8 * PIECE) as spool:  # until its digest is known
        blob = _as_announced(Blob(*poured(pieces, spool.write)), sha256)
        if not _is_kept(store, blob):
            spool.seek(0)
            store.save(key(blob.sha256), File(spool, name=blob.sha256))
    return blob


def _kept_here(store: DurableStorage, pieces: Iterator[bytes], sha256: str) -> Blob:
    with store.arriving() as file:
        with Straight(file.fileno()) as sink:
            blob = Blob(*poured(pieces, sink.write))
        if not _is_kept(store, _as_announced(blob, sha256)):
            store.adopt(key(blob.sha256), file)
    return blob


def _as_announced(blob: Blob, sha256: str) -> Blob:
    if sha256 and blob.sha256 != sha256.lower():
        raise WrongDigestError(f"announced sha256 {sha256}, received {blob.sha256}")
    return blob


def _is_kept(store: Storage, blob: Blob) -> bool:
    name = key(blob.sha256)
    return store.exists(name) and store.size(name) == blob.size


def _pieces(stream: Readable, limit: int) -> Iterator[bytes]:
    size = 0
    while piece := stream.read(PIECE):
        size += len(piece)
        if size > limit:
            raise TooLargeError(f"more than {limit} bytes")
        yield piece


def fetch(sha256: str) -> IO[bytes]:
    """The kept bytes, to read; the caller closes."""
    found: IO[bytes] = storages["artefacts"].open(key(sha256), "rb")
    return found


def has(sha256: str) -> bool:
    return storages["artefacts"].exists(key(sha256))


def digest(sha256: str) -> str:
    """What the kept bytes really hash to."""
    with fetch(sha256) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # any binary file will do
