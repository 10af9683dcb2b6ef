"""The skeleton of an ASDF file (standard 1.6, low-level file layout): the text of its tree, and where blocks lie."""

import bz2
import hashlib
import os
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from adp.comparison.formats.limits import ReadLimits, Unreadable

MAGIC = b"\xd3BLK"
HEADER = struct.Struct(">I4sQQQ16s")  # flags, compression, allocated, used and data size, MD5
STREAMED = 1
END = (b"\n...\n", b"\n...\r\n")
GAP, PIECE = 1 << 20, 1 << 20
UNPACKERS: dict[bytes, Callable[[], Any]] = {b"zlib": zlib.decompressobj, b"bzp2": bz2.BZ2Decompressor}


@dataclass
class Block:
    """`size` bytes of data; `at` is where they lie in the file `descriptor`, once they are unpacked."""

    descriptor: int
    at: int
    used: int
    size: int
    packing: bytes
    md5: bytes
    limits: ReadLimits
    closing: list[Callable[[], None]] = field(default_factory=list)

    def read(self, start: int, size: int) -> bytes:
        """Raises Unreadable when the block does not hold them."""
        if start < 0 or start + size > self.size:
            raise Unreadable(f"an array needs {start + size} bytes of a block of {self.size}")
        if self.packing.strip(b"\0"):
            self._unpack()
        found = os.pread(self.descriptor, size, self.at + start)
        while len(found) < size:
            more = os.pread(self.descriptor, size - len(found), self.at + start + len(found))
            if not more:
                raise Unreadable("the file ends inside a block", code="TRUNCATED")
            found += more
        return found

    def holds(self) -> bool:
        """Whether the stated MD5 is the one of the bytes; all zeros state nothing."""
        if not self.md5.strip(b"\0"):
            return True
        found = hashlib.md5(usedforsecurity=False)
        for piece in _pieces(self.descriptor, self.at, self.used):
            found.update(piece)
        return found.digest() == self.md5

    def _unpack(self) -> None:
        """Into a temporary file, as far as the declared size."""
        most = max(self.limits.packed, min(self.limits.unpacked, self.limits.unpack_ratio * self.used))
        if self.packing not in UNPACKERS:
            name = self.packing.decode("ascii", "replace").strip("\0")
            raise Unreadable(f"a block is packed by '{name}', which is not read", code="UNSUPPORTED")
        if self.size > most:
            raise Unreadable(f"a block of {self.used} bytes declares {self.size} unpacked ones")
        with tempfile.TemporaryFile() as file:
            try:
                self._pour(file)
            except (zlib.error, OSError, ValueError, EOFError) as error:
                raise Unreadable(f"a packed block is broken: {error}") from error
            if file.tell() != self.size:
                raise Unreadable(f"a block unpacks to {file.tell()} bytes or more, declared are {self.size}")
            file.flush()
            unpacked = os.dup(file.fileno())
        self.closing.append(lambda: os.close(unpacked))
        self.descriptor, self.at, self.packing = unpacked, 0, b""

    def _pour(self, file: Any) -> None:
        unpacker = UNPACKERS[self.packing]()
        for piece in _pieces(self.descriptor, self.at, self.used):
            more = piece
            while more or not getattr(unpacker, "needs_input", True):
                file.write(unpacker.decompress(more, PIECE))
                if file.tell() > self.size or unpacker.eof:
                    return
                more = getattr(unpacker, "unconsumed_tail", b"")
        if hasattr(unpacker, "flush"):
            file.write(unpacker.flush(PIECE))

    def close(self) -> None:
        for each in self.closing:
            each()
        self.closing.clear()


def tree_text(descriptor: int, limits: ReadLimits) -> tuple[str, int]:
    """The YAML of the tree, and the offset behind it."""
    raw = bytearray()
    while not (ends := [(at, len(end)) for end in END if (at := raw.find(end)) >= 0]):
        piece = os.pread(descriptor, PIECE, len(raw))
        raw += piece
        if not piece:
            raise Unreadable("the tree has no end", code="TRUNCATED")
        if len(raw) > limits.header:
            raise Unreadable(f"the tree is longer than {limits.header} bytes")
    at, length = min(ends)
    try:
        return raw[:at].decode("utf-8"), at + length
    except UnicodeDecodeError as error:
        raise Unreadable(f"its tree is not UTF-8 text (byte {error.start})") from error


def blocks(descriptor: int, start: int, limits: ReadLimits) -> Iterator[Block]:
    """The blocks behind the tree, judged by their declared sizes."""
    length = os.fstat(descriptor).st_size
    gap = os.pread(descriptor, GAP, start)
    first = gap.find(MAGIC)
    if first < 0 or gap[:first].strip(b"\0 \r\n"):
        return
    offset, count = start + first, 0
    while os.pread(descriptor, 4, offset) == MAGIC:
        found = _block(descriptor, offset, length, limits)
        yield found[0]
        offset, count = found[1], count + 1
        if count > limits.hdus:
            raise Unreadable(f"has more than {limits.hdus} blocks")


def _block(descriptor: int, offset: int, length: int, limits: ReadLimits) -> tuple[Block, int]:
    head = os.pread(descriptor, 6 + HEADER.size, offset)
    if len(head) < 6 + HEADER.size:
        raise Unreadable("the file ends inside a block's header", code="TRUNCATED")
    flags, packing, allocated, used, size, md5 = HEADER.unpack(head[6:])
    at = offset + 6 + int.from_bytes(head[4:6], "big")
    if flags & STREAMED:
        allocated = used = size = max(length - at, 0)
        packing, md5 = b"", b""
    if used > allocated or (not packing.strip(b"\0") and size > used) or int.from_bytes(head[4:6], "big") < HEADER.size:
        raise Unreadable(f"a block declares {used} of {allocated} bytes used, {size} of data")
    if at + allocated > length:
        raise Unreadable(f"a block needs {at + allocated} bytes, the file has {length}", code="TRUNCATED")
    return Block(descriptor, at, used, size, packing, md5, limits), at + allocated


def _pieces(descriptor: int, at: int, size: int) -> Iterator[bytes]:
    for start in range(at, at + size, PIECE):
        yield os.pread(descriptor, min(PIECE, at + size - start), start)
