"""A wrong proposal does not pass, whatever it says about itself; the finding says why and what to do."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from adp import pipeline
from adp.environment import place
from adp.environment.tree import Root
from adp.finding import Reason
from adp.report import Verdict
from adp.sandbox.engine import Engine, EngineInfo, Job, OnLine, OnUsage, Outcome
from adp.source.local import snapshot
from tests.factories.proposals import make_proposal
from tests.hostile import verdicts
from tests.hostile.case import Case, on_engines
from tests.hostile.conftest import Engines


@pytest.mark.parametrize(("engine", "case"), on_engines(verdicts.CASES))
def test_a_forged_verdict_is_not_believed(engine: str, case: Case, engines: Engines, tmp_path: Path) -> None:
    proposal = make_proposal(tmp_path / "tiny", case.attack)
    with place.new_job_folder() as job:
        report = pipeline.check(snapshot(proposal, job / "source"), engine=engines(engine), workspace=job)
    assert report.verdict is Verdict.FAILED
    errors = [f for f in report.findings if f.is_error]
    assert case.ends_on(engine) == errors[0].reason, errors
    assert case.code in {"", *(f.code for f in errors)}
    assert all((f.hint or " must " in f.message) and "\x1b" not in f.message for f in errors)
    assert all(s.log for s in report.stages)


@pytest.mark.sandbox
@pytest.mark.parametrize("name", ["table", "truth"])
def test_data_that_change_under_the_walls_are_nobodys_verdict(name: str, engines: Engines, tmp_path: Path) -> None:
    """As by CVE-2026-31431, which wrote to files that were only readable: the machine is not to be trusted."""
    proposal = make_proposal(tmp_path / "tiny")
    with place.new_job_folder() as job:
        engine = ThroughTheWalls(engines("bubblewrap"), job / "source" / "data" / f"{name}.ecsv")
        report = pipeline.check(snapshot(proposal, job / "source"), engine=engine, workspace=job)
    assert report.verdict is Verdict.ERROR
    (finding,) = [f for f in report.findings if f.is_error]
    assert finding.reason is Reason.INFRA
    assert name in finding.message


class ThroughTheWalls:
    """An engine with a hole: what runs in it changes a file of the host."""

    def __init__(self, inner: Engine, file: Path) -> None:
        self.inner, self.file, self.name = inner, file, inner.name

    def info(self) -> EngineInfo:
        return self.inner.info()

    def together(self, jobs: int) -> AbstractContextManager[Engine]:
        return nullcontext(self)

    def clear(self, owner: str) -> None:
        self.inner.clear(owner)

    def run(self, root: Root, job: Job, on_line: OnLine, on_usage: OnUsage) -> Outcome:
        outcome = self.inner.run(root, job, on_line, on_usage)
        if job.name == "double":
            self.file.write_text(self.file.read_text(encoding="utf-8") + "9.9 9\n", encoding="utf-8")
        return outcome
