"""muse-pixtable 1.0.0 handed on a table as it was printed; its own check refuses it, with the place."""

from pathlib import Path

import pytest

from adp.finding import Finding, Reason
from adp.report import Verdict
from adp.source.local import snapshot
from tests.examples.conftest import EXAMPLES, Checked
from tests.factories.repositories import git

SENTENCE = "value changed: row 3, column flag: 0 → a0"


def test_the_repository_has_both_versions_and_the_second_is_the_example(faulty: Path, tmp_path: Path) -> None:
    assert git(faulty, "tag").split() == ["v1.0.0", "v1.0.1"]
    right = snapshot(faulty, tmp_path / "right", "v1.0.1")
    assert right.tree == snapshot(EXAMPLES / "muse-pixtable", tmp_path / "folder").tree
    assert git(faulty, "status", "--porcelain") == ""


def test_the_demo_makes_the_same_commits_each_time(faulty: Path, tmp_path: Path) -> None:
    from config.demo.repositories import faulty_then_right  # noqa: PLC0415 - only this test makes another

    faulty_then_right(tmp_path / "muse-pixtable")
    assert git(tmp_path / "muse-pixtable", "show-ref", "--tags") == git(faulty, "show-ref", "--tags")


def test_the_patch_changes_the_shift_and_the_version_and_no_data(faulty: Path) -> None:
    changed = git(faulty, "diff", "--name-only", "v1.0.0", "v1.0.1").split()
    assert {"adp.toml", "pixtable/__init__.py", "pixtable/__main__.py"} <= set(changed)
    assert [c for c in changed if c.startswith("data/")] in ([], ["data/README.md"])


@pytest.mark.sandbox
class TestItsCheck:
    @pytest.fixture
    def found(self, checked: Checked, faulty: Path) -> dict[tuple[str, str], Finding]:
        report = checked(faulty, "bubblewrap", "v1.0.0")
        assert report.verdict is Verdict.FAILED
        assert [s.name for s in report.stages if s.verdict is not Verdict.PASSED] == ["data"]
        return {(f.code, f.evidence["test"]): f for f in report.findings}

    def test_it_says_what_changed_and_where(self, found: dict[tuple[str, str], Finding]) -> None:
        invariant = found["INVARIANT", "relation shifted"]
        assert invariant.message == SENTENCE
        assert invariant.reason is Reason.MISMATCH
        assert (invariant.where.file, invariant.where.column, invariant.where.row) == ("shifted.ecsv", "flag", 3)
        assert invariant.where.index == (2,)

    def test_it_says_that_the_type_changed(self, found: dict[tuple[str, str], Finding]) -> None:
        dtype = found["DTYPE", "relation shifted"]
        assert (dtype.where.file, dtype.where.column) == ("shifted.ecsv", "flag")

    def test_it_says_what_to_do_and_how_to_see_it_again(self, found: dict[tuple[str, str], Finding]) -> None:
        for finding in found.values():
            assert finding.hint
            assert finding.evidence["repeat"] == "adp check PATH --ref v1.0.0"

    def test_the_next_table_inherits_the_fault_and_the_simulated_rows_do_not(
        self, found: dict[tuple[str, str], Finding]
    ) -> None:
        assert {f.where.file for f in found.values()} == {"shifted.ecsv", "sky.ecsv"}
