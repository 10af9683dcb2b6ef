"""Take declared files out of a folder a stranger wrote: no walk, no link followed, nothing that blocks."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from adp.environment.place import remove as remove
from adp.finding import Finding, Reason, Where
from adp.pouring import PIECE, Straight, poured
from adp.sandbox.beneath import FOLDER, open_file

ROUNDED = 1 << 20  # bytes up to which a file is not called sparse
DEEPEST = 16
LONGEST_NAME = 255
LINK = {errno.ELOOP, errno.ENOTDIR}


@dataclass(frozen=True, slots=True)
class Collected:
    """One file taken out: `path` as declared, `file` where the copy is."""

    path: str
    file: Path
    bytes: int
    sha256: str


class Collection(NamedTuple):
    """What came out and what was refused, each refusal with its reason."""

    files: tuple[Collected, ...]
    findings: tuple[Finding, ...]


class _RefusedError(Exception):
    def __init__(self, code: str, message: str, reason: Reason = Reason.OUTPUT_INVALID) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason


def collect(out: Path, wanted: Iterable[str], into: Path, limit: int, *, durable: bool = False) -> Collection:
    """Copy each of `wanted` (relative paths) from `out` to the same path in `into`; `limit` is bytes altogether.
    `durable`: the copies outlive a power cut.

    A missing, linked, special or sparse file is a finding, never an exception. The copy is ours: 0644, no link."""
    files, findings, left = [], [], limit
    with _folder(out) as top:
        for path in wanted:
            try:
                taken = _take(top, path, into, left, durable=durable)
            except _RefusedError as refused:
                findings.append(_finding(refused, path))
            else:
                files.append(taken)
                left -= taken.bytes
    return Collection(tuple(files), tuple(findings))


def _take(top: int, path: str, into: Path, left: int, *, durable: bool) -> Collected:
    parts = _parts(path)
    with _open(top, parts, path) as (descriptor, found):
        _check(found, path, os.fstat(top).st_dev, left)
        target = into.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        made = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        try:
            with Straight(made) as copy:
                digest = poured(_pieces(descriptor, found.st_size, path), copy.write).sha256
            if durable:
                os.fsync(made)
        finally:
            os.close(made)
    return Collected(path, target, found.st_size, digest)


def _parts(path: str) -> tuple[str, ...]:
    parts = PurePosixPath(path).parts
    plain = all(p not in {"..", "/"} and "\x00" not in p and len(os.fsencode(p)) <= LONGEST_NAME for p in parts)
    if not parts or not plain or len(parts) > DEEPEST:
        raise _RefusedError("PATH", f"{path!r} is not a path below the output folder")
    return parts


def _check(found: os.stat_result, path: str, device: int, left: int) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise _RefusedError("NOT_A_FILE", f"{path} is not a regular file")
    if found.st_nlink != 1:
        raise _RefusedError("HARD_LINK", f"{path} is a hard link: the same bytes have another name")
    if found.st_dev != device:
        raise _RefusedError("ELSEWHERE", f"{path} lies on another file system")
    if found.st_size > left:
        message = f"{path} has {found.st_size} bytes; {left} are left of what the outputs may have together"
        raise _RefusedError("TOO_LARGE", message, Reason.DISK_LIMIT)
    if found.st_size > ROUNDED and found.st_blocks * 512 < found.st_size // 2:
        raise _RefusedError("SPARSE", f"{path} says {found.st_size} bytes but holds {found.st_blocks * 512}")


def _pieces(source: int, size: int, path: str) -> Iterator[bytes]:
    """As many bytes as there were when it was looked at, though it grows meanwhile."""
    left = size
    while left > 0:
        piece = os.read(source, min(left, PIECE))
        if not piece:
            raise _RefusedError("CHANGED", f"{path} became shorter while it was read")
        yield piece
        left -= len(piece)


@contextmanager
def _open(top: int, parts: tuple[str, ...], path: str) -> Iterator[tuple[int, os.stat_result]]:
    try:
        descriptor = open_file(top, parts)
    except OSError as error:
        raise _why(error, path) from error
    try:
        yield descriptor, os.fstat(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _folder(path: Path) -> Iterator[int]:
    """A job that is our own account may have closed the folder, which is ours and no link: opened again."""
    try:
        descriptor = os.open(path, FOLDER)
    except PermissionError:
        path.chmod(0o700)
        descriptor = os.open(path, FOLDER)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _why(error: OSError, path: str) -> _RefusedError:
    if error.errno == errno.ENOENT:
        return _RefusedError("MISSING", f"{path} was not made")
    if error.errno in LINK:
        return _RefusedError("SYMLINK", f"{path} is, or goes through, a symbolic link or a file")
    if error.errno == errno.EXDEV:
        return _RefusedError("ELSEWHERE", f"{path} lies on another file system")
    return _RefusedError("UNREADABLE", f"{path} cannot be read: {error.strerror}")


def _finding(refused: _RefusedError, path: str) -> Finding:
    hint = "the step must write a regular file at exactly this path below {out}"
    code = f"PRODUCT_{refused.code}"
    return Finding(refused.reason, code, str(refused), where=Where(file=path), hint=hint)
