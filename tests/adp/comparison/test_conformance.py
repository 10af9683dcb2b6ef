"""Products are held to the standard of their format: good files are silent, each slip is told."""
# ruff: noqa: E501 (one row of the table is one line)

from pathlib import Path
from typing import Any

import pytest

from adp.comparison.describe import describe
from adp.finding import Finding, Severity
from tests.adp.comparison.hostile import PRIMARY, card, header
from tests.adp.comparison.making import Write, ecsv, hdus, image, raw, table, votable
from tests.adp.comparison.making_more import ASDF_HEAD, asdf_table, asdf_tree, hdf5, parquet
from tests.adp.comparison.test_fits_tables import GOOD
from tests.adp.comparison.test_text_tables import made
from tests.adp.comparison.test_votable import votable as by_hand

SILENT = {
    "fits": hdus(image(cards={"HIERARCH ESO DET ID": "x", "LONG": "y" * 100}), table(), checksum=True),
    "fits ascii": GOOD,
    "votable": votable(),
    "ecsv": ecsv(meta="{author: me}"),
    "ecsv of astropy": made(),
    "asdf": asdf_tree({"a": 1, "list": [1, 2]}),
    "asdf table": asdf_table(),
    "parquet": parquet(),
    "hdf5": hdf5({"a": image().data}),
}


def standard(write: Write, folder: Path) -> list[Finding]:
    write(folder / "product")
    return [f for f in describe(folder / "product")[1] if f.code == "STANDARD"]


@pytest.mark.parametrize("write", SILENT.values(), ids=SILENT)
def test_a_good_file_is_not_remarked_upon(write: Write, tmp_path: Path) -> None:
    assert standard(write, tmp_path) == []


def fits(*cards: str, data: bytes = b"") -> Write:
    return raw(header(card("SIMPLE", "T"), *cards) + data)


SIZES = (card("BITPIX", 16), card("NAXIS", 1), card("NAXIS1", 2))
BLANK = (card("BITPIX", -32), card("NAXIS", 1), card("NAXIS1", 1), card("BLANK", -1))
COLUMN = (
    card("BITPIX", 8),
    card("NAXIS", 2),
    card("NAXIS1", 4),
    card("NAXIS2", 0),
    card("PCOUNT", 0),
    card("GCOUNT", 1),
)


def bintable(*cards: str) -> Write:
    return raw(PRIMARY + header("XTENSION= 'BINTABLE'", *COLUMN, card("TFIELDS", 1), *cards))


NAMED = ("TFORM1  = 'E       '", "TTYPE1  = 'a       '")
PARSNIP = '<FIELD name="a" datatype="int" parsnip="x"/>'
SLIPS: dict[str, tuple[Write, str, Severity]] = {
    "order": (fits(SIZES[1], SIZES[0], SIZES[2], data=bytes(2880)), "order", Severity.ERROR),
    "no PCOUNT": (raw(PRIMARY + header("XTENSION= 'IMAGE   '", card("BITPIX", 8), card("NAXIS", 0))), "PCOUNT", Severity.ERROR),
    "twice": (fits(*SIZES, card("GAIN", 1), card("GAIN", 2), data=bytes(2880)), "more than one card GAIN", Severity.WARNING),
    "small letters": (fits(*SIZES, card("gain", 1), data=bytes(2880)), "gain", Severity.WARNING),
    "deprecated": (fits(*SIZES, card("EPOCH", 2000.0), data=bytes(2880)), "EQUINOX", Severity.WARNING),
    "BLANK of floats": (fits(*BLANK, data=bytes(2880)), "BLANK", Severity.WARNING),
    "fill": (fits(*SIZES, data=bytes(4) + b"x" * 2876), "zeros", Severity.WARNING),
    "unquoted": (fits(*SIZES, "OBJECT  = no quotes", data=bytes(2880)), "OBJECT", Severity.WARNING),
    "no name": (bintable(NAMED[0]), "TTYPE1", Severity.WARNING),
    "TDISP": (bintable(*NAMED, "TDISP1  = 'Q9      '"), "TDISP1", Severity.WARNING),
    "TNULL of floats": (bintable(*NAMED, card("TNULL1", -99)), "TNULL1", Severity.WARNING),
    "another column": (bintable(*NAMED, "TTYPE2  = 'b       '"), "TTYPE2", Severity.WARNING),
    "VOTable: an attribute": (by_hand(PARSNIP, "<TABLEDATA><TR><TD>1</TD></TR></TABLEDATA>"), "parsnip", Severity.WARNING),
    "ECSV: a key": (raw("# %ECSV 1.0\n# ---\n# datatype:\n# - {name: a, datatype: int64, units: s}\na\n1\n"), "units", Severity.WARNING),
    "ECSV: a subtype": (raw("# %ECSV 1.0\n# ---\n# datatype:\n# - {name: a, datatype: int64, subtype: json}\na\n1\n"), "subtype", Severity.ERROR),
    "ASDF: a schema": (raw(f"{ASDF_HEAD}\nsoft: !core/software-1.0.0 {{name: 3}}\n...\n"), "of type", Severity.ERROR),
}  # fmt: skip


@pytest.mark.parametrize(("write", "words", "severity"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told(write: Write, words: str, severity: Severity, tmp_path: Path) -> None:
    found = standard(write, tmp_path)
    assert [f for f in found if words in f.message and f.severity is severity], found


def test_nothing_is_looked_up_elsewhere(tmp_path: Path, monkeypatch: Any) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("something reached out")

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    elsewhere = f"{ASDF_HEAD}\na: !<tag:example.org:thing-1.0.0> {{$ref: 'http://localhost/x'}}\n...\n"
    raw(elsewhere)(tmp_path / "product")
    describe(tmp_path / "product")
