"""Two runs of the same steps: equal in every value, whatever a file says about when it was written."""

from pathlib import Path

import pytest

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
