"""Tile-compressed images whose tiles follow each other in the image (the usual rows of pixels), decoded tile by tile
with astropy's codecs (its own loop spends five times as long around them), or with our own for much of RICE_1. All
others are left to it."""

import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from adp.comparison.compiled import ready
from adp.comparison.formats.fits_data import exactly
from adp.comparison.formats.fits_file import Hdu
from adp.comparison.formats.fits_rice import FORMS, Quantized, decode
from adp.comparison.formats.fits_table import Table
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.model import Array

DITHER = {"NO_DITHER": -1, "NONE": 0, "SUBTRACTIVE_DITHER_1": 1, "SUBTRACTIVE_DITHER_2": 2}
DATA, SPARE, SCALE, ZERO = "COMPRESSED_DATA", "GZIP_COMPRESSED_DATA", "ZSCALE", "ZZERO"
PLAIN = frozenset({DATA, SPARE, SCALE, ZERO})
WBITS_GZIP = 31
SINGLE = 4  # bytes of a float32
RICE, GZIP, SHUFFLED = "RICE_1", "GZIP_1", "GZIP_2"
SAVED = 4  # a byte to decode counts as so many to compare, when it is asked whether compiled loops pay


@dataclass(frozen=True)
class Strips:
    """`size` pixels of type `raw` per tile (the last may be shorter)."""

    table: Table
    hdu: Hdu
    descriptor: int
    size: int
    total: int
    raw: np.dtype[Any]
    how: str
    quantized: bool
    compiled: bool

    def read(self, start: int, stop: int) -> Array:
        """Elements of the image, in native order. Raises Unreadable."""
        first, last = start // self.size, -(-stop // self.size)
        at, size = self.hdu.at + first * self.table.row, (last - first) * self.table.row
        rows = exactly(self.descriptor, at, size, self.hdu.sum)
        packed = _heap(self, rows, DATA, last - first)
        spare = _heap(self, rows, SPARE, last - first) if SPARE in self.table.columns else None
        out = np.empty(min(last * self.size, self.total) - first * self.size, dtype=self.raw)
        if self.compiled:
            how = self._quantized(first, last) if self.quantized else None
            decode(packed, self._width, self._block, self.size, out, how)
        else:
            self._one_by_one(packed, first, last, out)
        for i, piece in enumerate(packed):
            if not piece:
                part = out[i * self.size : (i + 1) * self.size]
                part[:] = _lossless(spare[i] if spare else b"", len(part), self.raw)
        return out[start - first * self.size : stop - first * self.size]

    def _one_by_one(self, packed: Sequence[bytes], first: int, last: int, out: Array) -> None:
        put = self._floats(first, last, out) if self.quantized else self._numbers(out)
        for i, piece in enumerate(packed):
            low, high = i * self.size, min((i + 1) * self.size, len(out))
            if piece:
                put(i, low, high, self._unpacked(piece, high - low))

    @cached_property
    def _unpacked(self) -> Callable[[bytes, int], Any]:
        """What the codec stored, as bytes of native integers or as an array: pixels, or numbers that stand for them."""
        if self.how != RICE:
            kind = np.dtype(np.int32) if self.quantized else self.raw
            return lambda piece, count: _unzipped(piece, count, kind, shuffled=self.how == SHUFFLED)
        from astropy.io.fits.hdu.compressed._compression import decompress_rice_1_c  # noqa: PLC0415 (astropy is large)

        return lambda piece, count: decompress_rice_1_c(piece, self._block, self._width, count)

    @cached_property
    def _block(self) -> int:
        return _setting(self.hdu, "BLOCKSIZE", 32)

    @cached_property
    def _width(self) -> int:
        return _setting(self.hdu, "BYTEPIX", 4)

    def _numbers(self, out: Array) -> Callable[[int, int, int, Any], None]:
        kind = np.dtype(f"u{self._width}" if self._width == 1 else f"i{self._width}")

        def put(_: int, low: int, high: int, made: Any) -> None:
            values = np.frombuffer(made, dtype=kind) if isinstance(made, bytes) else made
            out[low:high] = values[: high - low]

        return put

    def _floats(self, first: int, last: int, out: Array) -> Callable[[int, int, int, Any], None]:
        from astropy.io.fits.hdu.compressed import _compression  # noqa: PLC0415 (astropy is large)

        how = self._quantized(first, last)
        scales, zeros, dither, number = how.scales.tolist(), how.zeros.tolist(), how.dither, how.number
        kind, raw = np.dtype(f"i{self._width if self.how == RICE else 4}"), self.raw
        blank = b"" if how.blank is None else np.array(how.blank, dtype=kind).tobytes()
        undo = _compression.unquantize_float_c if raw.itemsize == SINGLE else _compression.unquantize_double_c

        def put(i: int, low: int, high: int, made: Any) -> None:
            stored = made if isinstance(made, bytes) else made.astype(kind).tobytes()
            if dither == -1:
                out[low:high] = np.frombuffer(stored, dtype=kind) * scales[i] + zeros[i]
            else:
                found = undo(stored, number + i, high - low, scales[i], zeros[i], dither, 0, 0, 0.0, kind.itemsize)
                out[low:high] = np.frombuffer(found, dtype=raw)
            if blank and blank in stored:  # bytes are searched in a tenth of the time
                out[low:high][np.frombuffer(stored, dtype=kind) == np.frombuffer(blank, dtype=kind)] = np.nan

        return put

    def _quantized(self, first: int, last: int) -> Quantized:
        block, header = self.table.read(slice(first, last)), self.hdu.header
        scales, zeros = (block(name).data.astype(np.float64) for name in (SCALE, ZERO))
        dither = DITHER[str(header.get("ZQUANTIZ", "NO_DITHER")).strip()]
        most = 1 << (8 * (self._width if self.how == RICE else 4) - 1)
        blank = header.get("ZBLANK")
        known = isinstance(blank, int) and -most <= blank < most
        return Quantized(scales, zeros, dither, first + int(header.get("ZDITHER0", 0)), blank if known else None)


def strips(
    descriptor: int, hdu: Hdu, axes: Sequence[int], tile: Sequence[int], raw: str, compiled: int
) -> Strips | None:
    """None when the tiles do not follow each other, or are made in a way that is seldom seen."""
    header, how = hdu.header, str(hdu.header.get("ZCMPTYPE", "")).strip()
    number = int(header.get("ZDITHER0", 0)) if isinstance(header.get("ZDITHER0", 0), int) else -1
    usual = how in {RICE, "RICE_ONE", GZIP, SHUFFLED} and number >= 0
    if not usual or not _follow(axes, tile) or str(header.get("ZQUANTIZ", "NO_DITHER")).strip() not in DITHER:
        return None
    table = Table(descriptor, hdu, ReadLimits())
    count = math.prod(-(-n // t) for n, t in zip(axes, tile, strict=True))
    columns = table.columns
    if not columns.keys() <= PLAIN or DATA not in columns or table.duplicates or count != table.rows:
        return None
    kind = np.dtype(raw).newbyteorder("=")
    quantized = SCALE in columns
    if (
        quantized != (ZERO in columns)
        or (quantized and kind.kind != "f")
        or (how == RICE and kind.kind == "f" and not quantized)
    ):
        return None
    if any(columns[name].code not in "PQ" for name in {DATA, SPARE} & columns.keys()):
        return None
    how = RICE if how == "RICE_ONE" else how
    made = Strips(table, hdu, descriptor, math.prod(tile), math.prod(axes), kind, how, quantized, compiled=False)
    return replace(made, compiled=_pays(made, compiled))


def _pays(strips: Strips, least: int) -> bool:
    """Whether compiled loops take these tiles, and decode them so much faster that starting them is worth while."""
    try:
        width, usual = strips._width, 4 if strips.quantized else strips.raw.itemsize  # noqa: SLF001 (of this file)
        fits = strips.how == RICE and width == usual and width in FORMS and bool(strips._block)  # noqa: SLF001 (as above)
    except ValueError:
        return False  # told when a tile is read
    return fits and ready.worth(strips.total * strips.raw.itemsize * SAVED, least)


def _follow(axes: Sequence[int], tile: Sequence[int]) -> bool:
    """Whole axes first, then one that is cut, then single layers (in FITS's order of axes). A cut that leaves a
    shorter rest may only be the last axis that is longer than 1."""
    whole = 0
    while whole < len(axes) and tile[whole] == axes[whole]:
        whole += 1
    rest = range(whole + 1, len(axes))
    single = all(tile[i] == 1 for i in rest)
    even = whole == len(axes) or axes[whole] % tile[whole] == 0 or all(axes[i] == 1 for i in rest)
    return single and even and all(axes) and all(tile)


def _heap(strips: Strips, rows: bytes, name: str, count: int) -> list[bytes]:
    """The compressed bytes of each tile."""
    column = strips.table.columns[name]
    kind = np.dtype(">i4" if column.code == "P" else ">i8")
    stored = np.ndarray((count, 2), kind, rows, column.offset, (strips.table.row, kind.itemsize)).astype(np.int64)
    lengths, offsets = stored[:, 0] * np.dtype(column.scaling.raw).itemsize, stored[:, 1]
    start = strips.hdu.count("THEAP", strips.table.row * strips.table.rows)
    room = strips.hdu.size - start
    if (lengths < 0).any() or (offsets < 0).any() or (offsets > room).any() or (offsets + lengths > room).any():
        raise Unreadable("a compressed tile lies outside the heap", hdu=strips.hdu.label)
    used = lengths > 0
    if not used.any():
        return [b""] * count
    low, high = int(offsets[used].min()), int((offsets + lengths)[used].max())
    at = strips.hdu.at + start
    if high - low > 2 * int(lengths.sum()) + (1 << 20):  # scattered
        return [
            exactly(strips.descriptor, at + o, n) if n else b""
            for n, o in zip(lengths.tolist(), offsets.tolist(), strict=True)
        ]
    whole = exactly(strips.descriptor, at + low, high - low, strips.hdu.sum)
    return [whole[o - low : o - low + n] for n, o in zip(lengths.tolist(), offsets.tolist(), strict=True)]


def _unzipped(piece: bytes, count: int, kind: np.dtype[Any], *, shuffled: bool) -> Array:
    wanted = count * kind.itemsize
    plain = zlib.decompressobj(WBITS_GZIP).decompress(piece, wanted)
    if len(plain) != wanted:
        raise ValueError(f"a tile unpacks to {len(plain)} bytes, not {wanted}")
    if shuffled:
        plain = np.frombuffer(plain, dtype=np.uint8).reshape(kind.itemsize, count).T.tobytes()
    return np.frombuffer(plain, dtype=kind.newbyteorder(">"))


def _lossless(piece: bytes, count: int, kind: np.dtype[Any]) -> Array:
    if not piece:
        raise ValueError("a tile is empty")
    return _unzipped(piece, count, kind, shuffled=False)


def _setting(hdu: Hdu, name: str, default: int) -> int:
    """A parameter of the codec: ZNAMEi says which, ZVALi how much."""
    for i in range(1, 10):
        if str(hdu.header.get(f"ZNAME{i}", "")).strip().upper() == name:
            value = hdu.header.get(f"ZVAL{i}")
            if isinstance(value, int) and 0 < value <= 32:  # noqa: PLR2004 (of the standard's)
                return value
            raise ValueError(f"{name} = {value!r}")
    return default
