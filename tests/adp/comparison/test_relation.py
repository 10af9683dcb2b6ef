"""Level N to N+1: what a coordinates-only step promised, on the tables of the talk and on FITS."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from adp.comparison.compare import compare
from adp.comparison.result import Comparison
from adp.comparison.spec import expression
from adp.comparison.spec.reader import parse
from tests.adp.comparison.making import changed, ecsv, hdus, image, table

DATA = Path(__file__).parent / "data"
LEVEL0, PRINTED, SKY = (
    DATA / n for n in ("level0_instrument.ecsv", "level1_shifted_as_printed.txt", "level1_sky.ecsv")
)
INVARIANT = ["lambda", "value", "flag", "variance"]
SHIFT = {"relation": {"invariant": INVARIANT, "transform": {"x": "x - 20.5", "y": "1.5 * y"}}}
X, V = np.linspace(-75, 75, 30), np.linspace(1, 30, 30)


def codes(found: Comparison) -> list[str]:
    return [f.code for f in found.findings if f.is_error]


def shifted(path: Path, flag: str, kind: str) -> Path:
    """The second table as ECSV, with the flag of row 3 as given."""
    header = [line for line in LEVEL0.read_text().splitlines() if line.startswith("#")]
    header = [line.replace("flag, datatype: int32", f"flag, datatype: {kind}") for line in header]
    path.write_text("\n".join([*header, PRINTED.read_text().replace("a0", flag)]))
    return path


def test_the_stray_flag_of_the_talk_is_told_in_its_own_words(tmp_path: Path) -> None:
    found = compare(LEVEL0, shifted(tmp_path / "shifted.ecsv", "a0", "string"), parse(SHIFT))

    assert found.verdict == "differs"
    assert [(f.code, f.where.to_dict()) for f in found.findings] == [
        ("INVARIANT", {"column": "flag", "row": 3, "index": [2]}),
        ("DTYPE", {"column": "flag"}),
    ]
    assert found.findings[0].message == "value changed: row 3, column flag: 0 → a0"


def test_the_table_as_printed_is_at_fault_in_any_format() -> None:
    assert codes(compare(LEVEL0, PRINTED, parse(SHIFT))) == ["INVARIANT", "DTYPE"]


def test_the_repaired_table_keeps_its_promise(tmp_path: Path) -> None:
    found = compare(LEVEL0, shifted(tmp_path / "shifted.ecsv", "0", "int32"), parse(SHIFT))

    assert found.verdict == "agrees"
    assert [r.rule for r in found.rules] == [
        *["invariant"] * 4,
        "= x - 20.5 within 1 ulp",
        "= 1.5 * y within 1 ulp",
    ]


def test_the_third_table_follows_from_the_first() -> None:
    spec = {
        "relation": {"invariant": INVARIANT, "transform": {"ra": "0.2 * (x - 20.5)", "dec": "0.2 * (1.5 * y)"}},
        "column": {"ra": {"abs": 1e-12}, "dec": {"abs": "1e-12 arcsec"}},
    }
    assert compare(LEVEL0, SKY, parse(spec)).verdict == "agrees"


def pixels(**new: Any) -> dict[str, Any]:
    return {"x": X, "v": V, "f": np.arange(30, dtype="i4"), **new}


PROMISE = {"invariant": ["v", "f"], "transform": {"x": "x - 20.5"}}
BROKEN = [
    ("a shifted coordinate", pixels(x=changed(X - 20.5, 4, 0.0)), "RELATION", {"column": "x", "row": 5}),
    ("a value in its last bit", pixels(x=X - 20.5, v=changed(V, 7, np.nextafter(V[7], 99))), "INVARIANT", {"row": 8}),
    ("a NaN for a value", pixels(x=X - 20.5, v=changed(V, 7, np.nan)), "INVARIANT", {"column": "v", "row": 8}),
    ("another type", pixels(x=X - 20.5, f=np.arange(30, dtype="i2")), "DTYPE", {"column": "f"}),
    ("a lost column", {"x": X - 20.5, "v": V}, "COLUMN_MISSING", {"column": "f"}),
    ("a lost row", {n: c[:29] for n, c in pixels(x=X - 20.5).items()}, "ROW_MISSING", {"row": 30}),
]


@pytest.mark.parametrize(("name", "columns", "code", "place"), BROKEN, ids=[b[0] for b in BROKEN])
def test_a_broken_promise_is_told(
    name: str, columns: dict[str, Any], code: str, place: dict[str, Any], tmp_path: Path
) -> None:
    hdus(table(pixels()))(tmp_path / "a.fits")
    hdus(table(columns))(tmp_path / "b.fits")

    found = compare(tmp_path / "a.fits", tmp_path / "b.fits", parse({"relation": PROMISE}))

    assert codes(found) == [code]
    assert place.items() <= found.findings[0].where.to_dict().items()


@pytest.mark.parametrize("payloads", [(0x7FF8000000000001, 0x7FF8000000000002)])
def test_a_nan_of_another_payload_shows_its_bits(payloads: tuple[int, int], tmp_path: Path) -> None:
    for name, payload in zip("ab", payloads, strict=True):
        hdus(table({"v": np.array([payload], "u8").view("f8")}, {}))(tmp_path / name)

    found = compare(tmp_path / "a", tmp_path / "b", parse({"relation": {"invariant": ["v"]}}))

    assert found.findings[0].message == (
        "value changed: row 1, column v: nan (0x7ff8000000000001) → nan (0x7ff8000000000002)"
    )


def test_a_pixel_table_of_one_image_per_column_is_a_table(tmp_path: Path) -> None:
    hdus(image(X, name="X"), image(V, name="V"))(tmp_path / "a.fits")
    hdus(image(X - 20.5, name="X"), image(changed(V, 3, 0.0), name="V"))(tmp_path / "b.fits")

    found = compare(
        tmp_path / "a.fits",
        tmp_path / "b.fits",
        parse({"relation": {"invariant": ["V"], "transform": {"X": "X-20.5"}}}),
    )

    assert [f.message for f in found.findings] == ["value changed: row 4, column V: 4.0 → 0.0"]


def test_a_float32_product_is_judged_by_its_own_ulp(tmp_path: Path) -> None:
    ecsv({"x": X})(tmp_path / "a")
    columns = [fits.Column("x", "E", array=(X - 20.5).astype("f4"))]
    hdus(fits.BinTableHDU.from_columns(columns))(tmp_path / "b")

    assert (
        compare(tmp_path / "a", tmp_path / "b", parse({"relation": {"transform": {"x": "x - 20.5"}}})).verdict
        == "agrees"
    )


SLIPS = [
    ({"invariant": ["valu"]}, "SPEC_UNKNOWN_COLUMN", "did you mean 'value'?"),
    ({"transform": {"x": "z - 1"}}, "SPEC_UNKNOWN_COLUMN", "its columns: x, y, lambda, value, flag, variance"),
    ({"transform": {"x": "x - "}}, "SPEC_EXPRESSION", ""),
    ({"transform": {"x": "__import__('os')"}}, "SPEC_EXPRESSION", ""),
]


@pytest.mark.parametrize(("relation", "code", "hint"), SLIPS)
def test_a_slip_in_a_relation_judges_nothing(relation: dict[str, Any], code: str, hint: str) -> None:
    found = compare(LEVEL0, PRINTED, parse({"relation": relation}))

    assert found.verdict == "error"
    assert (found.findings[0].code, found.findings[0].hint) == (code, hint)


GOOD = [("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("-x / 4 - -1", 0.5), ("2e1*.5", 10), ("8 / 2 / 2", 2), ("+x", 2)]


@pytest.mark.parametrize(("text", "value"), GOOD)
def test_an_expression_is_arithmetic(text: str, value: float) -> None:
    assert expression.evaluate(expression.parse(text), {"x": np.array(2.0)}) == value


BAD = ["", "1 +", "(1", "1)", "x y", "x *** 2", "x.y", "f(x)", "1; 2", "x' - 1", "(" * 60 + "1" + ")" * 60]
BAD += ["-" * 60 + "1", "1+" * 600 + "1"]


@pytest.mark.parametrize("text", BAD, ids=lambda t: t[:10])
def test_what_is_no_expression_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(expression.ExpressionError, match="character"):
        expression.parse(text)
