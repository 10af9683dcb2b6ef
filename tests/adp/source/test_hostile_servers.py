"""s01-s07 of the attack matrix: what a server may try while we fetch from it."""

import time

import pytest

from adp.errors import AuthorError
from adp.source.fetch import fetch
from adp.source.limits import MIB, Limits
from adp.source.policy import FixedNames, Policy, is_loopback
from tests.adp.source import hostile
from tests.factories.repositories import make_repository

QUICK = Limits(seconds=12.0, stall_seconds=1, memory=160 * MIB, file_bytes=8 * MIB)
MOST_SECONDS = 14


def codes(port, out, limits=QUICK, ref="main"):
    began = time.monotonic()
    with pytest.raises(AuthorError) as refusal:
        fetch(f"http://127.0.0.1:{port}/a/b", ref, out, Policy.loopback(port), limits)
    assert time.monotonic() - began < MOST_SECONDS
    assert not out.exists()
    return {finding.code for finding in refusal.value.findings}


TABLE = [
    (hostile.asking_for_a_password, {"PRIVATE"}),
    (hostile.forbidding, {"PRIVATE"}),
    (hostile.dripping, {"FETCH_LIMIT"}),
    (hostile.endless, {"FETCH_LIMIT"}),
    (hostile.gzip_bomb, {"FETCH_LIMIT"}),
    (hostile.no_git_at_all, {"REF_NOT_FOUND"}),
]


@pytest.mark.parametrize(("answer", "expected"), TABLE, ids=[row[0].__name__ for row in TABLE])
def test_a_hostile_server_ends_in_a_refusal_soon(tmp_path, answer, expected):
    with hostile.running(answer) as server:
        assert codes(server.port, tmp_path / "out") == expected
        assert server.hits


def test_a_redirect_is_not_followed(tmp_path):
    with hostile.running(hostile.canary) as canary:
        answer = hostile.redirecting_to(f"http://127.0.0.1:{canary.port}")
        with hostile.running(answer) as server:
            assert codes(server.port, tmp_path / "out") == {"REDIRECTED"}
        assert canary.hits == []


def test_a_redirect_of_the_pack_alone_is_not_followed(world):
    """info/refs is honest, the POST is not."""
    with hostile.running(hostile.canary) as canary:

        def answer(request):
            request.begin(307, Location=f"http://127.0.0.1:{canary.port}/x")

        with hostile.running(answer) as server:
            assert codes(server.port, world.out, ref="1" * 40) == {"REDIRECTED"}
        assert canary.hits == []


def test_stored_passwords_are_never_sent(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    with hostile.running(hostile.asking_for_a_password) as server:
        (home / ".git-credentials").write_text(f"http://alice:secret@127.0.0.1:{server.port}\n")
        (home / ".gitconfig").write_text("[credential]\n\thelper = store\n[http]\n\tcookieFile = x\n")
        (home / ".netrc").write_text("machine 127.0.0.1 login alice password secret\n")
        monkeypatch.setenv("HOME", str(home))
        assert codes(server.port, tmp_path / "out") == {"PRIVATE"}
        assert server.hits
        assert all("Authorization" not in headers and "Cookie" not in headers for _, headers in server.hits)


def test_dumb_http_and_its_alternates_are_not_spoken(tmp_path):
    with hostile.running(hostile.old_protocol_with_alternates) as server:
        assert codes(server.port, tmp_path / "out") <= {"UNREACHABLE", "REF_NOT_FOUND"}
        assert not [path for path, _ in server.hits if "alternates" in path]


def test_git_connects_to_the_address_that_was_checked(world):
    """The name exists only in our resolver: had git asked the name service, there would be no connection at all."""
    commit = make_repository(world.folder / "p", {"a": "x"})
    names = FixedNames({"git.example.org": ("127.0.0.1",)})
    policy = Policy(("http",), (world.host.port,), is_loopback, names)
    url = f"http://git.example.org:{world.host.port}/p"
    assert fetch(url, "main", world.out, policy).commit == commit


def test_a_name_is_resolved_once(world):
    """Rebinding: the second answer would be another one, and nobody asks for it."""
    make_repository(world.folder / "p", {"a": "x"})
    asked = []

    def resolve(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    policy = Policy(("http",), (world.host.port,), is_loopback, resolve)
    fetch(f"http://git.example.org:{world.host.port}/p", "main", world.out, policy)
    assert asked == ["git.example.org"]
