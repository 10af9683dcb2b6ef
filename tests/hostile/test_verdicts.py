"""A wrong proposal does not pass, whatever it says about itself; the finding says why and what to do."""

from pathlib import Path

import pytest

from adp import pipeline
from adp.environment import place
from adp.report import Verdict
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
