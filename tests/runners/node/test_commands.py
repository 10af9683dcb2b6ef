"""pharos-node as an operator types it: register, status, run, data; one file and the environment say the rest."""

import io
import json
import stat
import sys

import pytest

from adp.errors import UsageError
from runners.node.__main__ import main
from runners.node.told import told

KEY = "phn_deadbeef_key"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    monkeypatch.setenv("PHAROS_VAR", str(tmp_path / "var"))
    for name in ("PHAROS_NODE_CONFIG", "PHAROS_DATA_BUDGET"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "var" / "node"


@pytest.fixture
def typed(monkeypatch):
    def type_in(*words, given=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        return main(list(words))

    return type_in


@pytest.fixture
def registered(registry, machine, typed):
    registry.answers["register"] = lambda _n: (200, {"name": "rhone-2", "centre": "ESO"})
    assert typed("register", "--registry", registry.url, given=KEY + "\n") == 0
    return machine


def test_register_takes_the_key_and_keeps_everything_closed(registry, registered):
    assert (registered / "key").read_text() == KEY + "\n"
    assert {stat.S_IMODE(f.stat().st_mode) for f in registered.iterdir()} == {0o600}
    assert [set(body) for body in registry.told("register")] == [{"attest_key"}]
    assert KEY not in json.dumps(registry.told("register"))


def test_register_says_who_this_machine_is_and_what_comes_next(registry, machine, typed, capsys):
    registry.answers["register"] = lambda _n: (200, {"name": "rhone-2", "centre": "ESO"})
    assert typed("register", "--registry", registry.url, "--config", str(machine / "n.toml"), given=KEY) == 0
    said = capsys.readouterr().out
    assert "node rhone-2 of ESO" in said
    assert f"pharos-node run --config {machine / 'n.toml'}" in said


def test_registered_twice_is_refused_with_the_next_step(registry, registered, typed, capsys):
    assert typed("register", "--registry", registry.url, given=KEY) == 2
    assert "move it away" in capsys.readouterr().err


def test_what_the_registry_does_not_take_is_not_written(registry, machine, typed, capsys):
    registry.answers["register"] = lambda _n: (401, {"detail": "this node key is unknown"})
    assert typed("register", "--registry", registry.url, given=KEY) == 2
    assert "renews its key" in capsys.readouterr().err
    assert not (machine / "key").exists()
    assert not (machine / "node.toml").exists()


def test_status_says_what_is_there_and_whether_the_registry_knows_it(registry, registered, typed, capsys):
    status = typed("status")
    said = capsys.readouterr().out
    assert "knows it as rhone-2 of ESO" in said
    assert "0 files" in said
    assert status in {0, 2}  # 2 where this machine has no engine
    registry.answers["register"] = lambda _n: (422, {"detail": "signs with another key"})
    assert typed("status") == 2


def test_data_are_brought_listed_verified_and_dropped(machine, typed, tmp_path, capsys):
    (tmp_path / "gaia.fits").write_bytes(b"gaia")
    assert typed("data", "add", str(tmp_path / "gaia.fits"), "--title", "Gaia DR3") == 0
    sha256 = capsys.readouterr().out.split()[0]
    assert typed("data", "verify") == 0
    assert typed("data", "list", "--json") == 0
    held = json.loads(capsys.readouterr().out.partition("\n")[2])["held"]
    assert [(h["sha256"], h["title"], h["is_pinned"]) for h in held] == [(sha256, "Gaia DR3", True)]
    file = machine.parent / "reference" / sha256 / "data"
    file.chmod(0o644)
    file.write_bytes(b"gaja")
    assert typed("data", "verify") == 2
    assert typed("data", "drop", sha256) == 2
    capsys.readouterr()
    assert typed("data", "list") == 0
    assert "it was damaged in the store" in capsys.readouterr().out


def test_the_environment_comes_before_the_file_and_the_command_line_before_both(registered, monkeypatch):
    (registered / "node.toml").write_text('registry = "https://a"\nkey_file = "key"\nslots = 2\ndata_budget = 5\n')
    assert (told(None, {}).slots, told(None, {}).key_file) == (2, registered / "key")
    monkeypatch.setenv("PHAROS_NODE_SLOTS", "3")
    assert told(None, {}).slots == 3
    assert told(None, {"slots": 4, "registry": None}).slots == 4


@pytest.mark.parametrize("text", ["slots = true", "slot = 2", "slots = '2'", "slots"])
def test_a_file_that_means_nothing_is_refused(registered, text):
    (registered / "node.toml").write_text(text)
    with pytest.raises(UsageError, match=r"node\.toml"):
        told(None, {})


def test_without_any_word_the_first_step_is_said(machine):
    with pytest.raises(UsageError, match="nobody said registry and key_file") as caught:
        told(None, {})
    assert "register" in caught.value.hint


def test_a_key_that_others_can_read_is_refused(registered):
    (registered / "key").chmod(0o640)
    with pytest.raises(UsageError, match="others can read"):
        told(None, {}).config()
