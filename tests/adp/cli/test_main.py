"""Exit statuses of `adp` as a whole: 1 is the ADP's fault and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adp import __version__
from adp.cli import main as cli
from adp.cli import schema
from adp.errors import AuthorError, PlatformError, UsageError
from adp.finding import Finding, Reason

FINDING = Finding(Reason.POLICY, "NO_README", "there is no readme", hint="write one")


def test_each_verb_has_a_module_and_says_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    for verb, line in cli.VERBS.items():
        with pytest.raises(SystemExit, match="0"):
            cli.main([verb, "--help"])
        assert f"adp {verb}" in capsys.readouterr().out
        with pytest.raises(SystemExit, match="0"):
            cli.main(["--help"])
        assert line in capsys.readouterr().out


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"adp {__version__}\n"


@pytest.mark.parametrize("words", [[], ["no-such"], ["check"], ["check", ".", "--engine", "none"], ["schema", "--no"]])
def test_words_that_make_no_sense_end_with_2_and_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(words)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "usage: adp" in printed.err


@pytest.mark.parametrize(("ends", "status", "says"), [
    (AuthorError(FINDING), 1, "adp: there is no readme\n     write one\n"),
    (PlatformError("no disk", hint="free some"), 2, "adp: no disk\n     free some\n"),
    (UsageError("no such folder"), 2, "adp: no such folder\n"),
    (KeyboardInterrupt(), 130, "adp: stopped; nothing was judged\n"),
    (MemoryError(), 2, "adp: this machine has not enough memory for these files; nothing was judged\n"),
])  # fmt: skip
def test_how_it_ends_says_whose_turn_it_is(monkeypatch, capsys, ends: BaseException, status: int, says: str) -> None:
    def act(args: object) -> int:
        raise ends

    monkeypatch.setattr(schema, "act", act)
    assert cli.main(["schema"]) == status
    assert capsys.readouterr().err == says


@pytest.mark.parametrize("bug", [RuntimeError("ours"), OSError(28, "No space left on device")], ids=repr)
def test_a_fault_of_ours_does_not_look_like_the_adps(monkeypatch, capsys, bug: Exception) -> None:
    """Python itself ends with 1 at an exception nobody caught."""

    def act(args: object) -> int:
        raise bug

    monkeypatch.setattr(schema, "act", act)
    assert cli.main(["schema"]) == 2
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert said.endswith("adp: this is a fault of ours; nothing was judged\n")


def test_the_installed_command_is_this_one(tmp_path: Path) -> None:
    adp = Path(sys.executable).with_name("adp")
    done = subprocess.run([adp, "check", tmp_path / "none"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no folder and no URL" in done.stderr


def test_a_verb_that_needs_no_science_loads_none() -> None:
    code = (
        "import sys; from adp.cli.main import main; main(['schema']);"
        "print(*{'astropy', 'docker', 'django'} & sys.modules.keys(), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "\n"


def test_a_terminal_that_knows_no_unicode_still_gets_the_verdict(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    done = subprocess.run(
        [Path(sys.executable).with_name("adp"), "check", tmp_path / "tiny", "--engine", "docker"],
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "ascii", "DOCKER_HOST": "unix:///nowhere.sock"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "")
    assert "\\u2192 install it (apt-get install docker.io)" in done.stdout


def test_who_stops_it_while_it_still_loads_sees_no_traceback(monkeypatch, capsys) -> None:
    def stopped(verbs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(schema, "add", stopped)
    assert cli.main(["schema"]) == 130
    assert capsys.readouterr().err == "adp: stopped; nothing was judged\n"
