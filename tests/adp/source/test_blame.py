import pytest

from adp.errors import AuthorError, PlatformError
from adp.source.blame import explain
from adp.source.git import GitError
from adp.source.refuse import shown

TABLE = [
    ("fatal: write error: No space left on device", None),
    ("error: cannot fork() for index-pack: Resource temporarily unavailable", None),
    ("remote: No space left on device\nfatal: early EOF", "UNREACHABLE"),
    ("fatal: remote error: cannot fork", "UNREACHABLE"),
    ("error: index-pack died of signal 25", "FETCH_LIMIT"),
    ("fatal: Out of memory, malloc failed", "FETCH_LIMIT"),
    ("error: RPC failed; curl 28 Operation too slow.", "FETCH_LIMIT"),
    ("fatal: could not read Username for 'https://a': terminal prompts disabled", "PRIVATE"),
    ("fatal: unable to access: The requested URL returned error: 302", "REDIRECTED"),
    ("fatal: remote error: upload-pack: not our ref 1111", "REF_NOT_FOUND"),
    ("error: object 1: hasDotgit: contains '.git'\nfatal: fsck error in packed object", "TREE_MALFORMED"),
    ("fatal: repository 'https://a/b/' not found", "UNREACHABLE"),
    ("fatal: early EOF\nfatal: fetch-pack: invalid index-pack output", "UNREACHABLE"),
    ("fatal: pack has bad object at offset 12\nfatal: fetch-pack: invalid index-pack output", "TREE_MALFORMED"),
    ("fatal: fetch-pack: invalid index-pack output", "FETCH_LIMIT"),
    ("fatal: something nobody has heard of", "UNREACHABLE"),
]


@pytest.mark.parametrize(("said", "code"), TABLE)
def test_whose_fault_it_is_is_read_from_what_git_says(said, code):
    error = explain(GitError("fetch", "exit", 128, said), "https://git.example.org/a/b")
    if code is None:
        assert isinstance(error, PlatformError)
    else:
        assert isinstance(error, AuthorError)
        assert [f.code for f in error.findings] == [code]


@pytest.mark.parametrize("cause", ["time", "output"])
def test_a_limit_of_ours_is_a_fetch_limit(cause):
    error = explain(GitError("fetch", cause, -9, ""), "https://git.example.org/a/b")
    assert isinstance(error, AuthorError)
    assert [f.code for f in error.findings] == ["FETCH_LIMIT"]


def test_what_is_shown_has_no_credentials_and_no_control_characters():
    text = shown("https://alice:secret@host/x \x1b[31m \u202e end")
    assert "secret" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(shown("x" * 5000)) == 300
