"""Cards that are left out or implied are looked at where a spec names them."""

from pathlib import Path
from typing import Any

import pytest

from adp.comparison.compare import compare
from adp.comparison.spec.reader import parse
from tests.adp.comparison.making import hdus, image

CASES = [
    ({"DATE": "2025-01-01"}, {"DATE": "2026-01-01"}, {}, []),
    ({"DATE": "2025-01-01"}, {"DATE": "2026-01-01"}, {"exact": ["DATE"]}, ["CARD_VALUE"]),
    ({"DATE": "2025-01-01"}, {}, {"exact": ["DATE"]}, ["CARD_MISSING"]),
    ({"DATE": "2025-01-01"}, {"DATE": "2026-01-01"}, {"exists": ["DATE"]}, []),
    ({"DATE": "2025-01-01"}, {}, {"exists": ["DATE"]}, ["CARD_MISSING"]),
    ({"BUNIT": "Jy"}, {"BUNIT": "Jy"}, {"exists": ["BUNIT", "NAXIS?"]}, []),
    ({"BUNIT": "Jy"}, {"BUNIT": "Jy"}, {"exists": ["CHECKSUM"]}, ["CARD_MISSING"]),
]


@pytest.mark.parametrize(("reference", "product", "header", "expected"), CASES)
def test_a_card_that_is_named_is_looked_at(
    tmp_path: Path, reference: dict[str, str], product: dict[str, str], header: dict[str, Any], expected: list[str]
) -> None:
    hdus(image(cards=reference))(tmp_path / "r.fits")
    hdus(image(cards=product))(tmp_path / "p.fits")

    found = compare(tmp_path / "r.fits", tmp_path / "p.fits", parse({"header": header}))

    assert [f.code for f in found.findings] == expected
