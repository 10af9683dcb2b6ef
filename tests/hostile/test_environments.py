"""Environments that would bring in more than they say: refused before an engine is asked, or built behind the wall."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from adp import pipeline
from adp.environment import place
from adp.environment.build import packaged
from adp.environment.packages import set_for
from adp.environment.recipe import ASTRO_1
from adp.environment.tree import Root
from adp.errors import AuthorError
from adp.manifest.model import Environment
from adp.report import Report
from adp.sandbox import wheels
from adp.sandbox.engine import Limits
from adp.sandbox.roots import root_for
from adp.source.snapshot import Snapshot
from tests.adp.environment.shelf import served, source
from tests.adp.source import hostile
from tests.factories.proposals import Change, make_proposal
from tests.hostile import environments
from tests.hostile.case import HARMLESS, Case, on_engines, once
from tests.hostile.conftest import CANARY, Engines
from tests.hostile.test_outputs import Nobody

SECRETS = {"https://me:word@example.org/", "https://me:secret@example.org/", "ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}
BASE = 'base = "astro-1"'
LIMITS = Limits(cpus=1, memory=256 << 20, disk=24 << 20, seconds=4, processes=32, log=1 << 20)


def report_on(folder: Path, change: Change) -> Report:
    taken = Snapshot(make_proposal(folder / "tiny", change), tree="")
    return pipeline.check(taken, engine=Nobody(), workspace=folder)


def check_that(report: Report, case: Case) -> None:
    found = [f for f in report.findings if f.is_error]
    assert {f.reason for f in found} == {case.ends}
    assert case.code in {"", *(f.code for f in found)}
    assert all(f.hint and not SECRETS & set(f.message.split()) for f in found)


@pytest.mark.batched
@pytest.mark.parametrize("case", once(environments.kind("Dockerfile")))
def test_a_dockerfile_is_judged_before_it_is_built(case: Case, tmp_path: Path) -> None:
    change = Change({BASE: 'dockerfile = "Dockerfile"'}, {"Dockerfile": case.attack})
    check_that(report_on(tmp_path, change), case)


@pytest.mark.batched
@pytest.mark.parametrize("case", once(environments.kind("lock")))
def test_a_lock_is_judged_before_anything_is_fetched(case: Case, tmp_path: Path) -> None:
    change = Change({BASE: f'{BASE}\nrequirements = "requirements.lock"'}, {"requirements.lock": case.attack + "\n"})
    check_that(report_on(tmp_path, change), case)


@pytest.mark.batched
@pytest.mark.parametrize("case", once(environments.kind("image")))
def test_an_image_is_named_by_its_digest_or_not_at_all(case: Case, tmp_path: Path) -> None:
    check_that(report_on(tmp_path, Change({BASE: f'image = "{case.attack}"'})), case)


@pytest.fixture
def shelf(tmp_path: Path, root: Root, state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An index on loopback, and package sets of this case's own: a set that is kept would not be built again."""
    assert root.tree is not None
    ours = set_for(packaged("builder.lock"), ASTRO_1, root.tree, lambda _line: None, name="builder.lock")
    folder, own = tmp_path / "shelf", Path(tempfile.mkdtemp(prefix="given-", dir=state))
    folder.mkdir()
    own.chmod(0o755)
    shared = place.shared()
    for name in ("trees", "cache"):
        (own / name).symlink_to(shared / name)
    (own / "packages").mkdir(mode=0o755)
    (own / "packages" / ours.name).symlink_to(ours)
    monkeypatch.setenv("PHAROS_TREES", str(own))
    with served(folder) as address:
        monkeypatch.setenv("UV_DEFAULT_INDEX", address)
        yield folder
    place.remove(own)


@pytest.mark.parametrize(("engine", "case"), on_engines(environments.kind("build")))
def test_a_package_that_builds_itself_does_so_behind_the_wall(
    engine: str, case: Case, engines: Engines, tmp_path: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "hostile"
    monkeypatch.setattr(wheels, "LIMITS", replace(LIMITS, seconds=2 if "never" in case.name else 60))
    with hostile.running(hostile.canary) as service:
        lock = _lock(shelf, case, {"address": f"http://127.0.0.1:{service.port}/", "canary": CANARY, "name": name})
        (tmp_path / "requirements.lock").write_text(lock, encoding="utf-8")
        wanted = Environment(base="astro-1", requirements="requirements.lock")
        try:
            made = root_for(engines(engine), wanted, tmp_path, lambda _line: None)
        except AuthorError as refused:
            found = refused.findings
            assert {f.reason for f in found} == {case.ends_on(engine)}, found
            assert {f.code for f in found} == {case.code}
            assert all(f.hint and f.message.isprintable() for f in found)
        else:
            assert case.ends_on(engine) == HARMLESS
            assert made.packages is not None
            assert not [p for p in made.packages.rglob("*") if p.is_symlink()]
        assert service.hits == []
    assert not Path("/tmp/pharos-slipped").exists()


def _lock(shelf: Path, case: Case, known: Mapping[str, str]) -> str:
    deed = str(case.attack)
    for word, value in known.items():
        deed = deed.replace(f"{{{word}}}", value)
    return source(shelf, known["name"], deed=deed)
