"""The desk for a check without a sandbox."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adp.report import Report
from tests.adp.checks.bench import ROOT, Heard, Script, check, engine
from tests.factories.proposals import NOTHING, Change, make_proposal

Checked = Callable[..., Report]


@pytest.fixture
def no_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adp.checks.build.root_for", lambda *_: ROOT)
    monkeypatch.setattr("adp.checks.data.judge_root", lambda *_: ROOT)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def checked(no_tree: None, tmp_path: Path, heard: Heard) -> Checked:
    """checked({"double": Answer(…)}, Change(…)): the report on a proposal whose commands end like that."""

    def make(script: Script = {}, change: Change = NOTHING, name: str = "tiny") -> Report:  # noqa: B006 - read only
        folder = make_proposal(tmp_path / name, change)
        return check(folder, tmp_path / f"work-{name}", engine(script), heard)

    return make
