"""FITS images a chunk at a time, and what images and tables share: scaling, missing values, exact reads."""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from adp.comparison.formats.fits_file import Hdu
from adp.comparison.formats.limits import Unreadable
from adp.comparison.model import Array, Field, Getter, Rows, Span, Values
from adp.comparison.summing import Sum

RAW = {8: "u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}
INTEGERS = frozenset({"u1", ">i2", ">i4", ">i8"})
SIGN = {("u1", -128): "i1", (">i2", 1 << 15): "u2", (">i4", 1 << 31): "u4", (">i8", 1 << 63): "u8"}
HALF = 2  # integers of up to two bytes are scaled to float32, as astropy decodes them


@dataclass(frozen=True)
class Scaling:
    """Physical value = zero + scale * stored. `sign` is the type when that is only FITS's way to store a sign."""

    raw: str
    scale: float = 1
    zero: float = 0
    null: int | None = None

    @classmethod
    def of(cls, raw: str, scale: Any, zero: Any, null: Any) -> "Scaling":
        for name, value in (("scale", scale), ("zero", zero)):
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise Unreadable(f"the {name} factor {value!r} of a field is not a number")
        known = isinstance(null, int) and not isinstance(null, bool) and raw in INTEGERS
        return cls(raw, scale, zero, null if known else None)

    @property
    def sign(self) -> str:
        return SIGN.get((self.raw, int(self.zero)), "") if self.scale == 1 and self.zero == int(self.zero) else ""

    @property
    def is_identity(self) -> bool:
        return self.scale == 1 and self.zero == 0

    @property
    def dtype(self) -> np.dtype[Any]:
        stored = np.dtype(self.raw)
        if self.sign:
            return np.dtype(self.sign)
        if self.is_identity or stored.kind == "c":
            return stored.newbyteorder("=")
        return np.dtype("f4" if stored.kind != "f" and stored.itemsize <= HALF else "f8")

    def span(self, descriptor: int, at: int, step: int, per_row: int = 1) -> Span | None:
        """Where the values lie, if they are what is stored, but for a sign; None when some may be missing."""
        if self.null is not None or not (self.is_identity or self.sign):
            return None
        pair = np.dtype(self.raw).kind == "c"
        raw = f">f{np.dtype(self.raw).itemsize // 2}" if pair else self.raw
        return Span(descriptor, at, raw, step, per_row * (2 if pair else 1), float(self.zero))

    def decode(self, stored: Array) -> Values:
        mask = stored == self.null if self.null is not None else None
        if self.sign:
            unsigned = stored.astype(stored.dtype.newbyteorder("=")).view(self.sign.replace("i", "u"))
            top = unsigned.dtype.type(1 << (8 * unsigned.itemsize - 1))
            return Values((unsigned ^ top).view(self.sign), mask)
        if self.is_identity or stored.dtype.kind == "c":
            return Values(stored, mask)
        return Values(stored.astype(np.float64) * self.scale + self.zero, mask)


class Image:
    """Elements of a primary array or IMAGE extension, in the order they are stored."""

    def __init__(self, descriptor: int, hdu: Hdu) -> None:
        raw, header = RAW[hdu.header["BITPIX"]], hdu.header
        self.scaling = Scaling.of(raw, header.get("BSCALE", 1), header.get("BZERO", 0), header.get("BLANK"))
        self._descriptor, self._hdu = descriptor, hdu

    @property
    def field(self) -> Field:
        return Field("", self.scaling.dtype, str(self._hdu.header.get("BUNIT") or "").strip())

    def read(self, rows: Rows) -> Getter:
        if not isinstance(rows, slice):
            raise TypeError("an image is read in order")
        hdu = self._hdu
        raw = exactly(self._descriptor, hdu.at + rows.start * hdu.item, _span(rows) * hdu.item, hdu.sum)
        stored = np.frombuffer(raw, dtype=self.scaling.raw)
        return lambda _: self.scaling.decode(stored)

    def span(self, name: str) -> Span | None:
        found = self.scaling.span(self._descriptor, self._hdu.at, self._hdu.item)
        return found._replace(sum=self._hdu.sum) if found else None


def _span(rows: slice) -> int:
    return int(rows.stop - rows.start)


def exactly(descriptor: int, at: int, size: int, total: Sum | None = None) -> bytes:
    """These bytes of the file, of which `total` is told; or Unreadable: a file may shrink while it is read."""
    raw = os.pread(descriptor, size, at)
    while len(raw) < size:
        more = os.pread(descriptor, size - len(raw), at + len(raw))
        if not more:
            raise Unreadable("the file ends inside its data", code="TRUNCATED")
        raw += more
    if total is not None:
        total.add(at, raw)
    return raw
