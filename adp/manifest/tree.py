"""Opening a file a manifest names: inside the tree, regular, and through no symlink on the way."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class FileError(ValueError):
    """The file cannot be used; `code` says why."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.hint = code, hint


@contextmanager
def opened(root: Path, path: str) -> Iterator[BinaryIO]:
    """Walks `path` (slashes) down from `root`, part by part. Raises FileError."""
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in path.split("/"):
            below = _step(handle, part, path)
            os.close(handle)
            handle = below
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise FileError("NOT_A_FILE", f"`{path}` is not a regular file", "name a file, not a folder")
        with os.fdopen(os.dup(handle), "rb") as stream:
            yield stream
    finally:
        os.close(handle)


def _step(folder: int, part: str, path: str) -> int:
    if part in {"", ".", ".."}:
        raise FileError("PATH", f"`{path}` leaves the repository", "name a file inside it")
    try:
        if stat.S_ISLNK(os.stat(part, dir_fd=folder, follow_symlinks=False).st_mode):
            raise FileError("SYMLINK", f"`{path}` is or goes through a symbolic link", "commit the file itself")
        return os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as e:
        raise FileError("FILE_MISSING", f"there is no file `{path}`", "commit it, or correct the path") from e
