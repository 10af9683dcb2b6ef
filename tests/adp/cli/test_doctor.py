"""What the machine can run, in text and in JSON."""

import json

import pytest

from adp.cli.main import main
from adp.sandbox import bubblewrap


@pytest.mark.sandbox
def test_a_machine_with_an_engine_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["schema"], said["works"]) == ("adp-doctor/1", True)
    engine = said["engines"][0]
    assert (engine["name"], engine["ok"]) == ("bubblewrap", True)
    assert engine["enforces"]["network"].startswith("no interface")
    assert {line["name"] for line in said["machine"]} >= {"python", "git", "mmdebstrap", "tree astro-1", "disk"}


def test_a_machine_without_one_is_told_how_to_get_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda *_, **__: None)
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
    assert main(["doctor"]) == 2
    said = capsys.readouterr().out
    assert "apt-get install bubblewrap" in said
    assert "there is no socket at /nowhere.sock" in said
    assert "nothing can be checked" in said
