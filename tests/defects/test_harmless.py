"""What is no defect is not called one: the same science, written another way, agrees under the right spec."""

from pathlib import Path

import pytest

from adp.comparison.result import AGREES, FAIL
from tests.defects.lists import HARMLESS
from tests.defects.rows import Row

CASES = [case for row in HARMLESS for case in row.cases]


@pytest.mark.parametrize(("row", "form"), CASES, ids=[f"{row.name} [{form}]" for row, form in CASES])
def test_a_harmless_difference_agrees(row: Row, form: str, tmp_path: Path) -> None:
    found, _ = row.judge(form, tmp_path)

    assert [f.message for f in found.findings if f.is_error] == []
    assert found.verdict == AGREES
    assert FAIL not in {r.verdict for r in found.rules}
