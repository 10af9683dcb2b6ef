"""Write the files of a surveyed tree: plain bytes from git's object store; attributes, filters, hooks have no say.

Every file is created (never opened) below a folder descriptor, never through a link, and its bytes must hash to the
object name git gave. The target appears whole or not at all.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import git

from adp.errors import AuthorError, PlatformError, UsageError
from adp.finding import Finding
from adp.source.bare import Bare
from adp.source.refuse import refusal, refused, shown
from adp.source.tree import Entry, link_target

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
NEW_FILE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
CHUNK = 1 << 20
POINTER = b"version https://git-lfs.github.com/spec/"
POINTER_BYTES = 1024
LFS_HINT = "Commit the file itself if it is small; give large data as url in [[data]]. Git LFS objects are not fetched."


def export(bare: Bare, entries: Iterable[Entry], into: Path) -> None:
    """`into` must not exist or be an empty folder."""
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise UsageError(f"{into} is not an empty folder", hint="Name a new folder.")
    into.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{into.name}-", dir=into.parent))
    try:
        partial.chmod(0o755)
        with bare.opened() as repository:
            _write_all(repository, list(entries), partial)
        partial.replace(into)
    except OSError as error:
        raise PlatformError(f"the files cannot be written: {error.strerror}", hint="Is there space left?") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write_all(repository: git.Repo, entries: list[Entry], folder: Path) -> None:
    root = os.open(folder, FOLDER_FLAGS)
    try:
        pointers = [entry for entry in entries if not entry.is_link and _write_file(repository, entry, root)]
        if pointers:
            raise AuthorError(*map(_pointer_finding, pointers))
        links = [entry for entry in entries if entry.is_link]
        for entry in links:  # last, so that nothing is ever written through one
            _write_link(entry, link_target(repository, entry), root)
        _follow_chains(links, folder)
    finally:
        os.close(root)


def _write_file(repository: git.Repo, entry: Entry, root: int) -> bool:
    """True when the file is a Git LFS pointer."""
    stream = repository.odb.stream(bytes.fromhex(entry.oid))
    if stream.type not in {b"blob", "blob"}:
        raise ValueError(f"{entry.oid} is no file")
    parent = _folder(root, entry.path)
    try:
        made = os.open(entry.path.rpartition("/")[2], NEW_FILE_FLAGS, 0o600, dir_fd=parent)
    finally:
        os.close(parent)
    with os.fdopen(made, "wb") as file:
        os.fchmod(file.fileno(), entry.permissions)
        return _copy(stream, file, entry)


def _copy(stream: Any, file: IO[bytes], entry: Entry) -> bool:
    digest = hashlib.sha1(b"blob %d\0" % entry.size, usedforsecurity=False)
    start = b""
    while chunk := stream.read(CHUNK):
        start = start or chunk[: len(POINTER)]
        digest.update(chunk)
        file.write(chunk)
    if digest.hexdigest() != entry.oid:
        raise ValueError(f"the bytes of {entry.oid} are not what its name says")
    return start == POINTER and entry.size <= POINTER_BYTES


def _folder(root: int, path: str) -> int:
    """A descriptor of the folder `path` lies in, made on the way; never through a link."""
    *names, _ = path.split("/")
    current = os.dup(root)
    for name in names:
        above = current
        try:
            current = _step(above, name)
        finally:
            os.close(above)
    return current


def _step(above: int, name: str) -> int:
    try:
        os.mkdir(name, 0o755, dir_fd=above)
    except FileExistsError:
        return os.open(name, FOLDER_FLAGS, dir_fd=above)
    made = os.open(name, FOLDER_FLAGS, dir_fd=above)
    os.fchmod(made, 0o755)
    return made


def _write_link(entry: Entry, target: str, root: int) -> None:
    parent = _folder(root, entry.path)
    try:
        os.symlink(target, entry.path.rpartition("/")[2], dir_fd=parent)
    finally:
        os.close(parent)


def _follow_chains(links: Iterable[Entry], folder: Path) -> None:
    """Each link alone stays inside; a chain of them might not."""
    real = folder.resolve()
    for entry in links:
        if not Path(os.path.realpath(folder / entry.path)).is_relative_to(real):
            raise refused(
                "TREE_SYMLINK",
                f"the symbolic link {shown(entry.path)} leaves the repository",
                "Link only to files of the repository, by relative paths; or commit the file itself.",
            )


def _pointer_finding(entry: Entry) -> Finding:
    return refusal("TREE_LFS", f"{shown(entry.path)} is a Git LFS pointer, not the file", LFS_HINT, file=entry.path)
