"""`adp check` as a person calls it, with a state folder of its own that must be empty again afterwards."""

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adp.cli.main import main
from adp.environment import place
from adp.report import Report
from adp.sandbox.engine import Engine
from adp.sandbox.fake import FakeEngine
from tests.adp.checks.bench import ROOT, engine


@dataclass(frozen=True)
class Said:
    """What `adp check --json` did: exit status, the one document on stdout, what stood on stderr."""

    status: int
    report: Report
    err: str


Check = Callable[..., Said]


@pytest.fixture(scope="session")
def reachable() -> Iterator[Path]:
    """A folder the sandbox's user may enter, as pytest's own may not be."""
    with tempfile.TemporaryDirectory(prefix="pharos-test-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def state(reachable: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """PHAROS_VAR, beside the trees this machine has. Nothing of a check may be left in it."""
    monkeypatch.setenv("PHAROS_TREES", str(place.shared()))
    monkeypatch.setenv("PHAROS_VAR", str(reachable))
    yield reachable
    jobs = reachable / "jobs"
    assert not jobs.exists() or list(jobs.iterdir()) == []


@pytest.fixture
def check(state: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    def run(*words: object) -> Said:
        status = main(["check", *map(str, words), "--json"])
        printed = capsys.readouterr()
        return Said(status, Report.from_dict(json.loads(printed.out)), printed.err)

    return run


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[Engine], None]:
    """on(engine): that is the engine this machine has, and there is no tree to build."""

    def choose(engine: Engine) -> None:
        monkeypatch.setattr("adp.cli.check.choose", lambda _: engine)
        monkeypatch.setattr("adp.checks.build.root_for", lambda *_: ROOT)
        monkeypatch.setattr("adp.checks.data.judge_root", lambda *_: ROOT)

    return choose


@pytest.fixture
def fake(on: Callable[[Engine], None]) -> FakeEngine:
    made = engine()
    on(made)
    return made
