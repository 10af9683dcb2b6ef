"""The data stage: what a product claims, promises and repeats; each finding at its product, with a next step."""

from dataclasses import replace
from pathlib import Path

import pytest

from adp.finding import Finding, Reason
from adp.report import Report, Verdict
from adp.sandbox.fake import Answer
from tests.adp.checks.bench import ROOT
from tests.adp.checks.conftest import Checked
from tests.factories.proposals import INPUT, REFERENCE, Change, sha256
from tests.factories.repositories import write_files

RELATION = '[products.relation]\nfrom = "table"\ninvariant = ["flag"]\ntransform = { x = "2 * x" }\n'
CSV = REFERENCE[REFERENCE.index("x flag") :].replace(" ", ",")


def written(text: str) -> Answer:
    return Answer(files={"doubled.ecsv": text.encode()})


def found(report: Report) -> list[tuple[Reason, str]]:
    return [(f.reason, f.code) for f in report.stages[-1].findings]


def only(report: Report) -> Finding:
    (finding,) = report.findings
    return finding


@pytest.mark.parametrize(("product", "wanted"), [
    (REFERENCE.replace("METHOD: double", "OTHER: double"), (Reason.OUTPUT_INVALID, "KEYWORD_MISSING")),
    (REFERENCE.replace("unit: pix", "unit: arcsec"), (Reason.MISMATCH, "UNIT")),
    (REFERENCE.replace("7.0 1", "7.0 2"), (Reason.MISMATCH, "INVARIANT")),
    (REFERENCE.replace("7.0 1", "7.1 1"), (Reason.MISMATCH, "RELATION")),
    (REFERENCE.replace("7.0 1\n", ""), (Reason.MISMATCH, "ROW_MISSING")),
    (REFERENCE.replace("flag", "flags"), (Reason.MISMATCH, "COLUMN_MISSING")),
    (CSV, (Reason.OUTPUT_INVALID, "FORMAT")),
    ("", (Reason.OUTPUT_INVALID, "FORMAT")),
    ("\0\1\2", (Reason.OUTPUT_INVALID, "FORMAT")),
    ("<html>", (Reason.OUTPUT_INVALID, "FORMAT")),
], ids=lambda value: repr(value)[-30:])  # fmt: skip
def test_a_product_that_is_not_what_it_should_be_is_found(
    checked: Checked, product: str, wanted: tuple[Reason, str]
) -> None:
    report = checked({"double": written(product)})
    assert wanted in found(report)
    assert report.verdict is Verdict.FAILED
    for finding in report.findings:
        assert finding.where.file == "doubled.ecsv"
        assert finding.hint
        assert finding.evidence["repeat"] == "adp check PATH"


def test_a_product_in_another_format_than_declared_is_found(checked: Checked) -> None:
    change = Change({RELATION: "", 'requires_keywords = ["METHOD"]\n': ""})
    finding = only(checked({"double": written(CSV)}, change))
    assert (finding.reason, finding.code) == (Reason.OUTPUT_INVALID, "FORMAT")
    assert finding.message == "doubled.ecsv is csv, but adp.toml says ecsv"


def test_a_product_that_cannot_be_read_is_not_blamed_for_its_keywords_too(checked: Checked) -> None:
    assert (Reason.OUTPUT_INVALID, "KEYWORD_MISSING") not in found(checked({"double": written("")}))


def test_two_runs_that_differ_are_not_reproducible(checked: Checked) -> None:
    other = REFERENCE.replace("7.0 1", "7.0000000000001 1")
    report = checked({"double": (written(REFERENCE), written(other))}, Change({RELATION: ""}))
    finding = only(report)
    assert (finding.reason, finding.code) == (Reason.NONREPRODUCIBLE, "VALUE")
    assert "row 3" in finding.message
    assert "deterministic" in finding.hint


def test_which_row_differs_between_two_runs_is_chance_and_not_in_the_digest(checked: Checked, tmp_path) -> None:
    digests = set()
    for number, value in enumerate(("3.0 0", "5.0 0", "7.0 1")):
        other = REFERENCE.replace(value, value.replace(".0", ".0000000000001"))
        report = checked({"double": (written(REFERENCE), written(other))}, Change({RELATION: ""}), name=f"n{number}")
        assert [f.code for f in report.findings] == ["VALUE"]
        digests.add(report.digest)
    assert len(digests) == 1


def test_two_runs_may_say_the_same_in_other_bytes(checked: Checked) -> None:
    assert checked({"double": (written(REFERENCE), written(REFERENCE.replace("7.0 1", "7.00 1")))}).passed


def test_a_regression_test_is_shown_as_one(checked: Checked) -> None:
    report = checked({}, Change({'kind = "independent"': 'kind = "regression"'}))
    assert [c["evidence"] for c in report.comparisons if c["name"] == "as-on-paper"] == ["regression"]


def test_a_reference_that_cannot_be_read_is_the_curators(checked: Checked) -> None:
    broken = INPUT.replace("1.5 0", "1.5")
    manifest = {'reference = "truth"': 'reference = "table"', RELATION: "", sha256(INPUT): sha256(broken)}
    assert (Reason.REFERENCE_INVALID, "FORMAT") in found(checked({}, Change(manifest, {"data/table.ecsv": broken})))


class TestDataOfAPackage:
    FROM_PACKAGE = Change({'path = "data/truth.ecsv"': 'package = "kit:tables/truth.ecsv"'})

    @pytest.fixture
    def packages(self, no_tree: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        folder = tmp_path / "packages"
        write_files(folder, {"kit/tables/truth.ecsv": REFERENCE})
        monkeypatch.setattr("adp.checks.build.root_for", lambda *_: replace(ROOT, packages=folder))
        return folder

    def test_it_is_a_reference_like_any_other(self, packages: Path, checked: Checked) -> None:
        assert checked({}, self.FROM_PACKAGE).passed
        broken = written(REFERENCE.replace("7.0 1", "7.1 1"))
        assert (Reason.MISMATCH, "VALUE") in found(checked({"double": broken}, self.FROM_PACKAGE, name="broken"))

    @pytest.mark.parametrize(("content", "code", "line"), [("other", "CHECKSUM", 28), (None, "FILE_MISSING", 27)])
    def test_it_must_be_the_one_the_manifest_means(
        self, packages: Path, checked: Checked, content: str | None, code: str, line: int
    ) -> None:
        (packages / "kit/tables/truth.ecsv").unlink()
        if content:
            write_files(packages, {"kit/tables/truth.ecsv": content})
        report = checked({}, self.FROM_PACKAGE)
        finding = only(report)
        assert (finding.code, finding.where.file, finding.where.line) == (code, "adp.toml", line)
        assert [s.name for s in report.stages if s.verdict is Verdict.FAILED] == ["build"]
        assert finding.hint

    def test_inside_an_image_it_is_out_of_reach(self, no_tree: None, checked: Checked) -> None:
        assert only(checked({}, self.FROM_PACKAGE)).code == "DATA_NOT_HELD"


def test_a_tolerance_in_a_unit_that_does_not_fit_is_the_manifests_fault(checked: Checked) -> None:
    report = checked({}, Change({"1e-9 pix": "1e-9 Jy"}))
    assert found(report) == [(Reason.MANIFEST_INVALID, "SPEC_UNIT")]
    assert report.findings[0].hint


def test_a_comparison_shows_no_path_of_this_machine(checked: Checked, tmp_path) -> None:
    said = str(checked({"double": written("")}).to_dict())
    assert str(tmp_path) not in said
