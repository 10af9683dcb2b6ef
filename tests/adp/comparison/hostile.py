"""Files that lie, lure or burst: each must become a finding, quickly and in little memory."""
# ruff: noqa: E501 (one row of the table is one line)

import gzip
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from astropy.io import fits

from tests.adp.comparison.faults import cut
from tests.adp.comparison.making import hdus, image, raw

Make = Callable[[Path], object]


def header(*cards: str) -> bytes:
    """A FITS header of these cards, padded to whole blocks."""
    text = b"".join(c.encode("latin-1").ljust(80) for c in (*cards, "END"))
    return text.ljust(-(-len(text) // 2880) * 2880)


def card(key: str, value: object) -> str:
    return f"{key:8}= {value!s:>20}"


PRIMARY = header(card("SIMPLE", "T"), card("BITPIX", 8), card("NAXIS", 0))


def primary(bitpix: object = 8, *axes: object, extra: tuple[str, ...] = ()) -> bytes:
    sizes = [card(f"NAXIS{i}", n) for i, n in enumerate(axes, 1)]
    return header(card("SIMPLE", "T"), card("BITPIX", bitpix), card("NAXIS", len(axes)), *sizes, *extra)


def bintable(row: object, rows: object, *columns: str, pcount: int = 0, extra: tuple[str, ...] = ()) -> bytes:
    forms = [f"TFORM{i:<3}= '{form:8}'" for i, form in enumerate(columns, 1)]
    size = [card("BITPIX", 8), card("NAXIS", 2), card("NAXIS1", row), card("NAXIS2", rows), card("PCOUNT", pcount)]
    fields = [card("GCOUNT", 1), card("TFIELDS", len(columns)), *forms]
    return PRIMARY + header("XTENSION= 'BINTABLE'", *size, *fields, *extra) + b"\x7f" * 2880


def votable(fields: str, data: str, nrows: str = "1", head: str = '<?xml version="1.0"?>') -> str:
    body = f'<RESOURCE><TABLE nrows="{nrows}">{fields}<DATA>{data}</DATA></TABLE></RESOURCE>'
    return f'{head}<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">{body}</VOTABLE>'


FIELD = '<FIELD name="a" datatype="double"/>'
ROW = "<TABLEDATA><TR><TD>1</TD></TR></TABLEDATA>"
ECSV = "# %ECSV 1.0\n# ---\n"
ALIASES = "# x0: &x0 [a, a]\n" + "".join(f"# x{i}: &x{i} [*x{i - 1}, *x{i - 1}]\n" for i in range(1, 40))
LAUGHS = '<?xml version="1.0"?><!DOCTYPE VOTABLE [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
DESCRIPTOR = (1 << 30).to_bytes(4, "big") + (0).to_bytes(4, "big")


def packed(path: Path) -> None:
    hdus(image())(path)
    path.write_bytes(gzip.compress(path.read_bytes())[:-400])


def tiles(path: Path) -> None:
    """A compressed image that declares a thousand times what it holds."""
    extra = (card("ZIMAGE", "T"), card("ZBITPIX", -32), card("ZNAXIS", 2), card("ZNAXIS1", 1 << 30))
    path.write_bytes(bintable(8, 1, "1PB(8)", extra=(*extra, card("ZNAXIS2", 1 << 30))))


def ragged(path: Path) -> None:
    text = bintable(8, 1, "1PE(9)", pcount=8)
    path.write_bytes(text.replace(b"\x7f" * 2880, DESCRIPTOR + b"\0" * (2880 - 8)))


def broken_tiles(path: Path) -> None:
    fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(image().data, name="SCI", compression_type="RICE_1")]).writeto(
        path
    )
    content = bytearray(path.read_bytes())
    content[-2880:] = b"\xff" * 2880
    path.write_bytes(bytes(content))


# name -> (how to make it, the code)
FILES: Mapping[str, tuple[Make, str]] = {
    "empty": (raw(b""), "FORMAT"),
    "noise": (raw(bytes(range(256)) * 40), "FORMAT"),
    "a folder": (lambda p: p.mkdir(), "FORMAT"),
    "a pipe nobody writes to": (os.mkfifo, "FORMAT"),
    "nothing at all": (lambda _: None, "FORMAT"),
    "HDF5": (raw(b"\x89HDF\r\n\x1a\n" + b"\0" * 100), "FORMAT"),
    "ASDF": (raw(b"#ASDF 1.0.0\n"), "TRUNCATED"),
    "Parquet": (raw(b"PAR1" + b"\0" * 100), "FORMAT"),
    "NumPy with a pickle": (raw(b"\x93NUMPY\x01\x00v\x00{'descr': '|O'}" + b"cos\nsystem\n"), "FORMAT"),
    "FITS: a petabyte declared": (raw(primary(-64, 1 << 24, 1 << 24)), "TRUNCATED"),
    "FITS: more bytes than numbers": (raw(primary(-64, 1 << 60, 1 << 60)), "FORMAT"),
    "FITS: a negative axis": (raw(primary(8, -1) + b"\0" * 2880), "FORMAT"),
    "FITS: an axis of words": (raw(primary(8, "'many'")), "FORMAT"),
    "FITS: BITPIX 7": (raw(primary(7, 10) + b"\0" * 2880), "FORMAT"),
    "FITS: BITPIX T": (raw(primary("T", 10) + b"\0" * 2880), "FORMAT"),
    "FITS: a billion axes": (raw(header(card("SIMPLE", "T"), card("BITPIX", 8), card("NAXIS", 10**9))), "FORMAT"),
    "FITS: a header without end": (raw(b"SIMPLE  =" + b" " * (9 << 20)), "FORMAT"),
    "FITS: a header cut short": (raw(PRIMARY[:1000]), "TRUNCATED"),
    "FITS: bytes no header has": (raw(PRIMARY.replace(b"BITPIX", b"BIT\xffIX")), "FORMAT"),
    "FITS: a word for a scale": (raw(primary(16, 9, extra=("BSCALE  = 'much'",)) + b"\0" * 2880), "FORMAT"),
    "FITS: half the data": (cut(hdus(image()), 2880), "TRUNCATED"),
    "FITS: ten thousand HDUs": (raw(PRIMARY + header("XTENSION= 'IMAGE'", card("BITPIX", 8), card("NAXIS", 0)) * 9999), "FORMAT"),
    "FITS: ten thousand columns": (raw(bintable(8, 1).replace(b"TFIELDS =                    0", b"TFIELDS =                99999")), "FORMAT"),
    "FITS: columns wider than the row": (raw(bintable(8, 1, "9D")), "FORMAT"),
    "FITS: a format that is none": (raw(bintable(8, 1, "1Z")), "FORMAT"),
    "FITS: a repeat of a billion": (raw(bintable(8, 1, "999999999D")), "FORMAT"),
    "FITS: a row of a petabyte": (raw(bintable(1 << 50, 1, "1D")), "TRUNCATED"),
    "FITS: tiles of a petabyte": (tiles, "FORMAT"),
    "FITS: two columns of one name": (raw(bintable(16, 1, "1D", "1D").replace(b"TFORM2", b"TTYPE1")), "FORMAT"),
    "gzip: a bomb": (raw(gzip.compress(b"SIMPLE  =" + b" " * (24 << 20), 1)), "FORMAT"),
    "gzip: cut": (packed, "TRUNCATED"),
    "gzip: broken": (raw(b"\x1f\x8b" + b"\0" * 50), "FORMAT"),
    "gzip in gzip": (raw(gzip.compress(gzip.compress(PRIMARY))), "FORMAT"),
    "CSV: a short row": (raw("a,b\n1,2\n3\n"), "FORMAT"),
    "CSV: one name twice": (raw("a,a\n1,2\n"), "FORMAT"),
    "CSV: ten thousand columns": (raw(",".join(f"c{i}" for i in range(9999)) + "\n"), "FORMAT"),
    "CSV: a quote that never ends": (raw('a,b\n1,"2\n' + "3,4\n" * 10), "FORMAT"),
    "CSV: Latin-1": (raw("a,b\n1,\xe9\n".encode("latin-1")), "FORMAT"),
    "ECSV: no header": (raw("# %ECSV 1.0\na b\n1 2\n"), "FORMAT"),
    "ECSV: YAML that builds objects": (raw(ECSV + "# !!python/object/apply:os.system ['true']\na\n1\n"), "FORMAT"),
    "ECSV: YAML of a billion laughs": (raw(ECSV + ALIASES + "# datatype:\n# - {name: a, datatype: int64}\na\n1\n"), "FORMAT"),
    "ECSV: YAML too deep": (raw(ECSV + "# meta: " + "[" * 999 + "]" * 999 + "\na\n1\n"), "FORMAT"),
    "ECSV: broken YAML": (raw(ECSV + "# datatype: [\na\n1\n"), "FORMAT"),
    "ECSV: another name": (raw(ECSV + "# datatype:\n# - {name: b, datatype: int64}\na\n1\n"), "FORMAT"),
    "ECSV: an unknown type": (raw(ECSV + "# datatype:\n# - {name: a, datatype: object}\na\n1\n"), "FORMAT"),
    "ECSV: text for a number": (raw(ECSV + "# datatype:\n# - {name: a, datatype: int64}\na\nx\n"), "FORMAT"),
    "ECSV: too large an integer": (raw(ECSV + "# datatype:\n# - {name: a, datatype: int8}\na\n999\n"), "FORMAT"),
    "ECSV: too long an array": (raw(ECSV + '# datatype:\n# - {name: a, datatype: string, subtype: "float64[999999999]"}\na\n[1]\n'), "FORMAT"),
    "VOTable: broken XML": (raw("<?xml version='1.0'?><VOTABLE><TABLE>"), "FORMAT"),
    "VOTable: entities": (raw(votable(FIELD, ROW, head=LAUGHS)), "FORMAT"),
    "VOTable: an entity from a file": (raw(votable(FIELD, ROW, head='<?xml version="1.0"?><!DOCTYPE V SYSTEM "/etc/passwd">')), "FORMAT"),
    "VOTable: data elsewhere": (raw(votable(FIELD, '<BINARY2><STREAM href="http://localhost/x"/></BINARY2>')), "FORMAT"),
    "VOTable: a FITS file elsewhere": (raw(votable(FIELD, '<FITS><STREAM href="file:///etc/passwd"/></FITS>')), "FORMAT"),
    "VOTable: packed": (raw(votable(FIELD, '<BINARY2><STREAM encoding="gzip">aaaa</STREAM></BINARY2>')), "FORMAT"),
    "VOTable: a trillion rows": (raw(votable(FIELD, ROW, nrows="999999999999")), "FORMAT"),
    "VOTable: an endless cell": (raw(votable('<FIELD name="a" datatype="double" arraysize="999999999"/>', ROW)), "FORMAT"),
    "VOTable: too deep": (raw('<?xml version="1.0"?><VOTABLE>' + "<GROUP>" * 999 + "</GROUP>" * 999 + "</VOTABLE>"), "FORMAT"),
    "VOTable: no table": (raw('<?xml version="1.0"?><VOTABLE version="1.4"></VOTABLE>'), "FORMAT"),
    "VOTable: HTML": (raw("<?xml version='1.0'?><html><body/></html>"), "FORMAT"),
    "VOTable: UTF-16 with entities": (raw(votable(FIELD, ROW, head=LAUGHS).encode("utf-16")), "FORMAT"),
}  # fmt: skip

# What only shows when the values are read.
LATE: Mapping[str, Make] = {"a pointer out of the heap": ragged, "tiles of noise": broken_tiles}
