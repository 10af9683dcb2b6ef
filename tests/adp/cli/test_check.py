"""`adp check`: one verdict, one exit status, one document; what it says when there is nothing to judge with."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from adp.cli.main import main
from adp.errors import PlatformError
from adp.finding import Reason
from adp.report import STAGES, Verdict
from adp.sandbox import bubblewrap
from adp.sandbox.engine import Engine, Job
from adp.sandbox.fake import Answer, FakeEngine
from tests.adp.checks.bench import engine
from tests.adp.cli.conftest import Check
from tests.factories.proposals import REFERENCE, Change, make_proposal, make_proposal_repository
from tests.factories.repositories import commit_files, git


def test_a_good_proposal_ends_with_0(check: Check, fake: FakeEngine, tmp_path: Path) -> None:
    said = check(make_proposal(tmp_path / "tiny"))
    assert (said.status, said.report.verdict) == (0, Verdict.PASSED)


def test_progress_is_a_plain_line_a_stage_on_stderr(check: Check, fake: FakeEngine, tmp_path: Path) -> None:
    lines = check(make_proposal(tmp_path / "tiny")).err.splitlines()
    assert [line.split()[:2] for line in lines] == [[name, "passed"] for name in STAGES]
    assert all("\x1b" not in line for line in lines)


def test_folder_head_and_tag_have_one_digest(check: Check, fake: FakeEngine, tmp_path: Path) -> None:
    commit = make_proposal_repository(tmp_path / "repository")
    folder, head = check(make_proposal(tmp_path / "tiny")), check(tmp_path / "repository")
    refs = [check(tmp_path / "repository", "--ref", ref) for ref in ("v1.0.0", "main", commit, commit[:12])]
    assert {s.report.digest for s in (folder, head, *refs)} == {folder.report.digest}
    assert {s.report.tree for s in (folder, head, *refs)} == {folder.report.tree}
    assert folder.report.commit is None
    assert {s.report.commit for s in (head, *refs)} == {commit}


def test_what_is_not_committed_is_not_judged_and_said_so(check: Check, fake: FakeEngine, tmp_path: Path) -> None:
    make_proposal_repository(tmp_path / "tiny")
    clean = check(tmp_path / "tiny")
    (tmp_path / "tiny" / "tiny.py").write_text("raise SystemExit(1)")
    dirty = check(tmp_path / "tiny")
    assert dirty.report.digest == clean.report.digest
    assert "changes that are not committed" in dirty.err
    assert "changes that are not committed" not in clean.err


def test_a_tag_must_say_the_manifests_version(check: Check, fake: FakeEngine, tmp_path: Path) -> None:
    make_proposal_repository(tmp_path / "tiny", tag="v1.0.1")
    said = check(tmp_path / "tiny", "--ref", "v1.0.1")
    (finding,) = said.report.findings
    assert (said.status, finding.code, finding.reason) == (1, "VERSION_TAG", Reason.MANIFEST_INVALID)
    assert (finding.where.file, finding.where.line, finding.where.column) == ("adp.toml", 4, 11)
    assert "--ref v1.0.1" in finding.evidence["repeat"]


@pytest.mark.parametrize("ref", ["v9.9.9", "nobody", "0" * 40])
def test_a_ref_that_is_not_there_is_a_report_too(check: Check, fake: FakeEngine, tmp_path: Path, ref: str) -> None:
    make_proposal_repository(tmp_path / "tiny")
    said = check(tmp_path / "tiny", "--ref", ref)
    (finding,) = said.report.findings
    assert (said.status, finding.code) == (1, "REF_NOT_FOUND")
    assert finding.hint
    assert fake.jobs == []


@pytest.mark.parametrize("url", ["http://127.0.0.1/x/y", "https://user:word@example.org/x", "file:///etc"])
def test_an_address_that_is_not_allowed_is_refused_before_anything(check: Check, fake, url: str) -> None:
    said = check(url)
    assert (said.status, said.report.findings[0].code) == (1, "URL_REFUSED")
    assert fake.jobs == []


class TestWithNothingToJudgeWith:
    @pytest.fixture
    def no_engine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bubblewrap.shutil, "which", lambda *_, **__: None)
        monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")

    @pytest.mark.parametrize("name", ["auto", "bubblewrap", "docker"])
    def test_it_ends_with_2_and_how_to_get_an_engine(
        self, check: Check, no_engine: None, tmp_path: Path, name: str
    ) -> None:
        folder = make_proposal(tmp_path / "tiny", Change(files={"tiny.py": "open('/tmp/pharos-ran', 'w')"}))
        said = check(folder, "--engine", name)
        (finding,) = said.report.findings
        assert (said.status, said.report.verdict, finding.reason) == (2, Verdict.ERROR, Reason.INFRA)
        assert "apt-get install" in finding.hint
        assert {s.verdict for s in said.report.stages[1:]} == {Verdict.SKIPPED}
        assert not Path("/tmp/pharos-ran").exists()

    def test_a_person_is_told_the_same(self, state, no_engine, tmp_path: Path, capsys) -> None:
        assert main(["check", str(make_proposal(tmp_path / "tiny"))]) == 2
        said = capsys.readouterr().out
        assert "could not be checked; this says nothing about it" in said
        assert "apt-get install bubblewrap" in said

    @pytest.mark.parametrize("job", ["version test", "unit tests", "double", "judge"])
    def test_an_engine_that_fails_half_way_is_no_verdict(
        self, check: Check, on: Callable[[Engine], None], tmp_path: Path, job: str
    ) -> None:
        on(engine({job: PlatformError("the engine went away", hint="start it again")}))
        said = check(make_proposal(tmp_path / "tiny"))
        (finding,) = said.report.findings
        assert (said.status, said.report.verdict) == (2, Verdict.ERROR)
        assert (finding.reason, finding.message, finding.hint) == (
            Reason.INFRA, "the engine went away", "start it again",
        )  # fmt: skip

    def test_a_person_who_stops_it_leaves_nothing_behind(self, state, on, tmp_path: Path, capsys) -> None:
        def stop(job: Job) -> Answer:
            raise KeyboardInterrupt

        on(FakeEngine(stop))
        assert main(["check", str(make_proposal(tmp_path / "tiny"))]) == 130
        assert "nothing was judged" in capsys.readouterr().err


class TestTheReportFolder:
    def test_it_keeps_the_report_and_the_products(self, check: Check, fake: FakeEngine, tmp_path: Path) -> None:
        said = check(make_proposal(tmp_path / "tiny"), "--report", tmp_path / "new" / "report")
        kept = tmp_path / "new" / "report"
        assert sorted(str(p.relative_to(kept)) for p in kept.rglob("*") if p.is_file()) == [
            "products/doubled.ecsv", "report.html", "report.json",
        ]  # fmt: skip
        assert json.loads((kept / "report.json").read_text()) == said.report.to_dict()
        assert (kept / "products/doubled.ecsv").read_text() == REFERENCE

    def test_a_second_check_takes_the_place_of_the_first(self, check: Check, on, tmp_path: Path) -> None:
        folder = make_proposal(tmp_path / "tiny")
        for script in ({}, {"double": Answer(exit_code=1)}):
            on(engine(script))
            said = check(folder, "--report", tmp_path / "report")
            assert json.loads((tmp_path / "report/report.json").read_text())["digest"] == said.report.digest

    def test_a_file_in_its_place_is_a_usage_error_before_anything_runs(self, state, fake, tmp_path: Path) -> None:
        (tmp_path / "report").write_text("mine")
        folder = make_proposal(tmp_path / "tiny")
        assert main(["check", str(folder), "--report", str(tmp_path / "report")]) == 2
        assert fake.jobs == []


@pytest.mark.parametrize("words", [["nowhere"], ["adp.toml"], ["ext::sh -c id"], [".", "--ref", "v1"]])
def test_what_is_no_adp_at_all_is_a_usage_error(state, fake, tmp_path: Path, monkeypatch, capsys, words) -> None:
    make_proposal(tmp_path / "tiny")
    monkeypatch.chdir(tmp_path / "tiny")
    status = main(["check", *words])
    printed = capsys.readouterr()
    assert (status, printed.out) == (2, "")
    assert "adp: " in printed.err


def test_a_repository_in_a_repository_is_not_taken_for_its_parent(check: Check, fake, tmp_path: Path) -> None:
    git(make_proposal(tmp_path / "outer"), "init", "-q")
    commit_files(tmp_path / "outer", {"README": "a clone with an ADP in a folder"})
    said = check(make_proposal(tmp_path / "outer" / "tiny"))
    assert (said.status, said.report.commit) == (0, None)
