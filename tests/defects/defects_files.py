"""Defects of the file: HDUs, integrity, and what cannot be read."""
# ruff: noqa: E501 (one row of the table is one line)

from dataclasses import replace
from typing import Any

import numpy as np

from tests.defects.products import Column, Image, Product, Table, catalogue, cube, frame, pixels
from tests.defects.rows import Change, Row, both, plain

SKY = {
    "relation": {"invariant": ["lambda", "value", "flag", "variance"], "transform": {"x": "x - 20.5", "y": "1.5 * y"}}
}


def spoilt(spoil: Any, **how: Any) -> Any:
    """The product's bytes damaged."""

    def deed(_: Any, base: Product) -> Change:
        return Change(base.writing(**how), reference=base.writing(**how) if how else None, spoil=spoil)

    return deed


def cut(count: int) -> Any:
    return spoilt(lambda content: content[:-count])


def patched(old: bytes, new: bytes, **how: Any) -> Any:
    def patch(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new, 1)

    return spoilt(patch, **how)


def one_bit(content: bytes) -> bytes:
    """The last block's first byte changes, the checksums stay."""
    at = len(content) - 2880
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def parts(make: Any) -> Any:
    return plain(lambda base: replace(base, parts=tuple(make(base.parts))))


def shifted(make: Any) -> Any:
    """The next level of the pixel table, with a slip: `make` works on the right one."""

    def deed(base: Product) -> tuple[Product, Product]:
        right = base.with_columns(x=base.table["x"] - 20.5, y=1.5 * base.table["y"])
        return base, make(right)

    return both(deed)


def changed(values: Any, row: int, value: Any) -> Any:
    new = values.copy()
    new[row] = value
    return new


PAYLOAD = np.array([0x7FC00001], "u4").view("f4")[0]
RELATED = "fits ecsv votable parquet"
FILES = (
    Row("the variance is missing", cube, parts(lambda p: (p[0], p[2])), "fits tiles", "HDU_MISSING"),
    Row("an HDU more", frame, parts(lambda p: (*p, Image("MASK", np.zeros((3, 3), "i2")))), "fits tiles", "HDU_EXTRA"),
    Row("an HDU twice", frame, parts(lambda p: (p[0], p[0])), "fits", "HDU_DUPLICATE"),
    Row("HDUs in another order by index", cube, parts(lambda p: (p[1], p[0], p[2])), "fits", "HDU_ORDER VALUE UNIT", {"match": "index"}),
    Row("another version of an HDU", frame, parts(lambda p: (replace(p[0], version=2),)), "fits", "HDU_MISSING HDU_EXTRA"),
    Row("an HDU renamed", cube, parts(lambda p: (p[0], replace(p[1], name="VAR"), p[2])), "fits tiles", "HDU_MISSING HDU_EXTRA"),
    Row("an image became a table", frame, plain(lambda b: Product((Table("SCI", {"v": Column(b["SCI"].data[0])}),))), "fits", "FORMAT CARD_MISSING"),
    Row("cut off inside the data", cube, cut(2880 + 100), "fits", "TRUNCATED"),
    Row("cut off by a byte", cube, cut(1), "fits", "TRUNCATED"),
    Row("cut off inside a header", frame, cut(2880 * 3 + 100), "fits", "TRUNCATED"),
    Row("a cut off gzip", frame, cut(100), "fits.gz", "TRUNCATED"),
    Row("a cut off VOTable", catalogue, cut(60), "votable votable-binary2", "FORMAT"),
    Row("a cut off row", catalogue, cut(60), "csv ecsv", "FORMAT"),
    Row("a cut off Parquet", catalogue, cut(60), "parquet", "FORMAT"),
    Row("bytes after the end", frame, spoilt(lambda c: c + bytes(2880)), "fits primary", "TRAILING"),
    Row("a stale DATASUM", frame, spoilt(one_bit, checksum=True), "fits", "CHECKSUM VALUE"),
    Row("a stale CHECKSUM", frame, patched(b"LAPPARENT", b"LAPARENT ", checksum=True), "fits", "CHECKSUM CARD_VALUE"),
    Row("not a file of any format", frame, spoilt(lambda _: b"\0" * 100), "fits", "FORMAT"),
    Row("an empty file", frame, spoilt(lambda _: b""), "fits", "FORMAT"),
    Row("an empty table file", catalogue, spoilt(lambda _: b""), "csv ecsv votable parquet", "FORMAT"),
    Row("ECSV whose header names other columns", catalogue, patched(b"name: flux,", b"name: flix,"), "ecsv", "FORMAT"),
    Row("one x of the next level", pixels, shifted(lambda p: p.with_columns(x=changed(p.table["x"], 7, -19.0))), RELATED, "RELATION", SKY),
    Row("the shift with the wrong sign", pixels, shifted(lambda p: p.with_columns(x=p.table["x"] + 41)), RELATED, "RELATION", SKY),
    Row("the stray a0 of the talk", pixels, shifted(lambda p: p.with_columns(flag=changed(p.table["flag"], 2, 10))), RELATED, "INVARIANT", SKY),
    Row("one bit of an invariant value", pixels, shifted(lambda p: p.with_columns(value=changed(p.table["value"], 9, np.nextafter(p.table["value"][9], np.float32(9))))), RELATED, "INVARIANT", SKY),
    Row("the payload of a NaN", pixels, both(lambda b: (b.with_columns(value=changed(b.table["value"], 3, np.nan)), b.with_columns(value=changed(b.table["value"], 3, PAYLOAD), x=b.table["x"] - 20.5, y=b.table["y"] * 1.5))), "fits", "INVARIANT", SKY),
    Row("rows of the next level reordered", pixels, shifted(lambda p: p.with_rows(slice(None, None, -1))), RELATED, "INVARIANT RELATION", SKY),
)  # fmt: skip
