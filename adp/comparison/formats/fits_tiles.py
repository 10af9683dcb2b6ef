"""Tile-compressed FITS images (standard 4.0, section 10), decompressed slab by slab."""

import math
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from adp.comparison.formats.fits_data import RAW, Scaling
from adp.comparison.formats.fits_file import BITPIX, Hdu
from adp.comparison.formats.fits_strips import RICE, strips
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.model import Array, Field, Getter, Rows, Values

TILE_CAP = 1 << 26
FIELDS = 999
RATIO_CAP = 20_000
_quietly = threading.Lock()  # warnings are the process's; both files may be read at the same time


class Tiles:
    """The image in a BINTABLE with ZIMAGE = T. Sizes are judged before astropy sees the file."""

    def __init__(self, path: Path, descriptor: int, hdu: Hdu, limits: ReadLimits) -> None:
        hdu.count("TFIELDS", most=FIELDS)  # astropy would count to any number
        bits = hdu.header.get("ZBITPIX")
        if isinstance(bits, bool) or bits not in BITPIX:
            raise Unreadable(f"ZBITPIX = {bits!r} is no pixel type", hdu=hdu.label)
        axes = [hdu.count(f"ZNAXIS{i}", most=1 << 40) for i in range(1, hdu.count("ZNAXIS", most=9) + 1)]
        tile = [hdu.count(f"ZTILE{i}", axes[0] if i == 1 else 1) for i in range(1, len(axes) + 1)]
        if 0 in tile and 0 not in axes:
            raise Unreadable("the tiles of the compressed image have no size", hdu=hdu.label)
        tile = [max(n, 1) for n in tile]  # of an image without pixels
        if math.prod(tile) > TILE_CAP or math.prod(axes) > RATIO_CAP * max(hdu.size, 1):
            raise Unreadable("the compressed image declares more than its bytes can hold", hdu=hdu.label)
        self.shape = tuple(reversed(axes))
        self._scaling = Scaling.of(RAW[bits], hdu.header.get("BSCALE", 1), hdu.header.get("BZERO", 0), None)
        self._unit = str(hdu.header.get("BUNIT") or "").strip()
        self._path, self._hdu = path, hdu
        self._file: Any = None
        plain = axes and (self._scaling.is_identity or self._scaling.sign) and hdu.header.get("BLANK") is None
        self._strips = strips(descriptor, hdu, axes, tile, RAW[bits], limits.compiled) if plain else None
        self._slab: tuple[int, int, Array] | None = None

    @property
    def is_free(self) -> bool:
        """zlib and compiled loops unpack beside Python, astropy's own codecs do not."""
        return self._strips is not None and (self._strips.how != RICE or self._strips.compiled)

    @property
    def field(self) -> Field:
        return Field("", self._scaling.dtype, self._unit)

    def read(self, rows: Rows) -> Getter:
        if not isinstance(rows, slice):
            raise TypeError("an image is read in order")
        flat = self._elements(rows.start, rows.stop)
        return lambda _: Values(flat)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _elements(self, start: int, stop: int) -> Array:
        unit = self._strips.size if self._strips else max(math.prod(self.shape[1:]), 1)
        wanted = (start // unit, -(-stop // unit))
        if self._slab is None or self._slab[:2] != wanted:
            self._slab = (*wanted, self._decoded(*wanted))
        return self._slab[2][start - wanted[0] * unit : stop - wanted[0] * unit]

    def _decoded(self, first: int, last: int) -> Array:
        try:
            if self._strips:
                stored = self._strips.read(first * self._strips.size, min(last * self._strips.size, self._strips.total))
                return self._scaling.decode(stored).data
            with _quietly, warnings.catch_warnings():
                warnings.simplefilter("ignore")  # astropy's remarks on cards; the header is judged elsewhere
                return np.asarray(self._opened()[self._hdu.index].section[first:last]).reshape(-1)
        except Unreadable:
            raise
        except Exception as error:  # decompressors of three libraries: whatever they raise is about these bytes
            raise Unreadable(f"the compressed image cannot be decoded: {error}", hdu=self._hdu.label) from error

    def _opened(self) -> Any:
        if self._file is None:
            from astropy.io import fits  # noqa: PLC0415 (astropy takes a second to import; few files need it)

            self._file = fits.open(self._path, memmap=False)
        return self._file
