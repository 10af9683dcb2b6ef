"""What a step leaves behind: only regular files of its own come out, and each refusal says which file and why."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from adp import pipeline
from adp.environment import place
from adp.report import Report
from adp.source.local import snapshot
from adp.source.snapshot import Snapshot
from tests.factories.proposals import Change, make_proposal
from tests.hostile import outputs
from tests.hostile.batch import Batch
from tests.hostile.case import HARMLESS, Case, on_engines, once
from tests.hostile.census import Host
from tests.hostile.conftest import Engines
from tests.hostile.proposals import of_products

Checked = Batch[str, tuple[Report, dict[str, int]]]


@pytest.fixture(scope="module")
def checked(engines: Engines, host_of: Callable[[str], Host], tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """All rows' products, checked at once; with the modes of what came out."""
    folder = tmp_path_factory.mktemp("outputs")

    def check(engine: str) -> tuple[Report, dict[str, int]]:
        proposal = of_products(folder / engine, [c.attack for c in outputs.PRODUCTS])
        with host_of(engine).unchanged(), place.new_job_folder() as job:
            report = pipeline.check(snapshot(proposal, job / "source"), engine=engines(engine), workspace=job)
            products = job / "products"
            found = [p for p in products.rglob("*") if not stat.S_ISDIR(p.lstat().st_mode)]
            return report, {str(p.relative_to(products)): p.lstat().st_mode for p in found}

    return Batch(check)


@pytest.mark.batched
@pytest.mark.parametrize(("engine", "case"), on_engines(outputs.PRODUCTS))
def test_only_regular_files_come_out(engine: str, case: Case, checked: Checked) -> None:
    report, modes = checked.of(engine)
    made = case.attack
    found = [f for f in report.findings if f.where.file == made.path]
    if case.ends_on(engine) == HARMLESS:
        assert found == []
        assert modes[made.path] == stat.S_IFREG | 0o644
        return
    (finding,) = found
    assert finding.reason == case.ends_on(engine)
    assert finding.code in made.codes
    assert finding.hint
    assert made.path not in modes


@pytest.mark.batched
@pytest.mark.parametrize(("engine", "case"), on_engines(outputs.PRODUCTS[:1]))
def test_what_nobody_declared_stays_behind(engine: str, case: Case, checked: Checked) -> None:
    report, modes = checked.of(engine)
    assert {s.name: s.verdict.value for s in report.stages}["steps"] == "failed"
    assert set(modes) == {p.path for p in report.products}
    assert set(modes) <= {"good.ecsv", *(c.attack.path for c in outputs.PRODUCTS)}


@pytest.mark.batched
@pytest.mark.parametrize("case", once(outputs.DECLARED))
def test_a_path_that_is_none_is_found_in_the_manifest(case: Case, tmp_path: Path) -> None:
    change = Change({'path = "doubled.ecsv"': f'path = "{case.attack}"'})
    taken = Snapshot(make_proposal(tmp_path / "tiny", change), tree="")
    report = pipeline.check(taken, engine=Nobody(), workspace=tmp_path)
    assert {f.reason for f in report.findings} == {case.ends}
    assert all(f.hint and f.message.isprintable() for f in report.findings)


class Nobody:
    """No engine may be asked."""

    name = "nobody"

    def info(self) -> None:
        raise NotImplementedError

    def run(self, *_: object) -> None:
        raise AssertionError("a proposal was run whose manifest is wrong")
