"""A node that is ordered to check a hostile proposal: it hands in a report, and nothing the proposal slipped in."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adp.environment import place
from adp.environment.tree import Root
from adp.finding import Reason
from adp.source.policy import Policy
from runners.node.checking import check
from runners.node.order import Source
from runners.node.telling import Teller
from tests.adp.source.conftest import World
from tests.factories.proposals import Change, instead_of_doubling, make_proposal_repository
from tests.factories.repositories import commit_files, git, serving
from tests.hostile.verdicts import FAKES, WRONG

OURS = {"log", "report", "picture", "lock", "sbom"}
ROOM = {'"256 MiB"': '"2 GiB"'}
FORKS = "import os\n        while True: os.fork()"
# name: (change, what is done after the book has agreed on the commit, the one reason, what comes in beside logs)
ORDERS = {
    "a tag that moves": (Change(), lambda p: commit_files(p, {"x": "y"}, tag="v1.0.0"), Reason.POLICY, set()),
    "a tag that goes": (Change(), lambda p: git(p, "tag", "-d", "v1.0.0"), Reason.POLICY, set()),
    "a fork bomb": (instead_of_doubling(FORKS, ROOM), None, Reason.PROCESS_LIMIT, {"source", "manifest"}),
    "reports of its own": (
        instead_of_doubling(f"{FAKES}; {WRONG}; return"), None, Reason.MISMATCH, {"source", "manifest", "product"},
    ),
    "a link for a product": (
        instead_of_doubling("import os; os.symlink('/etc/passwd', paths[1]); return"), None, Reason.OUTPUT_INVALID,
        {"source", "manifest"},
    ),
}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    (tmp_path / "served").mkdir()
    with serving(tmp_path / "served") as host:
        yield World(tmp_path / "served", host, tmp_path / "out")


@pytest.mark.sandbox
@pytest.mark.parametrize("name", ORDERS)
def test_a_node_hands_in_what_it_saw(name: str, world: World, root: Root) -> None:
    change, then, reason, kinds = ORDERS[name]
    repository = world.folder / "tiny"
    commit = make_proposal_repository(repository, change)
    tree = git(repository, "rev-parse", "HEAD^{tree}")
    if then:
        then(repository)
    source = Source(world.host.url_of("tiny"), "v1.0.0", commit, tree, "alice/tiny", "1.0.0")
    told = {"engine": "bubblewrap", "purpose": "check", "policy": Policy.loopback(world.host.port).to_json()}
    with place.new_job_folder() as job:
        handed_in = check(source, job, Teller(io.StringIO(), io.StringIO()), told)
        report = json.loads((job / "report.json").read_text(encoding="utf-8"))
        files = [job / path for _, _, path in handed_in]
        assert all(f.is_file() and not f.is_symlink() for f in files if f.name != "log.txt")
    errors = {f["reason"] for s in report["stages"] for f in s["findings"] if f["severity"] == "error"}
    assert (report["verdict"], report["commit"]) == ("failed", commit)
    assert errors - {"NONREPRODUCIBLE"} == {reason}
    assert {kind for _, kind, _ in handed_in} - OURS == kinds
