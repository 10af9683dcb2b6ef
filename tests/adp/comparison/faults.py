"""The fault-injection table: pairs that differ in one way, with the code and place that must be told."""
# ruff: noqa: E501 (one row of the table is one line)

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

from tests.adp.comparison.making import (
    COLUMNS,
    CUBE,
    IMAGE,
    UNITS,
    Write,
    changed,
    csv,
    ecsv,
    hdus,
    image,
    raw,
    table,
    votable,
)


@dataclass(frozen=True)
class Pair:
    """`codes` are all error codes expected; `place` what the first finding's `where` must at least say."""

    name: str
    reference: Write
    product: Write
    codes: frozenset[str] = frozenset()
    place: Mapping[str, Any] = field(default_factory=dict)
    spec: Mapping[str, Any] = field(default_factory=dict)


def fault(name: str, reference: Write, product: Write, codes: str, spec: Any = None, **place: Any) -> Pair:
    return Pair(name, reference, product, frozenset(codes.split()), place, spec or {})


def benign(name: str, reference: Write, product: Write, spec: Any = None) -> Pair:
    return Pair(name, reference, product, spec=spec or {})


def cut(write: Write, size: int) -> Write:
    """The same file without its last `size` bytes (or with more, if negative)."""

    def cutting(path: Path) -> None:
        write(path)
        content = path.read_bytes()
        path.write_bytes(content[:-size] if size > 0 else content + b"\0" * -size)

    return cutting


def patched(write: Write, old: bytes, new: bytes) -> Write:
    def patching(path: Path) -> None:
        write(path)
        content = path.read_bytes()
        assert old in content
        path.write_bytes(content.replace(old, new, 1))

    return patching


def with_columns(**new: Any) -> dict[str, Any]:
    return {**COLUMNS, **new}


def without(name: str) -> dict[str, Any]:
    return {n: v for n, v in COLUMNS.items() if n != name}


def rows(chosen: Any) -> dict[str, Any]:
    return {n: np.asarray(v)[chosen] for n, v in COLUMNS.items()}


def compressed(data: Any) -> Write:
    def write(path: Path) -> None:
        tiles = fits.CompImageHDU(data, name="SCI", compression_type="GZIP_2", quantize_level=0)
        fits.HDUList([fits.PrimaryHDU(), tiles]).writeto(path)

    return write


def ragged(*lists: Any) -> Write:
    array = np.empty(len(lists), dtype=object)
    array[:] = [np.array(v, dtype="f4") for v in lists]
    return hdus(fits.BinTableHDU.from_columns([fits.Column("v", "PE()", array=array)], name="VLA"))


SCI = hdus(image())
CAT = hdus(table())
NAN, INF = np.nan, np.inf
NANS = hdus(image(changed(IMAGE, (2, 3), NAN)))
BLANKED = image(IMAGE.astype("i2"), cards={"BLANK": 90})
SIGMA = {"data": {"sigma": {"max": 3, "variance": "STAT"}}, "hdu": {"STAT": {"data": {"exact": True}}}}
ABS = {"data": {"abs": 1e-3}}
KEY = {"table": {"key": ["id"]}}
ORDER = np.r_[20:40, 0:20]
REL_KEY = {"table": {"key": ["id", "name"]}}
CD = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 2.0, "CRPIX1": 16.0, "CRPIX2": 12.0}

IMAGES = [
    fault("one pixel", SCI, hdus(image(changed(IMAGE, (3, 4), 1.0))), "VALUE", pixel=[5, 4], index=[3, 4], hdu="SCI"),
    fault("a voxel of a cube", hdus(image(CUBE)), hdus(image(changed(CUBE, (4, 2, 1), 9.0))), "VALUE", pixel=[2, 3, 5]),
    fault("the last pixel", SCI, hdus(image(changed(IMAGE, (-1, -1), 1.0))), "VALUE", pixel=[32, 24]),
    fault("just outside", SCI, hdus(image(changed(IMAGE, (0, 0), IMAGE[0, 0] + 0.0011))), "VALUE", ABS, pixel=[1, 1]),
    benign("just inside", SCI, hdus(image(changed(IMAGE, (0, 0), IMAGE[0, 0] + 0.0009))), ABS),
    fault("a NaN appears", SCI, hdus(image(changed(IMAGE, (1, 2), NAN))), "NAN_MISMATCH", pixel=[3, 2]),
    fault("a NaN disappears", NANS, SCI, "NAN_MISMATCH", pixel=[4, 3]),
    fault("NaN against Inf", NANS, hdus(image(changed(IMAGE, (2, 3), INF))), "NAN_MISMATCH", pixel=[4, 3]),
    fault(
        "Inf against -Inf",
        hdus(image(changed(IMAGE, (2, 3), INF))),
        hdus(image(changed(IMAGE, (2, 3), -INF))),
        "INF_MISMATCH",
        pixel=[4, 3],
    ),
    fault("NaN forbidden", NANS, NANS, "NAN_MISMATCH", {"data": {"nan": "fail"}}, pixel=[4, 3]),
    benign("NaN ignored", NANS, SCI, {"data": {"nan": "ignore"}}),
    benign("NaN on both sides", NANS, NANS),
    benign("Inf on both sides", *[hdus(image(changed(IMAGE, 0, INF)))] * 2),
    fault(
        "int16 0 against -32768",
        hdus(image(np.zeros((4, 4), "i2"))),
        hdus(image(changed(np.zeros((4, 4), "i2"), (1, 1), -32768))),
        "VALUE",
        ABS,
        pixel=[2, 2],
    ),
    fault(
        "uint64 in its last bit",
        hdus(image(np.full((2, 2), 2**64 - 1, "u8"))),
        hdus(image(changed(np.full((2, 2), 2**64 - 1, "u8"), (0, 1), 2**64 - 2))),
        "VALUE",
        pixel=[2, 1],
    ),
    fault(
        "int64 beyond float64",
        hdus(image(np.full(3, 2**60, "i8"))),
        hdus(image(changed(np.full(3, 2**60, "i8"), 1, 2**60 + 1))),
        "VALUE",
        pixel=[2],
    ),
    benign("uint64 within one", hdus(image(np.full(3, 2**63, "u8"))), hdus(image(np.full(3, 2**63 + 1, "u8"))), {"data": {"abs": 1}}),
    fault("masked against a value", hdus(BLANKED), hdus(image(np.where(IMAGE.astype("i2") == 90, 91, IMAGE.astype("i2")), cards={"BLANK": 90})), "MASK_MISMATCH"),
    benign("masked alike", hdus(BLANKED), hdus(BLANKED)),
    fault("narrower floats", hdus(image(IMAGE.astype("f8"))), SCI, "DTYPE", hdu="SCI"),
    benign("wider floats", SCI, hdus(image(IMAGE.astype("f8")))),
    fault("wider floats where the type must be", SCI, hdus(image(IMAGE.astype("f8"))), "DTYPE", {"data": {"dtype": "exact"}}),
    fault("integers for floats", SCI, hdus(image(np.round(IMAGE).astype("i2"))), "DTYPE", {"data": {"abs": 1}}),
    fault("another shape", SCI, hdus(image(IMAGE[:-1])), "SHAPE", hdu="SCI"),
    fault("one axis more", SCI, hdus(image(IMAGE[None])), "SHAPE"),
    fault("transposed", SCI, hdus(image(IMAGE.T)), "SHAPE TRANSPOSED"),
    fault("transposed square", hdus(image(IMAGE[:, :24])), hdus(image(IMAGE[:, :24].T)), "VALUE TRANSPOSED"),
    fault("shifted", SCI, hdus(image(np.roll(IMAGE, (1, -2), (0, 1)))), "VALUE SHIFTED"),
    fault("byte order", hdus(image(IMAGE.astype("i2"))), hdus(image(IMAGE.astype("i2").byteswap())), "VALUE BYTE_ORDER"),
    fault("another unit", hdus(image(cards={"BUNIT": "Jy"})), hdus(image(cards={"BUNIT": "s"})), "UNIT", hdu="SCI"),
    fault("no unit", hdus(image(cards={"BUNIT": "Jy"})), SCI, "UNIT"),
    benign("the same in mJy", hdus(image(cards={"BUNIT": "Jy"})), hdus(image(IMAGE.astype("f8") * 1000, cards={"BUNIT": "mJy"}))),
    fault("the unit must be", hdus(image(cards={"BUNIT": "Jy"})), hdus(image(IMAGE * 1000, cards={"BUNIT": "mJy"})), "UNIT", {"data": {"units": "exact", "rel": 1e-6}}),
    benign("a unit's other name", hdus(image(cards={"BUNIT": "Angstrom"})), hdus(image(cards={"BUNIT": "angstrom"}))),
    fault("1.1 mJy off", hdus(image(cards={"BUNIT": "Jy"})), hdus(image(changed(IMAGE, (0, 0), IMAGE[0, 0] + 0.0011), cards={"BUNIT": "Jy"})), "VALUE", {"data": {"abs": "1 mJy"}}),
    benign("4 ulp", SCI, hdus(image((IMAGE.view("i4") + 4).view("f4"))), {"data": {"ulp": 4}}),
    fault("5 ulp", SCI, hdus(image((IMAGE.view("i4") + 5).view("f4"))), "VALUE", {"data": {"ulp": 4}}),
    benign("minus zero", hdus(image(np.zeros(4, "f4"))), hdus(image(-np.zeros(4, "f4")))),
    fault("minus zero by bits", hdus(image(np.zeros(4, "f4"))), hdus(image(-np.zeros(4, "f4"))), "VALUE", {"data": {"bits": True}}),
    fault(
        "NaN payload by bits",
        hdus(image(np.array([0x7FC00000, 0], "u4").view("f4"))),
        hdus(image(np.array([0x7FC00001, 0], "u4").view("f4"))),
        "VALUE",
        {"data": {"bits": True}},
        pixel=[1],
    ),
    benign("3 sigma", hdus(image(), image(np.full((24, 32), 4.0, "f4"), name="STAT")), hdus(image(IMAGE + 5.9), image(np.full((24, 32), 4.0, "f4"), name="STAT")), SIGMA),
    fault("6 sigma", hdus(image(), image(np.full((24, 32), 1.0, "f4"), name="STAT")), hdus(image(IMAGE + 6.0), image(np.full((24, 32), 1.0, "f4"), name="STAT")), "VALUE", SIGMA),
    fault("a variance of zero", *[hdus(image(), image(changed(np.ones((24, 32), "f4"), (1, 1), 0), name="STAT"))] * 2, "VARIANCE", SIGMA, pixel=[2, 2]),
    benign("tile-compressed", SCI, compressed(IMAGE)),
    fault("tile-compressed, one pixel", SCI, compressed(changed(IMAGE, (3, 4), 1.0)), "VALUE", pixel=[5, 4]),
]  # fmt: skip

HEADERS = [
    fault("a card is missing", hdus(image(cards={"OBJECT": "M31"})), SCI, "CARD_MISSING", hdu="SCI"),
    fault("a card's value", hdus(image(cards={"OBJECT": "M31"})), hdus(image(cards={"OBJECT": "M33"})), "CARD_VALUE"),
    fault("T is not 1", hdus(image(cards={"GUIDED": True})), hdus(image(cards={"GUIDED": 1})), "CARD_TYPE"),
    fault("'1' is not 1", hdus(image(cards={"N": 1})), hdus(image(cards={"N": "1"})), "CARD_TYPE"),
    fault("a pixel off on the sky", hdus(image(cards=CD)), hdus(image(cards=CD | {"CRVAL1": 150.00001})), "WCS", {"data": {"rel": 1e-3}}),
    fault("a rotation more", hdus(image(cards=CD)), hdus(image(cards=CD | {"CROTA2": 10.0})), "WCS"),
    benign("a card more", SCI, hdus(image(cards={"PIPEVER": "2"}))),
    benign("1200 and 1200.0", hdus(image(cards={"EXPTIME": 1200})), hdus(image(cards={"EXPTIME": 1200.0}))),
    benign("DATE", hdus(image(cards={"DATE": "2026-01-01"})), hdus(image(cards={"DATE": "2026-01-02"}))),
    benign("an ignored card", hdus(image(cards={"PIPEVER": "1"})), hdus(image(cards={"PIPEVER": "2"})), {"header": {"ignore": ["PIPE*"]}}),
    benign("a card that has to be there", hdus(image(cards={"PROCSOFT": "1"})), hdus(image(cards={"PROCSOFT": "2"})), {"header": {"exists": ["PROCSOFT"]}}),
    fault("a card that has to be there is not", SCI, SCI, "CARD_MISSING", {"header": {"exists": ["PROCSOFT"]}}),
    fault("a card that has to be there is elsewhere", *[hdus(image(cards={"PROCSOFT": "1"}))] * 2, "CARD_MISSING", {"hdu": {"PRIMARY": {"header": {"exists": ["PROCSOFT"]}}}}, hdu="PRIMARY"),
    benign("a card within rel", hdus(image(cards={"AIRMASS": 1.2})), hdus(image(cards={"AIRMASS": 1.2000001})), {"header": {"rel": 1e-6}}),
    fault("rel, but exact", hdus(image(cards={"AIRMASS": 1.2})), hdus(image(cards={"AIRMASS": 1.2000001})), "CARD_VALUE", {"header": {"rel": 1e-6, "exact": ["AIRMASS"]}}),
    benign("order and comments", hdus(image(cards={"A": 1, "B": (2, "x")})), hdus(image(cards={"B": (2, "y"), "A": 1, "COMMENT": "hi"}))),
    fault("stale checksum", hdus(image(), checksum=True), patched(hdus(image(), checksum=True), b"SCI     '", b"SCI'     "), "CHECKSUM"),
    benign("checksums of another day", hdus(image(), checksum=True), SCI),
]  # fmt: skip

HDUS = [
    fault("an HDU is missing", hdus(image(), image(name="STAT")), SCI, "HDU_MISSING", hdu="STAT"),
    fault("an HDU more", SCI, hdus(image(), image(name="STAT")), "HDU_EXTRA", hdu="STAT"),
    fault("an HDU twice", SCI, hdus(image(), image()), "HDU_DUPLICATE", hdu="SCI"),
    benign("the order of HDUs", hdus(image(), image(CUBE, name="Q")), hdus(image(CUBE, name="Q"), image())),
    fault(
        "the order of HDUs by index",
        hdus(image(), image(name="Q")),
        hdus(image(name="Q"), image()),
        "HDU_ORDER",
        {"match": "index"},
    ),
    fault(
        "version 2",
        hdus(image(), image(ver=2)),
        hdus(image(), image(changed(IMAGE, (0, 0), 1), ver=2)),
        "VALUE",
        hdu="SCI,2",
    ),
    fault("a table for an image", SCI, hdus(table(name="SCI")), "FORMAT"),
    fault("no data", SCI, hdus(image(None)), "SHAPE"),
    fault("truncated", SCI, cut(SCI, 2880), "TRUNCATED"),
    fault("truncated in the header", SCI, cut(SCI, 2880 * 2 + 100), "TRUNCATED"),
    fault("bytes after the end", SCI, cut(SCI, -2880), "TRAILING"),
    benign("bytes after the end, allowed", SCI, cut(SCI, -2880), {"integrity": {"trailing_bytes": True}}),
]

FLUX = COLUMNS["flux"]
TABLES = [
    fault(f"{kind}: one value", make(), make(with_columns(flux=changed(FLUX, 6, 1.0))), "VALUE", column="flux", row=7, index=[6])
    for kind, make in {"fits": lambda *a: hdus(table(*a)), "ecsv": ecsv, "csv": csv, "votable": votable}.items()
] + [
    fault(f"{kind}: one string", make(), make(with_columns(name=changed(COLUMNS["name"], 2, "sta"))), "STRING", column="name", row=3)
    for kind, make in {"fits": lambda *a: hdus(table(*a)), "ecsv": ecsv, "csv": csv, "votable": votable}.items()
] + [
    fault(f"{kind}: a column is missing", make(), make(without("mag")), "COLUMN_MISSING", column="mag")
    for kind, make in {"fits": lambda *a: hdus(table(*a)), "ecsv": ecsv, "csv": csv, "votable": votable}.items()
] + [
    fault(f"{kind}: the last row is missing", make(), make(rows(slice(0, 39))), "ROW_MISSING", row=40)
    for kind, make in {"fits": lambda *a: hdus(table(*a)), "ecsv": ecsv, "csv": csv, "votable": votable}.items()
] + [
    benign(f"{kind}: the same", make(), make(dict(reversed(COLUMNS.items()))))
    for kind, make in {"fits": lambda *a: hdus(table(*a)), "ecsv": ecsv, "csv": csv, "votable": votable}.items()
] + [
    fault("a column more", CAT, hdus(table(with_columns(extra=FLUX + 1))), "COLUMN_EXTRA", column="extra"),
    benign("a column more, as allowed", CAT, hdus(table(with_columns(extra=FLUX + 1))), {"table": {"extra": "ignore"}}),
    fault("a column less, where more are allowed", hdus(table(with_columns(extra=FLUX + 1))), CAT, "COLUMN_MISSING", column="extra", spec={"table": {"extra": "ignore"}}),
    fault("a column renamed", CAT, hdus(table({("fl" if n == "flux" else n): v for n, v in COLUMNS.items()}, {"fl": "mJy", "mag": "mag"})), "COLUMN_RENAMED", column="flux"),
    fault("a row more", hdus(table(rows(slice(0, 39)))), CAT, "ROW_EXTRA", row=40),
    fault("the first row is missing", CAT, hdus(table(rows(slice(1, 40)))), "ROW_MISSING VALUE STRING"),
    fault("rows in another order", CAT, hdus(table(rows(ORDER))), "VALUE STRING ROW_ORDER"),
    benign("rows in another order, by key", CAT, hdus(table(rows(ORDER))), KEY),
    benign("rows in another order, by two keys", CAT, hdus(table(rows(ORDER))), REL_KEY),
    fault("a row missing by key", CAT, hdus(table(rows(np.r_[0:5, 6:40]))), "ROW_MISSING", KEY, row=6),
    fault("a row more by key", hdus(table(rows(np.r_[0:5, 6:40]))), CAT, "ROW_EXTRA", KEY, row=6),
    fault("a key twice", CAT, hdus(table(with_columns(id=changed(COLUMNS["id"], 3, 2)))), "ROW_DUPLICATE ROW_MISSING", KEY),
    fault("one value by key", CAT, hdus(table({n: v[ORDER] for n, v in with_columns(flux=changed(FLUX, 6, 1.0)).items()})), "VALUE", KEY, column="flux", row=7),
    fault("no such key", CAT, hdus(table(without("id"))), "COLUMN_MISSING", KEY, column="id"),
    fault("a narrower integer", CAT, hdus(table(with_columns(id=COLUMNS["id"].astype("i2")))), "DTYPE", column="id"),
    benign("a wider integer", CAT, hdus(table(with_columns(flag=COLUMNS["flag"].astype("i4"))))),
    fault("another unit", CAT, hdus(table(COLUMNS, UNITS | {"flux": "s"})), "UNIT", column="flux"),
    benign("the same in Jy", CAT, hdus(table(with_columns(flux=FLUX / 1000), UNITS | {"flux": "Jy"}))),
    benign("within its own tolerance", CAT, hdus(table(with_columns(flux=FLUX + 1e-4))), {"column.flux.abs": 1e-3}),
    fault("only its own tolerance", CAT, hdus(table(with_columns(mag=COLUMNS["mag"] + 0.1))), "VALUE", {"column.flux.abs": 1.0}, column="mag"),
    benign("the data's tolerance", CAT, hdus(table(with_columns(flux=FLUX + 1e-4))), {"data": {"abs": 1e-3}}),
    fault("a column says all", CAT, hdus(table(with_columns(flux=FLUX + 1e-4))), "VALUE", {"data": {"abs": 1e-3}, "column": {"flux": {"rel": 1e-9}}}),
    benign("trailing blanks", hdus(table(with_columns(name=np.char.add(COLUMNS["name"], "   ")))), CAT),
    fault("leading blanks", CAT, hdus(table(with_columns(name=np.char.add(" ", COLUMNS["name"])))), "STRING"),
    fault("a vector's element", hdus(table({"v": np.zeros((4, 3))}, {})), hdus(table({"v": changed(np.zeros((4, 3)), (2, 1), 5)}, {})), "VALUE", column="v", row=3, index=[2, 1]),
    fault("a vector's length", hdus(table({"v": np.zeros((4, 3))}, {})), hdus(table({"v": np.zeros((4, 2))}, {})), "SHAPE", column="v"),
    fault("a truth value", hdus(table({"b": np.ones(4, bool)}, {})), hdus(table({"b": changed(np.ones(4, bool), 1, False)}, {})), "VALUE", column="b", row=2),
    fault("a complex number", hdus(table({"z": np.ones(4, "c8")}, {})), hdus(table({"z": changed(np.ones(4, "c8"), 3, 1 + 1j)}, {})), "VALUE", column="z", row=4),
    fault("a variable-length array", ragged([1, 2], [], [3]), ragged([1, 2], [], [4]), "VALUE", column="v", row=3),
    fault("a variable length", ragged([1, 2], [], [3]), ragged([1, 2], [7], [3]), "SHAPE", column="v", row=2),
    benign("variable-length arrays alike", ragged([1, 2], [], [3]), ragged([1, 2], [], [3])),
    fault("text among numbers", csv({"flag": ["0", "0", "0"]}), csv({"flag": ["0", "0", "a0"]}), "DTYPE STRING", column="flag"),
    benign("0 and 0.0 in CSV", csv({"v": ["0", "1"]}), csv({"v": ["0.0", "1.0"]})),
    benign("blank-separated text", csv(delimiter=" "), csv()),
    fault("a missing cell", csv({"a": ["1", "2"], "b": ["1", "2"]}), csv({"a": ["1", "2"], "b": ["1", ""]}), "MASK_MISMATCH", column="b", row=2),
    fault("a cell without a row", csv(), raw("id,flux\n1\n"), "FORMAT"),
    benign("FITS against ECSV", ecsv(), CAT),
    benign("VOTable, binary", votable(), votable(format="binary")),
    benign("VOTable, binary2", votable(), votable(format="binary2")),
    fault("an image against a table", ecsv(), SCI, "HDU_MISSING FORMAT"),
    fault("a promised key", ecsv(meta="{version: 1}"), ecsv(), "CARD_MISSING", {"header": {"exists": ["VERSION"]}}),
    fault("times a thousand", CAT, hdus(table(with_columns(flux=FLUX * 1000))), "VALUE", column="flux"),
]  # fmt: skip

PAIRS = [*IMAGES, *HEADERS, *HDUS, *TABLES]
