"""Files packed as a whole by gzip, bzip2 or xz: unpacked into unnamed temporary files, as far as their size allows."""

import bz2
import lzma
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from adp.comparison.formats.limits import ReadLimits, Unreadable

PIECE = 1 << 20
WBITS_GZIP = 31
XZ_MEMORY = 1 << 27
BROKEN = (zlib.error, lzma.LZMAError, OSError, ValueError, EOFError)
UNPACKERS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.decompressobj(WBITS_GZIP),
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY),
}


def unpacked(descriptor: int, kind: str, limits: ReadLimits) -> int:
    """A descriptor of an unnamed temporary file with the unpacked bytes. Raises Unreadable."""
    size = os.fstat(descriptor).st_size
    most = min(limits.unpacked, PIECE + limits.unpack_ratio * size)
    return anonymous(_bounded(_pieces(descriptor, kind), most, kind))


def anonymous(pieces: Iterator[bytes]) -> int:
    """A descriptor of an unnamed temporary file with these bytes."""
    with tempfile.TemporaryFile() as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        return os.dup(file.fileno())


def _bounded(pieces: Iterator[bytes], most: int, kind: str) -> Iterator[bytes]:
    total = 0
    try:
        for piece in pieces:
            total += len(piece)
            if total > most:
                raise Unreadable(f"unpacks to more than {most} bytes")
            yield piece
    except BROKEN as error:
        raise Unreadable(f"the {kind} stream is broken: {error}") from error


def _pieces(descriptor: int, kind: str) -> Iterator[bytes]:
    """Every member or stream of the file, in pieces of at most PIECE bytes; zeros between and after are padding."""
    unpacker, offset, inside = UNPACKERS[kind](), 0, False
    while piece := os.pread(descriptor, PIECE, offset):
        offset += len(piece)
        while piece or not getattr(unpacker, "needs_input", True):
            piece = piece if inside else piece.lstrip(b"\0")
            if not piece and not inside:
                break
            inside = True
            yield unpacker.decompress(piece, PIECE)
            piece = getattr(unpacker, "unconsumed_tail", b"")
            if unpacker.eof:
                piece, unpacker, inside = unpacker.unused_data, UNPACKERS[kind](), False
    if inside:
        raise Unreadable(f"the {kind} stream ends early", code="TRUNCATED")
