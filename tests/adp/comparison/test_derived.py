"""Quantities that a spec derives from columns are judged like columns."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adp.comparison.compare import compare
from adp.comparison.result import Comparison
from adp.comparison.spec import expression
from adp.comparison.spec.reader import parse
from tests.adp.comparison.making import csv, ecsv, hdus, table

RNG = np.random.default_rng(8)
STARS = {"id": np.arange(30, dtype="i4"), "b": RNG.normal(20, 1, 30), "v": RNG.normal(19, 1, 30), "e": np.full(30, 0.1)}
MAG = {"b": "mag", "v": "mag", "e": "mag"}
COLOUR = '[derived.colour]\nexpression = "b - v"\nunit = "mag"\nabs = "5 mmag"\n[data]\nabs = 1\n'


def judged(tmp_path: Path, product: Any, spec: str, units: Any = MAG, reference: Any = STARS) -> Comparison:
    hdus(table(reference, MAG))(tmp_path / "r.fits")
    hdus(table(product, units))(tmp_path / "p.fits")
    return compare(tmp_path / "r.fits", tmp_path / "p.fits", parse(spec))


def codes(found: Comparison) -> list[str]:
    return [f.code for f in found.findings if f.is_error]


def test_a_colour_is_held_tighter_than_its_magnitudes(tmp_path: Path) -> None:
    found = judged(tmp_path, STARS | {"b": STARS["b"] + 0.2, "v": STARS["v"] + 0.2}, COLOUR)
    assert found.verdict == "agrees"
    assert ("CAT.colour", "abs 5 mmag") in {(r.scope, r.rule) for r in found.rules}

    (tmp_path / "p.fits").unlink(), (tmp_path / "r.fits").unlink()
    found = judged(tmp_path, STARS | {"b": STARS["b"] + 0.01}, COLOUR)
    assert [(f.code, f.where.column) for f in found.findings if f.is_error] == [("VALUE", "colour")]


def test_the_product_may_have_its_columns_in_another_unit(tmp_path: Path) -> None:
    product = STARS | {"b": STARS["b"] * 1000}

    found = judged(tmp_path, product, COLOUR, MAG | {"b": "mmag"})

    assert codes(found) == []


def test_statistics_and_errors_may_be_derived_too(tmp_path: Path) -> None:
    spec = """
    [data]
    abs = 1
    [derived.e_colour]
    expression = "sqrt(2) * e"
    [derived.colour]
    expression = "b - v"
    sigma = { max = 1, error = "e_colour" }
    statistics = { mean_bias_sigma = 5 }
    """

    assert codes(judged(tmp_path, STARS | {"b": STARS["b"] + 0.14}, spec)) == ["BIAS"]
    (tmp_path / "p.fits").unlink(), (tmp_path / "r.fits").unlink()
    assert codes(judged(tmp_path, STARS | {"b": STARS["b"] + 0.15}, spec)) == ["VALUE", "BIAS"]


def test_masked_values_make_nothing(tmp_path: Path) -> None:
    missing: Any = {"b": [1.0, None, 3.0], "v": [1.0, 2.0, 2.0]}
    csv(missing)(tmp_path / "r.csv")
    csv(missing)(tmp_path / "p.csv")

    found = compare(tmp_path / "r.csv", tmp_path / "p.csv", parse('[derived.c]\nexpression = "b - v"\n'))

    assert found.verdict == "agrees"
    assert "c" in {r.scope for r in found.rules}


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ('[derived.colour]\nexpression = "b - r"\n', "SPEC_UNKNOWN_COLUMN"),
        ('[hdu.CAT.derived.colour]\nexpression = "b - r"\n', "SPEC_UNKNOWN_COLUMN"),
        ('[derived.b]\nexpression = "b - v"\n', "SPEC_CONFLICT"),
    ],
)
def test_what_cannot_be_derived_is_told(tmp_path: Path, spec: str, code: str) -> None:
    found = judged(tmp_path, STARS, spec)

    assert (found.verdict, codes(found)) == ("error", [code])


def test_tables_without_the_columns_are_left_alone(tmp_path: Path) -> None:
    other = table({"x": np.arange(3.0)}, {}, name="OTHER")
    for side in "rp":
        hdus(table(STARS, MAG), other)(tmp_path / f"{side}.fits")

    found = compare(tmp_path / "r.fits", tmp_path / "p.fits", parse(COLOUR))

    assert found.verdict == "agrees"
    assert {r.scope for r in found.rules if "colour" in r.scope} == {"CAT.colour"}


def test_ecsv_has_derived_quantities_as_well(tmp_path: Path) -> None:
    ecsv(STARS, MAG)(tmp_path / "r.ecsv")
    ecsv(STARS | {"b": STARS["b"] + 0.01}, MAG)(tmp_path / "p.ecsv")

    assert codes(compare(tmp_path / "r.ecsv", tmp_path / "p.ecsv", parse(COLOUR))) == ["VALUE"]


X = np.array([0.25, 0.5, 0.75])
VALUES = [
    ("sqrt(x)", np.sqrt(X)),
    ("-x ** 2", -(X**2)),
    ("2 ** 3 ** x", 2 ** (3**X)),
    ("10 ** (-0.4 * x)", 10 ** (-0.4 * X)),
    ("2 ** -x", 2**-X),
    ("cos(radians(x)) * x", np.cos(np.radians(X)) * X),
    ("degrees(atan(x))", np.degrees(np.arctan(X))),
    ("log10(x) - ln(x) + exp(x) + abs(-x)", np.log10(X) - np.log(X) + np.exp(X) + X),
    ("sin(x) / tan(x) + asin(x) - acos(x)", np.sin(X) / np.tan(X) + np.arcsin(X) - np.arccos(X)),
]


@pytest.mark.parametrize(("text", "expected"), VALUES, ids=[t for t, _ in VALUES])
def test_functions_and_powers_are_those_of_numpy(text: str, expected: Any) -> None:
    made = expression.evaluate(expression.parse(text), {"x": X})

    assert made.tolist() == np.asarray(expected).tolist()


@pytest.mark.parametrize("text", ["eval(x)", "sqrt()", "sqrt(x", "x **", "* x", "x.y", "sqrt(x, y)", "-" * 60 + "x"])
def test_nothing_but_arithmetic_is_understood(text: str) -> None:
    with pytest.raises(expression.ExpressionError):
        expression.parse(text)
