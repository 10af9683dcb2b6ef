"""The skeleton of a FITS file: which HDUs lie where, judged by declared and real sizes before any data is read."""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from adp.comparison.formats.fits_cards import BLOCK, cards
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.model import Card, Problem
from adp.comparison.summing import Sum

BITPIX = {8: 1, 16: 2, 32: 4, 64: 8, -32: 4, -64: 8}
MAX_AXES, MAX_SIZE = 999, 1 << 62


@dataclass(frozen=True)
class Hdu:
    """One header and the place of its data. `size` is declared; `at + padded` may lie beyond the file's end. Who
    reads its data tells `sum` what was read, where there is one."""

    index: int
    start: int
    at: int
    cards: tuple[Card, ...]
    sum: Sum | None = None

    @cached_property
    def header(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for card in self.cards:
            found.setdefault(card.key, card.value)
        return found

    def count(self, key: str, default: int | None = None, most: int = MAX_SIZE) -> int:
        value = self.header.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise Unreadable(f"{key} = {value!r} is not a possible size", hdu=self.label)
        return value

    @property
    def extension(self) -> str:
        return str(self.header.get("XTENSION", "IMAGE")).strip().upper()

    @property
    def label(self) -> str:
        return str(self.header.get("EXTNAME") or f"#{self.index}")

    @property
    def item(self) -> int:
        bits = self.header.get("BITPIX")
        if isinstance(bits, bool) or bits not in BITPIX:
            raise Unreadable(f"BITPIX = {bits!r} is none of {', '.join(map(str, BITPIX))}", hdu=self.label)
        return BITPIX[bits]

    @cached_property
    def axes(self) -> tuple[int, ...]:
        number = self.count("NAXIS", most=MAX_AXES)
        return tuple(self.count(f"NAXIS{i}") for i in range(1, number + 1))

    @cached_property
    def size(self) -> int:
        if not self.axes:
            return 0
        if self.header.get("GROUPS") is True and self.axes[0] == 0:
            raise Unreadable("random groups are not supported yet", code="UNSUPPORTED", hdu=self.label)
        elements = math.prod(self.axes) + self.count("PCOUNT", 0)
        size = self.item * self.count("GCOUNT", 1) * elements
        if size > MAX_SIZE:
            raise Unreadable(f"declares {size} bytes of data", hdu=self.label)
        return size

    @property
    def padded(self) -> int:
        return -(-self.size // BLOCK) * BLOCK


def hdus(descriptor: int, length: int, limits: ReadLimits) -> Iterator[Hdu | Problem]:
    """Every HDU whose data is whole, and the problems that end the walk (TRUNCATED, TRAILING, FORMAT)."""
    offset, index, used = 0, 0, 0
    while offset < length:
        try:
            found = _header(descriptor, offset, index, limits)
            used += found.at - found.start if found else 0
            if found is None or used > limits.header * 8 or index >= limits.hdus:
                yield _after(index, length - offset, found)
                return
            end = found.at + found.padded
        except Unreadable as error:
            yield Problem(error.code, str(error), error.hdu or f"#{index}")
            return
        if end > length:
            short = f"needs {end} bytes, the file has {length}"
            yield Problem("TRUNCATED", f"HDU {found.label} {short}", found.label)
            if found.at + found.size > length:
                return
        yield found
        offset, index = end, index + 1


def _after(index: int, rest: int, found: Hdu | None) -> Problem:
    if found is not None:
        return Problem("FORMAT", f"more than {index} HDUs, or larger headers than this reader takes")
    return Problem("TRAILING", f"{rest} bytes after the last HDU belong to no HDU")


def _header(descriptor: int, start: int, index: int, limits: ReadLimits) -> Hdu | None:
    """The header at `start`; None when what lies there is no extension."""
    block = bytearray()
    while True:
        more = os.pread(descriptor, BLOCK, start + len(block))
        if not block and index and not more.startswith(b"XTENSION"):
            return None
        block += more
        if any(more[i : i + 80].rstrip() == b"END" for i in range(0, len(more), 80)):
            break
        if len(more) < BLOCK:
            raise Unreadable("the file ends inside a header", code="TRUNCATED", hdu=f"#{index}")
        if len(block) > limits.header:
            raise Unreadable(f"the header has no END in its first {limits.header} bytes")
    if len(block) % BLOCK:
        raise Unreadable("the file ends inside a header", code="TRUNCATED", hdu=f"#{index}")
    return Hdu(index, start, start + len(block), tuple(cards(bytes(block))))
