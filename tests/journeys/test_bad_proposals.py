"""Proposals that cannot be entered: refused with a code, a sentence, a place and the next step; nothing is kept."""

import pytest

from tests.factories.journeys import patient
from tests.factories.repositories import git, make_repository

pytestmark = pytest.mark.sandbox
MANIFEST = "adp.toml"
BAD = [
    # name, files, tag, ref, code, where
    ("no-such-repository", None, "", "v1.0.0", "UNREACHABLE", {}),
    ("no-manifest", {"README.md": "# Nothing\n"}, "v1.0.0", "v1.0.0", "NO_MANIFEST", {"file": MANIFEST}),
    (
        "bad-toml",
        {MANIFEST: "adp = 1\n[product]\nname = = 3\n"},
        "v1.0.0",
        "v1.0.0",
        "SYNTAX",
        {"file": MANIFEST, "line": 3, "column": 8},
    ),
    (
        "unknown-key",
        {MANIFEST: "adp = 1\n[product]\nnmae = 'x'\n"},
        "v1.0.0",
        "v1.0.0",
        "KEY_UNKNOWN",
        {"file": MANIFEST, "line": 3, "column": 1},
    ),
    ("unknown-ref", {MANIFEST: "adp = 1\n"}, "v1.0.0", "v2.0.0", "REF_NOT_FOUND", {}),
]


@pytest.mark.parametrize(("name", "files", "tag", "ref", "code", "where"), BAD, ids=[b[0] for b in BAD])
def test_a_bad_proposal_is_refused_with_its_place_and_nothing_is_kept(
    cast, git_host, name, files, tag, ref, code, where
):
    if files:
        make_repository(git_host.folder / name, files, tag=tag)
    answer = cast.dan.post("versions/", {"url": git_host.url_of(name), "ref": ref})
    is_refused(cast, answer, code, where)


def test_a_version_unlike_its_tag_is_refused(cast, git_host):
    patient(git_host.folder / "tag-unlike-version", "1.0.0")
    git(git_host.folder / "tag-unlike-version", "tag", "v1.0.1")
    given = {"url": git_host.url_of("tag-unlike-version"), "ref": "v1.0.1"}
    answer = cast.dan.post("versions/", given)
    is_refused(cast, answer, "VERSION_TAG", {"file": MANIFEST, "line": 4, "column": 11})


ADDRESSES = [
    "https://127.0.0.1:{port}/x",
    "http://10.0.0.7:{port}/x",
    "http://169.254.169.254:{port}/latest/meta-data",
    "http://[::1]:{port}/x",
    "http://two-faced.example:{port}/x",
    "http://user:secret@127.0.0.1:{port}/x",
    "http://127.0.0.1:22/x",
    "file:///etc/passwd",
    "ext::sh -c id",
    "--upload-pack=id",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_out_of_bounds_is_never_asked(cast, git_host, address):
    answer = cast.dan.post("versions/", {"url": address.format(port=git_host.port), "ref": "v1.0.0"})
    is_refused(cast, answer, "URL_REFUSED", {})
    assert "secret" not in answer.text


def is_refused(cast, answer, code, where):
    assert answer.status == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    found = next(f for f in problem["findings"] if f["code"] == code)
    assert found["message"]
    assert found["hint"]
    assert found["where"] == where
    assert cast.dan.read("products/?owner=dan")["results"] == []
