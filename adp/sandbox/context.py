"""The context of a build: the repository as a tar with nothing of this machine in it, and the Dockerfile we wrote."""

import hashlib
import io
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from adp.errors import AuthorError
from adp.finding import Finding, Reason, Where

LARGEST = 1 << 30
DOCKERFILE = ".pharos.dockerfile"
WHEELS = "wheels"


@dataclass(frozen=True, slots=True)
class Context:
    """`digest` of the files; `end` is where the next entry of the tar goes."""

    file: IO[bytes]
    end: int
    digest: str

    @contextmanager
    def with_dockerfile(self, text: str) -> Iterator[BinaryIO]:
        """The same files, with `text` as DOCKERFILE."""
        content = text.encode()
        entry = tarfile.TarInfo(DOCKERFILE)
        entry.size = len(content)
        self.file.seek(self.end)
        self.file.truncate()
        with tarfile.open(fileobj=self.file, mode="w") as archive:
            archive.addfile(entry, io.BytesIO(content))
        self.file.seek(0)
        yield self.file  # type: ignore[misc]  # any binary file will do


def _named(source: Path, wheels: Path | None) -> Iterator[tuple[str, Path]]:
    """Each file with its name in the tar."""
    own = sorted(p for p in source.rglob("*") if p.is_file() and not p.is_symlink())
    for path in own:
        name = path.relative_to(source)
        if wheels is None or name.parts[0] != WHEELS:
            yield str(name), path
    for path in sorted(wheels.iterdir()) if wheels else ():
        yield f"{WHEELS}/{path.name}", path


@contextmanager
def packed(source: Path, wheels: Path | None = None) -> Iterator[Context]:
    """No owner, no time, no link; files alone, in order. Those of `wheels` lie in WHEELS, and nothing else does. Raises
    AuthorError BUILD_LIMIT when there is too much."""
    with tempfile.TemporaryFile() as file:
        archive = tarfile.open(fileobj=file, mode="w")  # noqa: SIM115 - its end is not written: more follows
        total = 0
        for name, path in _named(source, wheels):
            total += path.stat().st_size
            if total > LARGEST:
                message = f"the repository is larger than {LARGEST >> 20} MiB, too much for a build"
                hint = "data are declared in the manifest, not copied into an environment"
                where = Where(file="adp.toml")
                raise AuthorError(Finding(Reason.BUILD_LIMIT, "CONTEXT_TOO_LARGE", message, where=where, hint=hint))
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = path.stat().st_size, path.stat().st_mode & 0o755
            with path.open("rb") as stream:
                archive.addfile(entry, stream)
        end = archive.offset
        file.seek(0)
        digest = hashlib.sha256()
        left = end
        while left and (chunk := file.read(min(left, 1 << 20))):
            digest.update(chunk)
            left -= len(chunk)
        yield Context(file, end, digest.hexdigest())
