"""The judge reads what strangers made: each bad product gets its own finding, none reaches further than the judge."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adp import pipeline
from adp.environment import place
from adp.finding import Reason
from adp.report import Report
from adp.source.local import snapshot
from tests.hostile import judged
from tests.hostile.case import Case, on_engines
from tests.hostile.census import Host
from tests.hostile.conftest import Engines
from tests.hostile.proposals import of_files


class Judged:
    """One check per engine, of all rows' products."""

    def __init__(self, engines: Engines, host_of: Callable[[str], Host], folder: Path) -> None:
        self.engines, self.host_of, self.folder = engines, host_of, folder
        self.kept: dict[str, Report] = {}
        self.products = {case.name: judged.built(case, folder) for case in judged.CASES}

    def on(self, engine: str) -> Report:
        if engine not in self.kept:
            proposal = of_files(self.folder / engine, list(self.products.values()))
            with self.host_of(engine).unchanged(), place.new_job_folder() as job:
                taken = snapshot(proposal, job / "source")
                self.kept[engine] = pipeline.check(taken, engine=self.engines(engine), workspace=job)
        return self.kept[engine]


@pytest.fixture(scope="module")
def all_judged(engines: Engines, host_of: Callable[[str], Host], tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return Judged(engines, host_of, tmp_path_factory.mktemp("judged"))


@pytest.mark.batched
@pytest.mark.parametrize(("engine", "case"), on_engines(judged.CASES))
def test_a_product_made_to_hurt_is_the_authors_fault(engine: str, case: Case, all_judged: Judged) -> None:
    report = all_judged.on(engine)
    bad = all_judged.products[case.name]
    found = [f for f in report.findings if f.where.file == bad.path]
    assert Reason.INFRA not in {f.reason for f in report.findings}, report.findings
    assert {f.reason for f in found} == {case.ends_on(engine)}
    assert bad.code in {f.code for f in found}
    assert all(f.hint for f in found)
