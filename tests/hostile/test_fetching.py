"""The fetcher against hostile addresses, names, servers and trees: a refusal with a next step, nothing run or left."""

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adp.errors import AuthorError
from adp.finding import Finding
from adp.sandbox.slots import FIRST, MANY
from adp.source.apart import FETCHER_UID
from adp.source.fetch import fetch
from adp.source.limits import MIB, Limits
from adp.source.policy import FixedNames, Policy, is_loopback
from tests.adp.source import hostile
from tests.adp.source.conftest import World
from tests.factories.repositories import commit_files, git, make_repository, serving
from tests.hostile import fetching
from tests.hostile.case import Case, once

NAMES = {"git.example.org": (fetching.PUBLIC,), "inside.example.org": ("10.0.0.7",)}
QUICK = Limits(seconds=12.0, stall_seconds=1, memory=160 * MIB, file_bytes=8 * MIB)
MOST_SECONDS = 15


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    folder = tmp_path / "served"
    folder.mkdir()
    with serving(folder) as host:
        yield World(folder, host, tmp_path / "out")


def refusal(url: str, out: Path, policy: Policy, ref: str = "main", limits: Limits = QUICK) -> tuple[Finding, ...]:
    """Its findings; nothing was written, and it was soon."""
    began = time.monotonic()
    with pytest.raises(AuthorError) as refused:
        fetch(url, ref, out, policy, limits)
    assert time.monotonic() - began < MOST_SECONDS
    assert not out.exists()
    for finding in refused.value.findings:
        assert finding.hint
        assert (finding.message + finding.hint).isprintable()
        assert "secret" not in str(finding)
    return refused.value.findings


def check_that(findings: tuple[Finding, ...], case: Case, codes: set[str]) -> None:
    assert {f.reason for f in findings} == {case.ends}
    assert {f.code for f in findings} <= codes


@pytest.mark.batched
@pytest.mark.parametrize("case", once(fetching.kind("address")))
def test_an_address_is_refused_before_anybody_is_asked(case: Case, tmp_path: Path) -> None:
    policy = Policy(resolve=FixedNames(NAMES))
    check_that(refusal(case.attack, tmp_path / "out", policy), case, {case.code})


@pytest.mark.batched
@pytest.mark.parametrize("case", once(fetching.kind("name")))
def test_a_name_that_leads_inside_is_refused(case: Case, tmp_path: Path) -> None:
    policy = Policy(resolve=FixedNames({"git.example.org": case.attack}))
    check_that(refusal("https://git.example.org/a/b", tmp_path / "out", policy), case, {case.code})


@pytest.mark.batched
@pytest.mark.parametrize("case", once(fetching.kind("ref")))
def test_a_ref_that_means_more_than_a_name_is_refused(case: Case, tmp_path: Path) -> None:
    policy = Policy(resolve=FixedNames(NAMES))
    found = refusal("https://git.example.org/a/b", tmp_path / "out", policy, case.attack)
    check_that(found, case, {case.code})


@pytest.mark.parametrize("case", once(fetching.kind("server")))
def test_a_server_gets_no_more_than_its_limits(case: Case, tmp_path: Path) -> None:
    answer, codes, ref = case.attack
    with hostile.running(answer) as server:
        url = f"http://127.0.0.1:{server.port}/a/b"
        check_that(refusal(url, tmp_path / "out", Policy.loopback(server.port), ref), case, codes)
        assert server.hits
        assert all("Authorization" not in headers for _, headers in server.hits)
        assert not [path for path, _ in server.hits if "alternates" in path]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("only", ["GET", "POST"])
def test_a_redirect_to_an_inner_service_is_not_followed(status: int, only: str, tmp_path: Path) -> None:
    with hostile.running(hostile.canary) as inner:

        def answer(request: hostile.Hostile) -> None:
            request.begin(status, Location=f"http://127.0.0.1:{inner.port}{request.path}")

        with hostile.running(answer) as server:
            url, ref = f"http://127.0.0.1:{server.port}/a/b", "main" if only == "GET" else "1" * 40
            (finding,) = refusal(url, tmp_path / "out", Policy.loopback(server.port), ref)
        assert finding.code == "REDIRECTED"
        assert inner.hits == []


def test_a_name_that_leads_elsewhere_the_second_time_is_not_asked_twice(world: World) -> None:
    """Rebinding. Git itself knows the name from nobody but us: had it asked, it would have got no answer at all."""
    make_repository(world.folder / "p", {"a": "x"})
    answers = iter((("127.0.0.1",), ("10.0.0.1",)))

    def resolve(host: str, port: int) -> tuple[str, ...]:
        return next(answers)

    policy = Policy(("http",), (world.host.port,), is_loopback, resolve)
    fetch(f"http://rebind.example.org:{world.host.port}/p", "main", world.out, policy)
    assert next(answers) == ("10.0.0.1",)


@pytest.mark.parametrize("case", once(fetching.kind("tree")))
def test_a_tree_is_refused_before_a_file_is_written(case: Case, world: World) -> None:
    make, codes = case.attack
    make_repository(world.folder / "p", {})
    make(world.folder / "p")
    limits = dataclasses.replace(QUICK, memory=384 * MIB, file_bytes=64 * MIB, seconds=30, entries=3000)
    check_that(refusal(world.host.url_of("p"), world.out, world.policy, limits=limits), case, codes)


@pytest.mark.parametrize("case", once(fetching.kind("inert")))
def test_what_is_only_dangerous_when_it_is_used_stays_as_it_is(case: Case, world: World) -> None:
    make_repository(world.folder / "p", case.attack)
    world.fetch("p")
    for name, content in case.attack.items():
        assert (world.out / name).read_bytes() == (content if isinstance(content, bytes) else content.encode())
    assert {p.name for p in world.out.iterdir()} == {name.split("/")[0] for name in case.attack}


def test_a_repository_in_the_repository_is_only_files(world: World) -> None:
    make_repository(world.folder / "p", {})
    fetching.bare_inside(world.folder / "p")
    world.fetch("p")
    assert (world.out / "b/config").is_file()
    assert not (world.folder / "owned").exists()


@pytest.mark.parametrize("then", ["moved", "deleted"])
def test_a_tag_that_is_another_when_it_is_fetched_again_is_refused(then: str, world: World) -> None:
    p = world.folder / "p"
    agreed = make_repository(p, {"a": "good"}, tag="v1.0.0")
    if then == "moved":
        commit_files(p, {"a": "evil"}, tag="v1.0.0")
    else:
        git(p, "tag", "-d", "v1.0.0")
    assert world.codes("p", "v1.0.0", pinned=agreed) == {"TAG_MOVED"}


def test_a_branch_called_like_the_agreed_commit_is_not_taken_for_it(world: World) -> None:
    p = world.folder / "p"
    agreed = make_repository(p, {"a": "good"})
    commit_files(p, {"a": "evil"})
    git(p, "update-ref", f"refs/heads/{agreed}", "HEAD")
    git(p, "update-ref", f"refs/tags/{agreed}", "HEAD")
    assert world.fetch("p", agreed).commit == agreed
    assert (world.out / "a").read_text(encoding="utf-8") == "good"


def test_the_fetchers_account_is_no_jobs_account() -> None:
    """A job could signal it, or take its processes away."""
    assert FETCHER_UID not in range(FIRST, FIRST + MANY)
