"""Looking at a repository from a process that has nothing to lose."""

import dataclasses
import io
import json
import os
import sys
import time
from pathlib import Path

import pytest

from adp.errors import AuthorError, PlatformError
from adp.manifest.load import loads
from adp.manifest.model import Manifest
from adp.source import apart
from adp.source.bounded import Ended
from adp.source.inspect import inspect_apart, look, main
from adp.source.inspection import Inspection, from_answer
from adp.source.rebuild import rebuild
from tests.adp.source import hostile
from tests.factories.repositories import make_repository

FILES = {
    "adp.toml": (Path(__file__).parents[1] / "manifest" / "smallest.toml")
    .read_text()
    .replace("0.1.0-rc.1+build.5", "1.0.0"),
    "SCIENCE.md": "# Why\n",
    "LICENSE": "Do as you like.\n",
    "tolerance.toml": "[data]\nrel = 1e-6\n",
}


def test_a_look_from_apart_sees_what_a_look_from_here_sees(world):
    commit = make_repository(world.folder / "p", FILES, tag="v1.0.0", annotated=True)
    url = world.host.url_of("p")
    here, there = look(url, "v1.0.0", world.policy), inspect_apart(url, "v1.0.0", world.policy)
    assert dataclasses.replace(there, notes=()) == here
    assert (here.commit, here.tag, here.errors) == (commit, "v1.0.0", ())
    assert here.accepted().product.name == "smallest"
    assert (here.science_case, here.licence, here.text) == (FILES["SCIENCE.md"], FILES["LICENSE"], FILES["adp.toml"])


def test_a_science_case_holds_nothing_that_a_book_cannot_keep(world):
    make_repository(world.folder / "p", FILES | {"SCIENCE.md": "# Why\0not\n"}, tag="v1.0.0")
    assert look(world.host.url_of("p"), "v1.0.0", world.policy).science_case == "# Why\ufffdnot\n"


def test_a_version_unlike_its_tag_is_found_in_its_line(world):
    make_repository(world.folder / "p", FILES, tag="v1.0.1")
    seen = look(world.host.url_of("p"), "v1.0.1", world.policy)
    assert [f.code for f in seen.errors] == ["VERSION_TAG"]
    assert seen.errors[0].where.line == 4
    with pytest.raises(AuthorError, match=r"1\.0\.1"):
        seen.accepted()


def test_a_bad_manifest_is_told_in_full_and_kept_apart_from_a_refusal(world):
    make_repository(world.folder / "p", FILES | {"adp.toml": FILES["adp.toml"].replace("title", "titel")})
    seen = inspect_apart(world.host.url_of("p"), "main", world.policy)
    assert seen.manifest is None
    assert {f.where.file for f in seen.findings} == {"adp.toml"}
    assert seen.text.count("titel") == 1


REFUSED = {
    "no manifest": ({"README": "x"}, "main", "NO_MANIFEST"),
    "a manifest that is a folder": ({"adp.toml/x": "x"}, "main", "NO_MANIFEST"),
    "no such tag": (FILES, "v9", "REF_NOT_FOUND"),
    "no good ref": (FILES, "a b", "REF_REFUSED"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_crosses_with_its_findings(world, name):
    files, ref, code = REFUSED[name]
    make_repository(world.folder / "p", files)
    with pytest.raises(AuthorError) as refusal:
        inspect_apart(world.host.url_of("p"), ref, world.policy)
    assert [f.code for f in refusal.value.findings] == [code]


def test_the_fetcher_gets_no_environment(world, monkeypatch):
    """Whatever our process holds, a credential helper or a proxy, the other one never sees."""
    with hostile.running(hostile.asking_for_a_password) as server:
        monkeypatch.setenv("DATABASE_URL", "postgres://secret")
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        url = f"http://127.0.0.1:{server.port}/p"
        with pytest.raises(AuthorError) as refusal:
            inspect_apart(url, "main", type(world.policy).loopback(server.port))
        assert [f.code for f in refusal.value.findings] == ["PRIVATE"]
        assert server.hits


def test_the_fetcher_sees_an_empty_environment_and_no_rights(tmp_path):
    code = "import os, json; print(json.dumps([os.geteuid(), sorted(os.environ), os.getcwd()]))"
    is_dropped = os.geteuid() == 0 and apart.can_drop()
    if is_dropped:
        os.chown(tmp_path, apart.FETCHER_UID, apart.FETCHER_UID)
    ended = apart.run(["-c", code], tmp_path, 20.0, b"", is_dropped=is_dropped)
    uid, names, cwd = json.loads(ended.output)
    assert uid == (apart.FETCHER_UID if is_dropped else os.geteuid())
    allowed = {"PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUTF8"}
    assert set(names) <= allowed
    assert cwd == str(tmp_path)


def test_a_python_the_unprivileged_account_cannot_start_is_noted(world, monkeypatch):
    make_repository(world.folder / "p", FILES)
    monkeypatch.setattr(apart, "can_drop", lambda: False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    seen = inspect_apart(world.host.url_of("p"), "main", world.policy)
    assert seen.commit
    assert any(sys.executable in note for note in seen.notes)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import sys; sys.exit(3)", PlatformError),
        ("print('{')", PlatformError),
        ("print('[]')", PlatformError),
        ("print('[' * 100000)", PlatformError),
        ("print('{\"refused\": 1}')", PlatformError),
        ("print('x' * 3_000_000)", AuthorError),
        ("import time; time.sleep(60)", AuthorError),
    ],
    ids=["crash", "torn", "another shape", "deep", "odd refusal", "too much", "too long"],
)
def test_an_answer_is_believed_only_in_its_shape(tmp_path, code, error):
    began = time.monotonic()
    with pytest.raises(error):
        from_answer(apart._parsed(apart.run(["-c", code], tmp_path, 1.5, b"", is_dropped=False)))
    assert time.monotonic() - began < 10


GOOD = Inspection("u", "main", "1" * 40, "2" * 40, None, 0, loads(FILES["adp.toml"].encode())[0])


def test_an_inspection_crosses_unchanged():
    assert from_answer(json.loads(json.dumps(GOOD.to_dict(), default=str))) == GOOD


@pytest.mark.parametrize(
    "wrong",
    [
        {"commit": "x"},
        {"tree": 7},
        {"manifest": {}},
        {"manifest": []},
        {"findings": [{}]},
        {"findings": [{"reason": "NEW", "code": "x", "severity": "error", "message": ""}]},
        {"committed_at": "soon"},
    ],
    ids=str,
)
def test_a_wrong_field_makes_no_inspection(wrong):
    with pytest.raises(PlatformError):
        from_answer(json.loads(json.dumps(GOOD.to_dict(), default=str)) | wrong)


def test_a_manifest_is_rebuilt_from_exactly_its_fields():
    raw = json.loads(json.dumps(dataclasses.asdict(GOOD.manifest)))
    assert rebuild(Manifest, raw) == GOOD.manifest
    for wrong in (raw | {"more": 1}, {k: v for k, v in raw.items() if k != "steps"}, raw | {"adp": "1"}):
        with pytest.raises((TypeError, KeyError)):
            rebuild(Manifest, wrong)


def test_a_platform_failure_crosses_as_ours():
    with pytest.raises(PlatformError, match="no space"):
        from_answer({"platform": "no space", "hint": ""})


def test_the_process_speaks_one_line_in_one_document_out(world):
    out = io.StringIO()
    make_repository(world.folder / "p", FILES)
    request = {"url": world.host.url_of("p"), "ref": "main", "policy": world.policy.to_json()}
    main(io.StringIO(json.dumps(request) + "\n"), out)
    assert from_answer(json.loads(out.getvalue())).ref == "main"


def test_an_ended_process_is_good_only_when_it_ended_well():
    assert Ended(b"", "", 0).is_good
    assert not Ended(b"", "", 1).is_good
    assert not Ended(b"", "", 0, "time").is_good
