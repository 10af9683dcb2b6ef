"""The job's real work up to the sandbox: the pinned commit or a refusal that is a report, never something else."""

import io
import json
from dataclasses import replace

import pytest

from adp.errors import PlatformError
from adp.sandbox.fake import FakeEngine
from adp.source.policy import Policy
from runners.api.report import parse
from runners.node.checking import check
from runners.node.order import Source
from runners.node.telling import Teller
from tests.factories.repositories import commit_files, git, make_repository, serving


@pytest.fixture
def proposal(tmp_path, monkeypatch):
    """(repository, source, told) of a commit that is served on loopback."""
    monkeypatch.setattr("runners.node.checking.choose", lambda _name: FakeEngine())
    repository = tmp_path / "git" / "alice" / "pixtable"
    commit = make_repository(repository, {"README.md": "no manifest"}, tag="v1.0.0")
    tree = git(repository, "rev-parse", "v1.0.0^{tree}")
    with serving(tmp_path / "git") as host:
        source = Source(host.url_of("alice/pixtable"), "v1.0.0", commit, tree, "alice/pixtable", "1.0.0")
        yield repository, source, {"engine": "auto", "purpose": "check", "policy": Policy.loopback(host.port).to_json()}


def checked(source, told, folder):
    folder.mkdir()
    teller = Teller(io.StringIO(), io.StringIO())
    artefacts = check(source, folder, teller, told)
    report = parse(json.loads((folder / "report.json").read_text()))
    assert (report.commit, report.tree) == (source.commit, source.tree)
    return report, {kind for _, kind, path in artefacts}


def test_a_moved_tag_is_a_failed_report_and_not_our_fault(proposal, tmp_path):
    repository, source, told = proposal
    commit_files(repository, {"README.md": "moved"}, tag="v1.0.0")
    report, kinds = checked(source, told, tmp_path / "job")
    assert report.verdict == "failed"
    assert [f.code for f in report.findings] == ["TAG_MOVED"]
    assert "source" not in kinds


def test_an_address_this_node_may_not_reach_is_not_the_authors_fault(proposal, tmp_path):
    """The registry has fetched the commit: only this node, or this hour, cannot."""
    _, source, told = proposal
    with pytest.raises(PlatformError, match="could not fetch what the registry could"):
        checked(source, told | {"policy": ""}, tmp_path / "job")


def test_the_pinned_commit_is_judged_and_its_source_kept(proposal, tmp_path):
    _, source, told = proposal
    report, kinds = checked(source, told, tmp_path / "job")
    assert report.verdict == "failed"
    assert report.stages[0].findings
    assert {"source", "log", "report"} <= kinds


def test_another_tree_than_the_book_s_is_our_fault(proposal, tmp_path):
    _, source, told = proposal
    with pytest.raises(PlatformError, match="the book says"):
        checked(replace(source, tree="f" * 40), told, tmp_path / "job")
