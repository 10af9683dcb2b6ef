"""What single stages ask beyond running a command: manifest, standards, build, version, steps."""

import json
from pathlib import Path

import pytest

from adp.finding import Severity
from adp.report import Report, Verdict
from adp.sandbox.fake import Answer
from tests.adp.checks.bench import Heard
from tests.adp.checks.conftest import Checked
from tests.factories.proposals import FILES, REFERENCE, Change

VERSION = 'version = ["python3", "tiny.py", "--version"]\n'
DOUBLED = REFERENCE.encode()
WELL = Answer(files={"doubled.ecsv": DOUBLED})


def stage(report: Report, name: str):
    return next(s for s in report.stages if s.name == name)


def codes(report: Report, name: str) -> list[str]:
    return [f.code for f in stage(report, name).findings]


class TestManifest:
    def test_a_link_is_no_manifest(self, checked: Checked) -> None:
        def link(folder: Path) -> None:
            (folder / "adp.toml").rename(folder / "real.toml")
            (folder / "adp.toml").symlink_to("real.toml")

        assert codes(checked({}, Change(then=link)), "manifest") == ["NO_MANIFEST"]

    def test_a_huge_manifest_is_not_read_whole(self, checked: Checked) -> None:
        report = checked({}, Change(files={"adp.toml": FILES["adp.toml"] + "#" * (300 << 10)}))
        assert codes(report, "manifest") == ["TOO_LARGE"]

    def test_every_fault_is_told_at_once(self, checked: Checked) -> None:
        change = Change({'"2 * x"': '"2 * ("', "column.x.abs": "column.x.abss"}, {"data/truth.ecsv": None})
        assert codes(checked({}, change), "manifest") == ["FILE_MISSING"]

    @pytest.mark.parametrize(("change", "code", "where"), [
        (Change({"column.x.abs": "column.x.abss"}), "SPEC_UNKNOWN_KEY", {"file": "adp.toml", "line": 53}),
        (Change({'tolerance = { column.x.abs = "1e-9 pix" }': 'spec = "t.toml"'}, {"t.toml": "\n[data"}),
         "SPEC_SYNTAX", {"file": "t.toml", "line": 2}),
        (Change({'tolerance = { column.x.abs = "1e-9 pix" }': 'spec = "t.toml"'}, {"t.toml": b"\xff"}),
         "SPEC_SYNTAX", {"file": "t.toml", "line": 1}),
        (Change({'tolerance = { column.x.abs = "1e-9 pix" }': 'spec = "t.toml"'}), "FILE_MISSING", {"line": 53}),
    ], ids=str)  # fmt: skip
    def test_a_tolerance_that_says_nothing_is_found_before_anything_runs(
        self, checked: Checked, change: Change, code: str, where: dict[str, object]
    ) -> None:
        report = checked({}, change)
        assert codes(report, "manifest") == [code]
        found = report.findings[0]
        assert where.items() <= found.where.to_dict().items()
        assert found.hint
        assert stage(report, "steps").verdict is Verdict.SKIPPED


class TestStandards:
    @pytest.mark.parametrize(("files", "code", "severity"), [
        ({"CITATION.cff": None}, "NO_CITATION", Severity.ERROR),
        ({"README.md": None}, "NO_README", Severity.WARNING),
        ({"SCIENCE.md": "why not"}, "SCIENCE_CASE_SHORT", Severity.WARNING),
    ])  # fmt: skip
    def test_the_files_every_adp_needs(self, checked: Checked, files, code: str, severity: Severity) -> None:
        report = checked({}, Change(files=files))
        (finding,) = stage(report, "standards").findings
        assert (finding.code, finding.severity, finding.where.file) == (code, severity, next(iter(files)))
        assert finding.hint
        assert report.passed is (severity is Severity.WARNING)

    def test_compiled_python_is_refused_where_nobody_could_review_it(self, checked: Checked) -> None:
        report = checked(
            {}, Change(files={".gitignore": "", "lib/__pycache__/a.cpython-311.pyc": b"1", "lib/b.pyo": b"2"})
        )
        (finding,) = stage(report, "standards").findings
        assert (finding.code, finding.where.file) == ("COMPILED_CODE", "lib/__pycache__/a.cpython-311.pyc")
        assert "and 1 more" in finding.message

    def test_a_readme_of_another_kind_will_do(self, checked: Checked) -> None:
        assert checked({}, Change(files={"README.md": None, "README.rst": "what it is"})).findings == ()


class TestBuild:
    @pytest.mark.parametrize(("manifest", "says"), [
        ({'time = "1 min"': 'time = "1 min"\ngpu = 1'}, "GPU"),
        ({'time = "1 min"': 'time = "1 min"\narch = "aarch64"'}, "aarch64"),
        ({'path = "data/truth.ecsv"': 'centre = "eso"'}, "truth"),
    ])  # fmt: skip
    def test_what_this_machine_lacks_is_not_the_authors_fault(self, checked: Checked, manifest, says: str) -> None:
        report = checked({}, Change(manifest))
        assert report.verdict is Verdict.ERROR
        assert says in report.findings[0].message
        assert stage(report, "steps").verdict is Verdict.SKIPPED


class TestVersion:
    @pytest.mark.parametrize("said", ["1.0.0\n", "tiny 1.0.0\n", "tiny,\n version 1.0.0\n(c) Alice\n"])
    def test_the_version_is_a_word_of_what_is_printed(self, checked: Checked, said: str) -> None:
        assert checked({"version test": Answer(stdout=said)}).passed

    @pytest.mark.parametrize("said", ["", "tiny\n", "11.0.0\n", "1.0.0.dev1\n", "v1.0.0\n"])
    def test_another_word_is_another_version(self, checked: Checked, said: str) -> None:
        report = checked({"version test": Answer(stdout=said, stderr="1.0.0\n")})
        assert codes(report, "version") == ["VERSION_DIFFERS"]
        assert report.findings[0].where.step == "version test"

    def test_without_a_version_test_the_stage_is_skipped_with_a_warning(self, checked: Checked) -> None:
        report = checked({}, Change({VERSION: ""}))
        assert stage(report, "version").verdict is Verdict.SKIPPED
        assert codes(report, "version") == ["VERSION_TEST_MISSING"]
        assert report.passed


class TestSteps:
    def test_a_nondeterministic_adp_runs_once(self, checked: Checked, heard: Heard) -> None:
        change = Change({"deterministic = true": 'deterministic = false\nnondeterministic_reason = "Monte Carlo"'})
        report = checked({}, change)
        assert report.passed
        assert [e for e in heard.events if e[0] == "step"] == [("step", "double", "1/1")]
        assert "second run doubled" not in [c["name"] for c in report.comparisons]

    def test_a_step_that_fails_the_second_time_fails(self, checked: Checked) -> None:
        report = checked({"double": (WELL, Answer(exit_code=1))})
        assert codes(report, "steps") == ["STEP_FAILED"]

    def test_a_product_that_was_not_written_is_named_once(self, checked: Checked) -> None:
        report = checked({"double": Answer()})
        assert codes(report, "steps") == ["PRODUCT_MISSING"]
        assert report.products == ()
        assert report.findings[0].evidence["repeat"] == "adp check PATH"

    def test_each_run_starts_on_an_empty_folder(self, checked: Checked) -> None:
        assert codes(checked({"double": (WELL, Answer())}), "steps") == ["PRODUCT_MISSING"]


class TestAccount:
    def test_it_records_what_was_declared_used_and_made(self, checked: Checked) -> None:
        report = checked(
            {},
            Change(
                {'[[data]]\nname = "table"': '[parameters]\nfile = "c.toml"\n[[data]]\nname = "table"'},
                {"c.toml": "clip = 3\nwhen = 2026-01-01\nmost = inf\n"},
            ),
        )
        assert report.parameters["values"] == {"clip": 3, "when": "2026-01-01", "most": "inf"}
        assert report.declared["limits"] == {"cpus": 1.0, "memory": 256 << 20, "disk": 8 << 20, "time": 60.0, "gpu": 0}
        assert report.declared["lock"] == "astro-1"
        assert set(report.declared["inputs"]) == {"table", "truth"}
        assert report.environment["contents"] == {"numpy": "2.3.5"}
        assert report.cost["output_bytes"] == len(DOUBLED) == report.products[0].bytes
        assert report.provenance["wasDerivedFrom"] == {"doubled": ["table"]}
        assert report.provenance["entity"]["doubled"]["sha256"] == report.products[0].sha256
        json.dumps(report.to_dict(), allow_nan=False)

    def test_nothing_is_claimed_of_a_manifest_that_cannot_be_read(self, checked: Checked) -> None:
        report = checked({}, Change(files={"adp.toml": "adp = "}))
        assert (report.product, report.version) == ("", "")
        assert report.declared == report.parameters == report.provenance == {}
