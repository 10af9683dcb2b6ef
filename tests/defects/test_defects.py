"""Every defect is found: with exactly its codes, at its place, and with its likely cause where there is one."""

from pathlib import Path

import pytest

from adp.comparison.result import DIFFERS
from tests.defects.lists import DEFECTS
from tests.defects.rows import Row

CASES = [case for row in DEFECTS for case in row.cases]


@pytest.mark.parametrize(("row", "form"), CASES, ids=[f"{row.name} [{form}]" for row, form in CASES])
def test_a_defect_is_found_and_named(row: Row, form: str, tmp_path: Path) -> None:
    found, change = row.judge(form, tmp_path)

    errors = [f for f in found.findings if f.is_error]
    assert {f.code for f in errors} == row.expected(form), [f.message for f in errors]
    assert found.verdict == DIFFERS
    assert not change.place or any(change.place.items() <= f.where.to_dict().items() for f in errors), [
        f.where.to_dict() for f in errors
    ]
    assert row.cause in " ".join(f"{f.message} {f.evidence.get('cause', '')}" for f in errors)
