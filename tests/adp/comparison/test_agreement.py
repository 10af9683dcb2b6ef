"""Two runs of the same steps: equal in every value, whatever a file says about when it was written."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from adp.comparison.agreement import agree
from adp.finding import Reason
from tests.adp.comparison.hostile import PRIMARY, card, header
from tests.adp.comparison.making import IMAGE, Write, changed, csv, hdus, image, raw


def foreign(value: int) -> Write:
    """An extension of a kind that the standard leaves to others."""
    sizes = (card("BITPIX", 8), card("NAXIS", 0), card("PCOUNT", 0), card("GCOUNT", 1), card("OTHER", value))
    return raw(PRIMARY + header("XTENSION= 'FOREIGN '", *sizes))


PLAIN = hdus(image(cards={"DATE": "2026-01-01"}))
RUNS = [
    pytest.param(PLAIN, PLAIN, None, id="the same bytes"),
    pytest.param(PLAIN, hdus(image(cards={"DATE": "2026-01-02"})), None, id="another DATE"),
    pytest.param(foreign(1), foreign(1), None, id="the same bytes of a kind we do not read"),
    pytest.param(foreign(1), foreign(2), "VALUE", id="other bytes of a kind we do not read"),
    pytest.param(PLAIN, hdus(image(changed(IMAGE, (0, 0), 1.0))), "VALUE", id="one pixel"),
    pytest.param(csv(), raw(b"\0"), "FORMAT", id="the second is no table"),
    pytest.param(raw(b"\0"), csv(), "FORMAT", id="the first is no table"),
]


@pytest.mark.parametrize(("first", "second", "code"), RUNS)
def test_two_runs_agree_or_are_not_reproducible(first: Write, second: Write, code: str | None, tmp_path: Path) -> None:
    first(tmp_path / "first")
    second(tmp_path / "second")

    found = agree(tmp_path / "first", tmp_path / "second")

    assert found.verdict == ("differs" if code else "agrees")
    assert [f.code for f in found.findings if f.is_error][:1] == ([code] if code else [])
    assert {f.reason for f in found.findings} <= {Reason.NONREPRODUCIBLE, Reason.OUTPUT_INVALID}
    assert [(r.scope, r.rule, r.verdict) for r in found.rules] == [("file", "second run", "fail" if code else "pass")]


def test_the_first_hdu_and_column_that_differ_are_named_with_the_size_of_the_difference(tmp_path: Path) -> None:
    for name, noise in (("first", 0.0), ("second", 1e-9)):
        columns = {"id": [1, 2], "flux": np.array([1.0, 2.0]) + noise, "e": np.array([1.0, 1.0]) + noise}
        table = fits.BinTableHDU(Table(columns), name="CAT")
        same = fits.ImageHDU(np.arange(12.0).reshape(3, 4), name="SCI")
        fits.HDUList([fits.PrimaryHDU(), same, table]).writeto(tmp_path / name)

    first, other = agree(tmp_path / "first", tmp_path / "second").findings

    assert (first.where.hdu, first.where.column, other.where.column) == ("CAT", "flux", "e")
    assert first.message.startswith("two runs of the same steps differ, first in CAT.flux: 2 of 2 values")
    assert "worst |p - r| = 1e-09" in first.message
