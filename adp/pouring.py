"""Bytes on their way from one place to another: hashed by a thread of its own, while this one is written and the next
one read. All three let go of Python; two pieces are in memory at a time."""

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

PIECE = 1 << 20
BESIDE = 1 << 16  # bytes from which another thread pays


class Poured(NamedTuple):
    sha256: str
    size: int


def poured(pieces: Iterable[bytes], write: Callable[[bytes], object]) -> Poured:
    """`write` takes a piece whole or raises; so may `pieces`."""
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
