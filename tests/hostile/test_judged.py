"""The judge reads what strangers made: each bad product gets its own finding, none reaches further than the judge."""

from collections.abc import Callable

import pytest

from adp import pipeline
from adp.environment import place
from adp.finding import Reason
from adp.report import Report
from adp.source.local import snapshot
from tests.hostile import judged
from tests.hostile.batch import Batch
from tests.hostile.case import Case, on_engines
from tests.hostile.census import Host
from tests.hostile.conftest import Engines
from tests.hostile.judged import Bad
from tests.hostile.proposals import of_files

Bads = dict[str, Bad]


@pytest.fixture(scope="module")
def bads(tmp_path_factory: pytest.TempPathFactory) -> Bads:
    folder = tmp_path_factory.mktemp("bad")
    return {case.name: judged.built(case, folder) for case in judged.CASES}


@pytest.fixture(scope="module")
def reports(
    bads: Bads, engines: Engines, host_of: Callable[[str], Host], tmp_path_factory: pytest.TempPathFactory
) -> Batch[str, Report]:
    """All rows' products, judged at once."""
    folder = tmp_path_factory.mktemp("judged")

    def report_of(engine: str) -> Report:
        proposal = of_files(folder / engine, list(bads.values()))
        with host_of(engine).unchanged(), place.new_job_folder() as job:
            return pipeline.check(snapshot(proposal, job / "source"), engine=engines(engine), workspace=job)

    return Batch(report_of)


@pytest.mark.batched
@pytest.mark.parametrize(("engine", "case"), on_engines(judged.CASES))
def test_a_product_made_to_hurt_is_the_authors_fault(
    engine: str, case: Case, bads: Bads, reports: Batch[str, Report]
) -> None:
    report = reports.of(engine)
    bad = bads[case.name]
    found = [f for f in report.findings if f.where.file == bad.path]
    assert Reason.INFRA not in {f.reason for f in report.findings}, report.findings
    assert {f.reason for f in found} == {case.ends_on(engine)}
    assert bad.code in {f.code for f in found}
    assert all(f.hint for f in found)
