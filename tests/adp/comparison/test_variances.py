"""[integrity] variance_positive: variances and errors of the product are positive, or NaN."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adp.comparison.compare import compare
from adp.comparison.result import Comparison
from adp.comparison.spec.reader import parse
from tests.adp.comparison.making import csv, hdus, image, table

SPEC = "[integrity]\nvariance_positive = true\n"
SKY = np.ones((3, 4))


def judged(tmp_path: Path, *extensions: Any, spec: str = SPEC) -> Comparison:
    hdus(*extensions)(tmp_path / "a.fits")
    return compare(tmp_path / "a.fits", tmp_path / "a.fits", parse(spec))


def codes(found: Comparison) -> list[str]:
    return [f.code for f in found.findings if f.is_error]


@pytest.mark.parametrize(("value", "faults"), [(0.0, 1), (-1.0, 1), (np.inf, 1), (np.nan, 0), (1e-30, 0)])
def test_what_is_no_variance_is_told_with_its_pixel(tmp_path: Path, value: float, faults: int) -> None:
    variance = np.ones((3, 4))
    variance[1, 2] = value

    found = judged(tmp_path, image(SKY), image(variance, name="STAT"))

    assert codes(found) == ["VARIANCE"] * faults
    assert [f.where.pixel for f in found.findings] == [(3, 2)] * faults
    assert [f.reason for f in found.findings] == ["OUTPUT_INVALID"] * faults
    assert ("STAT", "variance positive") in {(r.scope, r.rule) for r in found.rules}


def test_variances_are_known_by_the_spec_by_name_and_by_class(tmp_path: Path) -> None:
    bad = -SKY
    marked = image(bad, name="NOISE", cards={"HDUCLAS2": "ERROR"})
    named = image(bad, name="SKYVAR")
    columns = table({"x": np.ones(3), "e_x": np.zeros(3), "variance": np.zeros(3)}, {})
    spec = SPEC + '[column.x]\nsigma = { max = 1, error = "e_x" }\n[hdu.SCI.statistics]\nvariance = "skyvar"\n'

    found = judged(tmp_path, image(SKY), marked, named, columns, spec=spec)

    invalid = [f for f in found.findings if f.reason == "OUTPUT_INVALID"]
    assert [(f.where.hdu, f.where.column) for f in invalid] == [
        ("NOISE", None),
        ("SKYVAR", None),
        ("CAT", "e_x"),
        ("CAT", "variance"),
    ]


def test_masked_errors_are_no_fault(tmp_path: Path) -> None:
    csv({"x": [1, 2, 3], "variance": [1.0, None, 2.0]})(tmp_path / "a.csv")

    assert compare(tmp_path / "a.csv", tmp_path / "a.csv", parse(SPEC)).verdict == "agrees"


def test_a_product_without_variances_cannot_be_judged_by_them(tmp_path: Path) -> None:
    assert codes(judged(tmp_path, image(SKY))) == ["SPEC_UNUSED"]
