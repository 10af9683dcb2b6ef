"""FITS tables in their rarer ways: ASCII tables, bits, variable-length arrays of every type, strings in arrays."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from adp.comparison.compare import compare
from tests.adp.comparison.hostile import PRIMARY, card, header
from tests.adp.comparison.making import Write, hdus, raw


def outcome(reference: Write, product: Write, folder: Path) -> list[tuple[str, Any, Any]]:
    for name, write in (("reference", reference), ("product", product)):
        (folder / name).unlink(missing_ok=True)
        write(folder / name)
    found = compare(folder / "reference", folder / "product")
    return [(f.code, f.where.column, f.where.row) for f in found.findings if f.is_error]


def ascii_table(*rows: str, extra: tuple[str, ...] = ()) -> Write:
    """Columns n (I6), x (D12.4), s (A4)."""
    forms = [("I6", 1, "n"), ("D12.4", 8, "x"), ("A4", 21, "s")]
    cards = [
        line
        for i, (form, start, name) in enumerate(forms, 1)
        for line in (f"TFORM{i}  = '{form:8}'", card(f"TBCOL{i}", start), f"TTYPE{i}  = '{name:8}'")
    ]
    sizes = [card("BITPIX", 8), card("NAXIS", 2), card("NAXIS1", 24), card("NAXIS2", len(rows))]
    more = [card("PCOUNT", 0), card("GCOUNT", 1), card("TFIELDS", 3), *cards, *extra]
    data = "".join(r.ljust(24) for r in rows).encode()
    return raw(PRIMARY + header("XTENSION= 'TABLE   '", *sizes, *more) + data.ljust(-(-len(data) // 2880) * 2880))


NULLS = ("TNULL1  = '-99     '", card("TSCAL2", 10.0), card("TZERO2", 1.0))
GOOD = ascii_table("     7 1.5000D+00   ab", "   -99 2.5E+00      cd", extra=NULLS)
ROWS = [
    (GOOD, []),
    (ascii_table("7      1.5          ab", "-99    0.25D1       cd", extra=NULLS), []),
    (ascii_table("     8 1.5000D+00   ab", "   -99 2.5E+00      cd", extra=NULLS), [("VALUE", "n", 1)]),
    (ascii_table("     7 1.5000D+00   ab", "     9 2.5E+00      cd", extra=NULLS), [("MASK_MISMATCH", "n", 2)]),
    (ascii_table("     7 1.5000D+00   ab", "   -99 26.0         cd"), [("MASK_MISMATCH", "n", 2), ("VALUE", "x", 1)]),
    (ascii_table("     7 1.5000D+00   ab", "   -99 2.5E+00      ce", extra=NULLS), [("STRING", "s", 2)]),
]


@pytest.mark.parametrize(("product", "codes"), ROWS)
def test_ascii_tables_are_read_with_nulls_scales_and_exponents(product: Write, codes: Any, tmp_path: Path) -> None:
    assert outcome(GOOD, product, tmp_path) == codes


def lists(code: str, *rows: Any) -> Write:
    array = np.empty(len(rows), object)
    array[:] = [
        np.array(r, dtype={"C": "c8", "M": "c16", "E": "f4", "I": "i2", "L": "?", "A": "S1"}[code]) for r in rows
    ]
    return hdus(fits.BinTableHDU.from_columns([fits.Column("v", f"P{code}()", array=array)], name="T"))


RAGGED = {
    "complex": ("C", [[1 + 2j, 3j], [], [5]], [[1 + 2j, 3j], [], [6]]),
    "double complex": ("M", [[1 + 2j, 3j], [], [5]], [[1 + 2j, 3j], [], [6]]),
    "integers": ("I", [[1, 2], [], [3]], [[1, 2], [], [4]]),
    "floats": ("E", [[1, 2], [], [3]], [[1, 2], [], [4]]),
}


@pytest.mark.parametrize(("code", "rows", "others"), RAGGED.values(), ids=RAGGED)
def test_arrays_of_any_length_are_compared_by_value(code: str, rows: Any, others: Any, tmp_path: Path) -> None:
    assert outcome(lists(code, *rows), lists(code, *rows), tmp_path) == []
    assert outcome(lists(code, *rows), lists(code, *others), tmp_path) == [("VALUE", "v", 3)]


def heap(form: str, *pieces: tuple[int, bytes]) -> Write:
    """A column of 32-bit descriptors, each with its own bytes in the heap."""
    data, at, store = b"", 0, b""
    for count, content in pieces:
        data += count.to_bytes(4, "big") + at.to_bytes(4, "big")
        at, store = at + len(content), store + content
    sizes = [card("BITPIX", 8), card("NAXIS", 2), card("NAXIS1", 8), card("NAXIS2", len(pieces))]
    more = [card("PCOUNT", len(store)), card("GCOUNT", 1), card("TFIELDS", 1), f"TFORM1  = '{form:8}'"]
    whole = data + store
    return raw(
        PRIMARY + header("XTENSION= 'BINTABLE'", *sizes, *more) + whole.ljust(-(-len(whole) // 2880) * 2880, b"\0")
    )


BYTES = {
    "strings": ("1PA(9)", [(3, b"abc"), (0, b""), (5, b"d\0xyz")], [(3, b"abd"), (0, b""), (1, b"d")], "STRING"),
    "bits": ("1PX(9)", [(10, b"\xff\xc0"), (1, b"\x80")], [(10, b"\xff\x80"), (1, b"\x80")], "VALUE"),
    "truths": ("1PL(9)", [(3, b"TF\0")], [(3, b"TT\0")], "VALUE"),
    "bytes": ("1PB(9)", [(3, b"\1\2\3")], [(3, b"\1\2\4")], "VALUE"),
}


@pytest.mark.parametrize(("form", "pieces", "others", "code"), BYTES.values(), ids=BYTES)
def test_a_heap_holds_text_bits_and_truths(form: str, pieces: Any, others: Any, code: str, tmp_path: Path) -> None:
    assert outcome(heap(form, *pieces), heap(form, *pieces), tmp_path) == []
    assert outcome(heap(form, *pieces), heap(form, *others), tmp_path) == [(code, "col1", 1)]


def test_bits_behind_the_last_one_do_not_count(tmp_path: Path) -> None:
    assert outcome(heap("1PX(9)", (3, b"\xe0")), heap("1PX(9)", (3, b"\xff")), tmp_path) == []


def test_many_rows_may_not_name_the_same_bytes_until_memory_is_full(tmp_path: Path) -> None:
    rows, length = 20_000, 100_000
    sizes = [card("BITPIX", 8), card("NAXIS", 2), card("NAXIS1", 8), card("NAXIS2", rows)]
    more = [card("PCOUNT", length), card("GCOUNT", 1), card("TFIELDS", 1), "TFORM1  = '1PB(9)  '"]
    data = (length.to_bytes(4, "big") + bytes(4)) * rows + bytes(length)
    write = raw(
        PRIMARY + header("XTENSION= 'BINTABLE'", *sizes, *more) + data.ljust(-(-len(data) // 2880) * 2880, b"\0")
    )
    assert [code for code, _, _ in outcome(write, write, tmp_path)] == ["FORMAT"]


def test_arrays_of_strings_are_compared_string_by_string(tmp_path: Path) -> None:
    def write(*texts: str) -> Write:
        column = fits.Column("s", "6A", dim="(3,2)", array=np.array([texts], "S3"))
        return hdus(fits.BinTableHDU.from_columns([column], name="T"))

    assert outcome(write("ab", "cd"), write("ab", "cd"), tmp_path) == []
    assert outcome(write("ab", "cd"), write("ab", "ce"), tmp_path) == [("STRING", "s", 1)]
