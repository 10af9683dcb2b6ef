"""Units are compared by what they mean; what was converted is told."""

from pathlib import Path

import numpy as np
import pytest
from astropy import units
from astropy.table import Column, QTable, Table

from adp.comparison.compare import compare
from adp.comparison.spec.reader import parse
from tests.adp.comparison.making import hdus, table

FLUX = np.array([1.0, 2.0, 4.0])
PAIRS = [
    ("Jy", "mJy", 1000.0, [("UNIT", "info")]),
    ("erg/s/cm2", "erg s-1 cm-2", 1.0, []),
    ("Angstrom", "nm", 0.1, [("UNIT", "info")]),
    ("Jy", "s", 1.0, [("UNIT", "error")]),
    ("Jy", "", 1.0, [("UNIT", "error")]),
    ("", "Jy", 1.0, [("UNIT", "error")]),
]


@pytest.mark.parametrize(("reference", "product", "times", "expected"), PAIRS)
def test_a_unit_that_converts_is_told_and_one_that_does_not_is_an_error(
    tmp_path: Path, reference: str, product: str, times: float, expected: list[tuple[str, str]]
) -> None:
    hdus(table({"x": FLUX}, {"x": reference} if reference else {}))(tmp_path / "r.fits")
    hdus(table({"x": FLUX * times}, {"x": product} if product else {}))(tmp_path / "p.fits")

    found = compare(tmp_path / "r.fits", tmp_path / "p.fits", parse({}))

    assert [(f.code, f.severity.value) for f in found.findings] == expected
    assert next(r for r in found.rules if r.scope == "CAT.x").verdict == "pass"


def test_a_quantity_in_ecsv_may_be_in_another_unit_or_a_plain_column(tmp_path: Path) -> None:
    QTable({"x": FLUX * units.Jy}).write(tmp_path / "r.ecsv")
    QTable({"x": (FLUX * units.Jy).to("mJy")}).write(tmp_path / "p.ecsv")
    Table({"x": Column(FLUX, unit="Jy")}).write(tmp_path / "c.ecsv")

    converted = compare(tmp_path / "r.ecsv", tmp_path / "p.ecsv", parse({}))
    plain = compare(tmp_path / "r.ecsv", tmp_path / "c.ecsv", parse({}))

    assert [(f.code, f.severity.value) for f in converted.findings] == [("UNIT", "info")]
    assert plain.findings == ()
