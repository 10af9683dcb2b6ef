"""Where artefacts lie: under the sha256 of their bytes, whole or not at all."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages

CHUNK = 1 << 20


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
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", delete=False) as file:
            written = Path(file.name)
            try:
                for chunk in content.chunks(CHUNK):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
                written.chmod(0o440)
                written.replace(target)
            except BaseException:
                written.unlink(missing_ok=True)
                raise
        _sync_folder(target.parent)
        return name


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
    with tempfile.SpooledTemporaryFile(max_size=8 * CHUNK) as spool:
        blob = _spool(stream, spool, settings.PHAROS_ARTEFACT_LIMIT if limit is None else limit)
        if sha256 and blob.sha256 != sha256.lower():
            raise WrongDigestError(f"announced sha256 {sha256}, received {blob.sha256}")
        name = key(blob.sha256)
        if not (store.exists(name) and store.size(name) == blob.size):
            spool.seek(0)
            store.save(name, File(spool, name=blob.sha256))
    return blob


def _spool(stream: Readable, spool: Any, limit: int) -> Blob:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLargeError(f"more than {limit} bytes")
        digest.update(chunk)
        spool.write(chunk)
    return Blob(digest.hexdigest(), size)


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
