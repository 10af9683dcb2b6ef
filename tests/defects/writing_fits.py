"""A product as the bytes of a FITS file: images, binary and ASCII tables, tiles, gzip."""

import gzip
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import numpy as np
from astropy.io import fits

from tests.defects.products import Column, Image, Product, Table

CODES = {"i2": "I", "i4": "J", "i8": "K", "f4": "E", "f8": "D", "b1": "L", "u1": "B", "c8": "C", "c16": "M"}
UNSIGNED = {"u2": ("I", 1 << 15), "u4": ("J", 1 << 31)}
ASCII = {"i": "I{}", "f": "E25.17", "U": "A{}"}


def fits_file(product: Product) -> bytes:
    return _written([fits.PrimaryHDU(), *(_hdu(p, product.how) for p in product.parts)], product)


def simple_file(product: Product) -> bytes:
    """One image as the primary array, as an instrument writes a frame."""
    image = product.parts[0]
    primary = fits.PrimaryHDU(_hdu(image, product.how).data)
    primary.header["BUNIT"] = image.unit
    return _written([_with(primary, image.cards)], product)


def zipped(product: Product) -> bytes:
    return gzip.compress(fits_file(product), compresslevel=1, mtime=0)


def tiles(product: Product) -> bytes:
    """Lossless: RICE for integers, GZIP_2 for floats."""
    made = []
    for part in product.parts:
        kind = "RICE_1" if part.data.dtype.kind in "iu" else "GZIP_2"
        hdu = fits.CompImageHDU(
            part.data, name=part.name, compression_type=product.how.get("codec", kind), quantize_level=0,
            tile_shape=product.how.get("tiles", {}).get(part.data.ndim),
        )  # fmt: skip
        made.append(_with(hdu, {"BUNIT": part.unit} | dict(part.cards)))
    return _written([fits.PrimaryHDU(), *made], product)


def ascii_table(product: Product) -> bytes:
    table = product.table
    columns = [_ascii(n, c) for n, c in table.columns.items()]
    hdu = fits.TableHDU.from_columns(columns, name=table.name)
    return _written([fits.PrimaryHDU(), _with(hdu, table.cards)], product)


FITS: Mapping[str, Callable[[Product], bytes]] = {
    "fits": fits_file,
    "primary": simple_file,
    "fits.gz": zipped,
    "tiles": tiles,
    "ascii": ascii_table,
}


def _written(hdus: list[Any], product: Product) -> bytes:
    _with(hdus[0], product.cards)
    buffer = BytesIO()
    fits.HDUList(hdus).writeto(buffer, checksum=bool(product.how.get("checksum")), output_verify="silentfix+ignore")
    return buffer.getvalue()


def _with(hdu: Any, cards: Mapping[str, Any]) -> Any:
    for key, value in cards.items():
        hdu.header[key] = value
    return hdu


def _hdu(part: Image | Table, how: Mapping[str, Any]) -> Any:
    if isinstance(part, Table):
        columns = [_column(n, c, how) for n, c in part.columns.items()]
        return _with(fits.BinTableHDU.from_columns(columns, name=part.name), part.cards)
    data = part.data
    if part.stored:
        scale, zero, kind = part.stored
        data = np.round((part.data - zero) / scale).astype(kind)
    hdu = fits.ImageHDU(data, name=part.name, ver=part.version)
    if part.unit:
        hdu.header["BUNIT"] = part.unit
    if part.stored:
        hdu.header["BSCALE"], hdu.header["BZERO"] = part.stored[:2]
    if part.blank is not None:
        hdu.header["BLANK"] = part.blank
    return _with(hdu, part.cards)


def _column(name: str, column: Column, how: Mapping[str, Any]) -> fits.Column:
    values, more = column.values, {}
    if values.dtype.kind == "O":
        return fits.Column(name, "PE()", unit=column.unit or None, array=values)
    if values.dtype.kind == "U":
        width = how.get("width", values.dtype.itemsize // 4)
        return fits.Column(name, f"{max(width, 1)}A", array=values)
    if column.null is not None:
        more["null"] = column.null
        values = np.where(column.mask, column.null, values).astype(values.dtype) if column.mask is not None else values
    elif column.mask is not None and values.dtype.kind == "f":
        values = np.where(column.mask, np.nan, values)
    repeat = int(np.prod(values.shape[1:]))
    kind = values.dtype.str[1:]
    code, zero = UNSIGNED.get(kind, (CODES.get(kind, ""), 0))
    more |= {"bzero": zero} if zero else {}
    more |= {"disp": how["disp"]} if "disp" in how and values.dtype.kind == "f" else {}
    return fits.Column(name, f"{repeat}{code}", unit=column.unit or None, array=values, **more)


def _ascii(name: str, column: Column) -> fits.Column:
    values = column.values
    width = max(len(str(v)) for v in values.tolist())
    form = ASCII[values.dtype.kind].format(width)
    return fits.Column(name, form, unit=column.unit or None, array=values.astype("f8") if form[0] == "E" else values)
