"""CSV in its dialects and ECSV with all it may hold: arrays, objects, masks, columns in pieces."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.table import MaskedColumn, QTable, Table
from astropy.time import Time

from adp.comparison.compare import compare
from adp.comparison.describe import describe
from adp.comparison.spec.reader import parse
from tests.adp.comparison.making import Write, raw


def outcome(reference: Write, product: Write, folder: Path, spec: Any = None) -> Any:
    for name, write in (("reference", reference), ("product", product)):
        (folder / name).unlink(missing_ok=True)
        write(folder / name)
    return compare(folder / "reference", folder / "product", parse(spec or {}))


def codes(found: Any) -> list[tuple[str, Any]]:
    return [(f.code, f.where.row) for f in found.findings if f.is_error]


PLAIN = "id,flux,name\n1,2.5,a b\n2,3.5,c\n"
DIALECTS = {
    "semicolons": "id;flux;name\n1;2.5;a b\n2;3.5;c\n",
    "tabs": "id\tflux\tname\n1\t2.5\ta b\n2\t3.5\tc\n",
    "bars": "id|flux|name\n1 | 2.5 | a b\n2|3.5|c\n",
    "blanks and quotes": 'id flux  name\n1  2.5 "a b"\n2 3.5 c\n',
    "quotes": '"id","flux","name"\n"1","2.5","a b"\n"2","3.5","c"\n',
    "a delimiter inside a quoted name": 'id\t"flux"\tname\n1\t2.5\t"a b"\n2\t3.5\t"c"\n',
    "lines of another system": PLAIN.replace("\n", "\r\n"),
    "comments, blank lines and a byte order mark": "\ufeff# made today\n\n" + PLAIN.replace("2,3", "# more\n2,3"),
    "no line end at the end": PLAIN.rstrip(),
    "names in a comment": "# id flux name\n1 2.5 7\n2 3.5 8\n",
    "numbered names": "#   1 id  Running number\n#   2 flux  Flux [mJy]\n#   3 name  What\n 1 2.5 7\n 2 3.5 8\n",
}


@pytest.mark.parametrize("text", DIALECTS.values(), ids=DIALECTS)
def test_a_dialect_is_the_same_table(text: str, tmp_path: Path) -> None:
    plain = PLAIN if "a b" in text else "id,flux,name\n1,2.5,7\n2,3.5,8\n"
    assert outcome(raw(plain), raw(text), tmp_path).findings == ()


def test_a_table_without_names_is_compared_by_position(tmp_path: Path) -> None:
    assert outcome(raw("1 2.5\n2 3.5\n"), raw("1 2.5\n2 3.5\n"), tmp_path).verdict == "agrees"
    assert codes(outcome(raw("1 2.5\n2 3.5\n"), raw("1 2.5\n2 3.6\n"), tmp_path)) == [("VALUE", 2)]


def test_units_of_numbered_names_are_read(tmp_path: Path) -> None:
    raw(DIALECTS["numbered names"])(tmp_path / "file")
    columns = describe(tmp_path / "file")[0]["parts"][0]["columns"]
    assert [(c["name"], c["unit"]) for c in columns] == [("id", ""), ("flux", "mJy"), ("name", "")]


def ecsv(column: str, *cells: str, meta: str = "") -> Write:
    quoted = ['"' + c.replace('"', '""') + '"' for c in cells]
    return raw(f"# %ECSV 1.0\n# ---\n# datatype:\n# - {{name: a, {column}}}\n{meta}a\n" + "\n".join(quoted) + "\n")


VARIABLE = "datatype: string, subtype: 'float64[null]'"
FIXED = "datatype: string, subtype: 'int32[2,2]'"
CELLS = [
    (VARIABLE, ("[1,2.5]", "[]", "[3]"), ("[1,2.5]", "[]", "[4]"), ("VALUE", 3)),
    (VARIABLE, ("[1,2.5]", "[]", "[3]"), ("[1,2.5]", "[0]", "[3]"), ("SHAPE", 2)),
    (VARIABLE, ("[1,null]", "[]"), ("[1,0]", "[]"), ("MASK_MISMATCH", 1)),
    ("datatype: string, subtype: 'int64[2,null]'", ("[[1,2],[3,4]]",), ("[[1,2],[3,5]]",), ("VALUE", 1)),
    (FIXED, ("[[1,2],[3,4]]",), ("[[1,2],[3,5]]",), ("VALUE", 1)),
    (FIXED, ("[[1,2],[3,null]]",), ("[[1,2],[3,0]]",), ("MASK_MISMATCH", 1)),
    ("datatype: string, subtype: 'string[2]'", ('["a","b"]',), ('["a","c"]',), ("STRING", 1)),
    ("datatype: string, subtype: json", ('{"x":[1,2]}',), ('{"x":[1,3]}',), ("STRING", 1)),
    ("datatype: complex64", ("1+2j",), ("1+3j",), ("VALUE", 1)),
    ("datatype: float16", ("1.5",), ("1.25",), ("VALUE", 1)),
    ("datatype: uint8, unit: s", ("255",), ("254",), ("VALUE", 1)),
    ("datatype: int64", ("1", ""), ("1", "0"), ("MASK_MISMATCH", 2)),
]


@pytest.mark.parametrize(("column", "cells", "others", "code"), CELLS)
def test_cells_are_compared_as_what_they_are(
    column: str, cells: tuple[str, ...], others: tuple[str, ...], code: tuple[str, int], tmp_path: Path
) -> None:
    assert outcome(ecsv(column, *cells), ecsv(column, *cells), tmp_path).findings == ()
    assert codes(outcome(ecsv(column, *cells), ecsv(column, *others), tmp_path)) == [code]


def test_objects_are_the_same_in_any_order_of_their_keys(tmp_path: Path) -> None:
    json = "datatype: string, subtype: json"
    one, other = ecsv(json, '{"x": 1, "y": [2]}'), ecsv(json, '{"y":[2],"x":1}')
    assert outcome(one, other, tmp_path).verdict == "agrees"


@pytest.mark.parametrize("cell", ["[1,2", "[[1],[2,3]]", '"x"', '["x"]', "[1e999]x", "{}", "[true]"])
def test_a_cell_that_is_no_array_is_told_with_its_row(cell: str, tmp_path: Path) -> None:
    found = outcome(ecsv(VARIABLE, "[1]"), ecsv(VARIABLE, "[1]", cell), tmp_path)
    assert [f.code for f in found.findings] == ["FORMAT"]
    assert "row 2" in found.findings[0].message


def made(scale: str = "utc", frame: str = "icrs", *, mask: int = 2) -> Write:
    def write(path: Path) -> None:
        table = QTable({"flux": [1.0, 2.0, 3.0] * u.mJy})
        table["time"] = Time([59000.25, 59001.0, 59002.0], format="mjd", scale=scale)
        table["sky"] = SkyCoord([10.0, 11.0, 12.0] * u.deg, [1.0, 2.0, 3.0] * u.deg, frame=frame)
        table["n"] = MaskedColumn([1, 2, 3], mask=[i == mask for i in range(3)])
        table.write(path, format="ascii.ecsv")

    return write


def test_times_and_coordinates_are_compared_with_their_scale_and_frame(tmp_path: Path) -> None:
    assert outcome(made(), made(), tmp_path).findings == ()
    for other, card in ((made(scale="tai"), "time.scale"), (made(frame="fk5"), "sky.frame")):
        found = outcome(made(), other, tmp_path)
        assert found.verdict == "differs"
        assert [f for f in found.findings if card in f.message], found.findings


def test_a_mask_is_found_in_the_cells_and_in_a_column_of_its_own(tmp_path: Path) -> None:
    def apart(mask: int) -> Write:
        table = Table({"n": MaskedColumn([1, 2, 3], mask=[i == mask for i in range(3)])})
        return lambda path: table.write(path, format="ascii.ecsv", serialize_method="data_mask")

    def within(mask: int) -> Write:
        table = Table({"n": MaskedColumn([1, 2, 3], mask=[i == mask for i in range(3)])})
        return lambda path: table.write(path, format="ascii.ecsv")

    values = outcome(within(1), apart(1), tmp_path)
    assert [f.code for f in values.findings if f.code != "CARD_EXTRA"] == []
    assert codes(outcome(apart(1), apart(2), tmp_path)) == [("MASK_MISMATCH", 2)]


def test_one_long_cell_does_not_cost_its_length_in_every_row(tmp_path: Path) -> None:
    text = "id,name\n" + "".join(f"{i},n{i}\n" for i in range(30_000)) + f"30000,{'x' * 1_000_000}\n"
    assert outcome(raw(text), raw(text), tmp_path).verdict == "agrees"
    assert codes(outcome(raw(text), raw(text[:-2] + "y\n"), tmp_path)) == [("STRING", 30_001)]


def test_a_table_of_many_batches_is_read_whole(tmp_path: Path) -> None:
    rows = np.arange(40_000)
    text = "id,x\n" + "".join(f"{i},{i / 4}\n" for i in rows)
    late = text.replace("39000,9750.0\n", "39000,n/a\n")
    assert outcome(raw(text), raw(text), tmp_path).verdict == "agrees"
    assert "DTYPE" in {f.code for f in outcome(raw(text), raw(late), tmp_path).findings}
