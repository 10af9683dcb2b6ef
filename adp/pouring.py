"""Bytes on their way from one place to another: hashed by a thread of its own, while this one is written and the next
one read; large ones around the page cache, which has no room to spare for what is not read again soon."""

import errno
import fcntl
import hashlib
import mmap
import os
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, Self

PIECE = 1 << 20
BESIDE = 1 << 16  # bytes from which another thread pays
BLOCK = 4 << 20  # what is written around the page cache at once; a multiple of every file system's own
DIRECT = getattr(os, "O_DIRECT", 0)  # Linux has it


class Poured(NamedTuple):
    sha256: str
    size: int


def poured(pieces: Iterable[bytes], write: Callable[[bytes], object]) -> Poured:
    """`write` takes a piece whole or raises; so may `pieces`. Two pieces are in memory at a time."""
    digest, size = hashlib.sha256(), 0
    hashing: Future[None] | None = None
    with ThreadPoolExecutor(1) as beside:
        for piece in pieces:
            if hashing is not None:
                hashing.result()
                hashing = None
            size += len(piece)
            if len(piece) >= BESIDE:
                hashing = beside.submit(digest.update, piece)
            else:
                digest.update(piece)
            write(piece)
    return Poured(digest.hexdigest(), size)


def read(file: Path) -> Generator[bytes, None, None]:
    """The file piece by piece, around the page cache where the file system can."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _straight(descriptor, on=os.fstat(descriptor).st_size >= BLOCK)
        with mmap.mmap(-1, PIECE) as aligned:
            while count := _filled(descriptor, aligned):
                yield aligned[:count]
    finally:
        os.close(descriptor)


class Straight:
    """Writes to the end of an open file, its whole blocks around the page cache by a thread of its own. All is written
    when the context ends well; it is on the disk after an fsync, as ever."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._block: mmap.mmap | None = None
        self._filled = self._size = 0
        self._held: list[bytes] = []
        self._writing: Future[None] | None = None
        self._beside = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        return self

    def write(self, piece: bytes) -> None:
        self._held.append(piece)
        self._size += len(piece)
        if self._size >= BLOCK:
            self._hand_over()

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        with self._beside:
            if failed is None:
                self._hand_over()
                self._wait()
                self._write_rest()

    def _hand_over(self) -> None:
        self._wait()
        self._writing = self._beside.submit(self._take, self._held)
        self._held, self._size = [], 0

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.result()

    def _take(self, pieces: list[bytes]) -> None:
        block = self._block = self._block or mmap.mmap(-1, BLOCK)
        for piece in pieces:
            left = memoryview(piece)
            while left:
                count = min(len(left), BLOCK - self._filled)
                block[self._filled : self._filled + count] = left[:count]
                self._filled, left = self._filled + count, left[count:]
                if self._filled == BLOCK:
                    _straight(self._descriptor, on=True)
                    _written(self._descriptor, memoryview(block))
                    self._filled = 0

    def _write_rest(self) -> None:
        if self._block is not None:
            _straight(self._descriptor, on=False)
            _written(self._descriptor, memoryview(self._block)[: self._filled])


def _straight(descriptor: int, *, on: bool) -> None:
    """Turns the page cache off for this descriptor, or on again; a file system that cannot keeps it on."""
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    wanted = flags | DIRECT if on else flags & ~DIRECT
    if wanted != flags:
        try:
            fcntl.fcntl(descriptor, fcntl.F_SETFL, wanted)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise


def _written(descriptor: int, left: memoryview) -> None:
    while left:
        try:
            left = left[os.write(descriptor, left) :]
        except OSError as error:
            if error.errno != errno.EINVAL or not _is_straight(descriptor):
                raise
            _straight(descriptor, on=False)  # its blocks are larger, or this file does not end with one


def _filled(descriptor: int, into: mmap.mmap) -> int:
    try:
        return os.readv(descriptor, [into])
    except OSError as error:
        if error.errno != errno.EINVAL or not _is_straight(descriptor):
            raise
        _straight(descriptor, on=False)
        return os.readv(descriptor, [into])


def _is_straight(descriptor: int) -> bool:
    return bool(fcntl.fcntl(descriptor, fcntl.F_GETFL) & DIRECT)
