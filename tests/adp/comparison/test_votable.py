"""VOTables in every serialisation: the same table however it is written, and what each cell may hold."""

import base64
import gzip
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from adp.comparison.compare import compare
from adp.comparison.describe import describe
from adp.comparison.spec.reader import parse
from tests.adp.comparison.making import COLUMNS, UNITS, Write, changed, raw, table

HEAD = '<?xml version="1.0"?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE>'
FIELDS = """<FIELD name="id" datatype="int"><VALUES null="-1"/></FIELD><FIELD name="flux" datatype="double" unit="mJy"/>
<FIELD name="ok" datatype="boolean"/><FIELD name="name" datatype="char" arraysize="*"/>
<FIELD name="pair" datatype="float" arraysize="2"/><FIELD name="list" datatype="short" arraysize="*"/>
<FIELD name="bits" datatype="bit" arraysize="10"/><FIELD name="z" datatype="floatComplex"/>
<FIELD name="words" datatype="char" arraysize="3x2"/>"""
ROWS = [
    (7, 1.5, True, "ä b", (1.0, 2.5), (1, -2, 3), "1010000001", 1 + 2j, ("abc", "d")),
    (None, float("nan"), None, "", (float("nan"), float("inf")), (), "0000000000", 0j, ("", "")),
    (9, -0.1, False, "x" * 300, (3.0, 4.0), (5,), "1111111111", -1j, ("xyz", "uvw")),
]


def votable(fields: str, data: str, more: str = "", nrows: str = "") -> Write:
    stated = f' nrows="{nrows}"' if nrows else ""
    return raw(f"{HEAD}{more}<TABLE{stated}>{fields}<DATA>{data}</DATA></TABLE></RESOURCE></VOTABLE>")


def tabledata(rows: Any) -> str:
    return f"<TABLEDATA>{''.join(f'<TR>{_texts(row)}</TR>' for row in rows)}</TABLEDATA>"


def _texts(row: Any) -> str:
    return "".join(f"<TD>{_text(v)}</TD>" for v in row)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        words = value and isinstance(value[0], str)
        return "".join(v.ljust(3) for v in value) if words else " ".join(map(_text, value))
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, complex):
        return f"{value.real} {value.imag}"
    return "" if value is None else str(value).replace("nan", "NaN").replace("inf", "+Inf")


def binary(rows: Any, name: str = "BINARY", encoding: str = "base64") -> str:
    content = b"".join(_packed(row, flags=name == "BINARY2") for row in rows)
    content = gzip.compress(content) if encoding == "gzip" else content
    return f'<{name}><STREAM encoding="{encoding}">\n{base64.encodebytes(content).decode()}</STREAM></{name}>'


def _packed(row: Any, *, flags: bool) -> bytes:
    number, flux, ok, name, pair, listed, bits, z, words = row
    text = name.encode()
    pieces = [
        np.packbits([v is None for v in row]).tobytes() if flags else b"",
        np.array(-1 if number is None else number, ">i4").tobytes(),
        np.array(flux, ">f8").tobytes(),
        {None: b"?", True: b"T", False: b"F"}[ok],
        len(text).to_bytes(4, "big") + text,
        np.array(pair, ">f4").tobytes(),
        len(listed).to_bytes(4, "big") + np.array(listed, ">i2").tobytes(),
        np.packbits([b == "1" for b in bits]).tobytes(),
        np.array(z, ">c8").tobytes(),
        b"".join(w.encode().ljust(3, b"\0") for w in words),
    ]
    return b"".join(pieces)


WAYS: Mapping[str, Any] = {
    "TABLEDATA": tabledata,
    "BINARY": binary,
    "BINARY2": lambda rows: binary(rows, "BINARY2"),
    "packed": lambda rows: binary(rows, "BINARY2", "gzip"),
}


def outcome(reference: Write, product: Write, folder: Path, spec: Any = None) -> Any:
    reference(folder / "reference")
    product(folder / "product")
    return compare(folder / "reference", folder / "product", parse(spec or {}))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("other", WAYS.values(), ids=WAYS)
def test_a_table_is_the_same_however_it_is_written(way: Any, other: Any, tmp_path: Path) -> None:
    found = outcome(votable(FIELDS, way(ROWS)), votable(FIELDS, other(ROWS)), tmp_path)
    assert found.findings == ()
    assert {r.violations for r in found.rules} == {0}


CHANGES = [
    ("id", 0, 8, "VALUE"),
    ("id", 0, None, "MASK_MISMATCH"),
    ("flux", 0, 1.6, "VALUE"),
    ("flux", 2, float("nan"), "NAN_MISMATCH"),
    ("ok", 0, False, "VALUE"),
    ("ok", 1, True, "MASK_MISMATCH"),
    ("name", 2, "x" * 299 + "y", "STRING"),
    ("pair", 2, (3.0, 4.5), "VALUE"),
    ("list", 0, (1, -2, 4), "VALUE"),
    ("list", 1, (0,), "SHAPE"),
    ("bits", 0, "1010000000", "VALUE"),
    ("z", 2, 1j, "VALUE"),
    ("words", 2, ("xyz", "uvx"), "STRING"),
]


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize(("column", "row", "value", "code"), CHANGES)
def test_one_changed_cell_is_found(way: Any, column: str, row: int, value: Any, code: str, tmp_path: Path) -> None:
    names = ["id", "flux", "ok", "name", "pair", "list", "bits", "z", "words"]
    rows = [list(r) for r in ROWS]
    rows[row][names.index(column)] = value

    found = outcome(votable(FIELDS, way(ROWS)), votable(FIELDS, way(rows)), tmp_path)

    assert [(f.code, f.where.column, f.where.row) for f in found.findings if f.is_error] == [(code, column, row + 1)]


def test_cells_of_any_length_are_compared_as_numbers(tmp_path: Path) -> None:
    field = '<FIELD name="list" datatype="double" arraysize="*"/>'
    write = lambda text: votable(field, f"<TABLEDATA><TR><TD>{text}</TD></TR></TABLEDATA>")
    spec = {"data": {"abs": 1e-6}}
    assert outcome(write("1 2.5 3"), write("1.0 2.5000001 3e0"), tmp_path, spec).verdict == "agrees"
    assert outcome(write("1 2.5 3"), write("1.0 2.51 3e0"), tmp_path, spec).verdict == "differs"


def test_several_tables_are_compared_in_order_and_the_missing_one_is_told(tmp_path: Path) -> None:
    one = '<TABLE><FIELD name="a" datatype="int"/><DATA><TABLEDATA><TR><TD>{}</TD></TR></TABLEDATA></DATA></TABLE>'
    write = lambda *values: raw(HEAD + "".join(one.format(v) for v in values) + "</RESOURCE></VOTABLE>")
    assert outcome(write(1, 2), write(1, 2), tmp_path).verdict == "agrees"
    assert {f.code for f in outcome(write(1, 2), write(1, 3), tmp_path).findings} == {"VALUE"}
    assert {f.code for f in outcome(write(1, 2), write(1), tmp_path).findings} == {"HDU_MISSING"}


def test_a_fits_table_inside_is_read_as_the_table(tmp_path: Path) -> None:
    def write(columns: Any) -> Write:
        buffer = BytesIO()
        fits.HDUList([fits.PrimaryHDU(), table(columns)]).writeto(buffer)
        text = base64.encodebytes(buffer.getvalue()).decode()
        return votable(FIELDS, f'<FITS extnum="1"><STREAM encoding="base64">{text}</STREAM></FITS>')

    assert outcome(write(COLUMNS), write(COLUMNS), tmp_path).verdict == "agrees"
    other = {**COLUMNS, "flux": changed(COLUMNS["flux"], 3, 1.0)}
    assert [f.where.column for f in outcome(write(COLUMNS), write(other), tmp_path).findings] == ["flux"]


def test_frames_parameters_units_and_meaning_are_metadata(tmp_path: Path) -> None:
    more = '<COOSYS ID="sys" system="ICRS" epoch="J2016"/><TIMESYS ID="t" timescale="TDB" timeorigin="MJD-origin"/>'
    fields = '<FIELD name="a" datatype="int" unit="s" ucd="time"><DESCRIPTION> when </DESCRIPTION></FIELD>'
    write = lambda text: votable(fields, "<TABLEDATA/>", text + '<PARAM name="run" datatype="int" value="3"/>')
    write(more)(tmp_path / "file")

    facts, findings = describe(tmp_path / "file")

    assert not findings
    assert {"COOSYS.sys.system", "TIMESYS.t.timescale", "run"} <= set(facts["keywords"])
    spec = {"header": {"exact": ["COOSYS.SYS.EPOCH"]}}
    found = outcome(write(more), write(more.replace("J2016", "J2000")), tmp_path, spec)
    assert {f.code for f in found.findings} == {"CARD_VALUE"}


def test_the_number_of_rows_must_be_the_declared_one(tmp_path: Path) -> None:
    good, bad = (votable(FIELDS, tabledata(ROWS), nrows=n) for n in ("3", "4"))
    assert outcome(good, good, tmp_path).verdict == "agrees"
    assert [f.code for f in outcome(good, bad, tmp_path).findings] == ["FORMAT"]


def test_what_astropy_writes_is_read(tmp_path: Path) -> None:
    from astropy.table import MaskedColumn, Table  # noqa: PLC0415 (slow, and only here)

    made = Table(dict(COLUMNS), units=UNITS)
    made["gap"] = MaskedColumn(np.arange(40), mask=np.arange(40) % 5 == 0)
    made["vector"] = np.arange(120.0).reshape(40, 3)
    for form in ("tabledata", "binary2"):
        made.write(tmp_path / form, format="votable", tabledata_format=form)
    assert compare(tmp_path / "tabledata", tmp_path / "binary2").findings == ()
