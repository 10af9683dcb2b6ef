"""`adp compare` in a terminal and in a script: hostile names, a reader who leaves, a stop, a folder written whole."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from adp.cli import compare as verb
from adp.cli.bar import Bar, Lines
from adp.cli.main import main
from adp.cli.placing import placed
from adp.errors import UsageError
from tests.adp.comparison.making import IMAGE, changed, hdus, image, table

ADP = Path(sys.executable).with_name("adp")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    hdus(image())(tmp_path / "reference.fits")
    hdus(image(changed(IMAGE, (3, 4), IMAGE[3, 4] + 0.5)))(tmp_path / "product.fits")
    monkeypatch.chdir(tmp_path)
    return tmp_path


NAMES = [
    "with space.fits",
    "two\nlines.fits",
    "-rf",
    "--json",
    "\x1b[2Jclear.fits",
    "\u202estif.fits",
    "ü.fits",
    "a\t.fits",
]


@pytest.mark.parametrize("name", [*NAMES, os.fsdecode(b"\xff\xfe.fits")], ids=ascii)
def test_any_name_is_a_name(name: str, files: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (files / name).write_bytes((files / "product.fits").read_bytes()[:5000])

    assert main(["compare", "--report", "report", "--", "reference.fits", name]) == 1
    said = capfd.readouterr().out
    assert "TRUNCATED" in said
    assert not {"\x1b", "\u202e", "\t"} & set(said)
    assert len(said.splitlines()) <= 6
    assert "TRUNCATED" in (files / "report" / "report.html").read_text("utf-8")
    assert json.loads((files / "report" / "report.json").read_text("utf-8"))["verdict"] == "differs"

    assert main(["compare", "--json", "--", "reference.fits", name]) == 1
    assert json.loads(capfd.readouterr().out)["verdict"] == "differs"


def test_a_link_that_leads_nowhere_cannot_be_read(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "link.fits").symlink_to("nowhere")
    assert main(["compare", "reference.fits", "link.fits"]) == 1
    assert "No such file" in capsys.readouterr().out


def test_a_file_that_is_broken_does_not_agree_with_itself(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hdus(image(), checksum=True)(files / "sum.fits")
    whole = bytearray((files / "sum.fits").read_bytes())
    whole[-2880] ^= 1
    (files / "sum.fits").write_bytes(whole)

    assert main(["compare", "sum.fits", "sum.fits", "--json"]) == 2
    assert {f["code"] for f in json.loads(capsys.readouterr().out)["findings"]} == {"CHECKSUM"}
    assert main(["compare", "reference.fits", "reference.fits"]) == 0


def test_a_wrong_spec_is_a_document_when_one_was_asked_for(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "wrong.toml").write_text("[dta]\n")
    assert main(["compare", "reference.fits", "product.fits", "--spec", "wrong.toml", "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["findings"][0]["code"]) == ("error", "SPEC_UNKNOWN_KEY")


def test_a_reader_who_leaves_early_does_not_change_the_verdict(files: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as out:
        done = subprocess.run(
            [ADP, "compare", "reference.fits", "product.fits"],
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "")


def test_who_stops_it_gets_no_verdict_and_no_half_report(
    files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("adp.comparison.page.write", stopped)
    assert main(["compare", "reference.fits", "product.fits", "--report", "report"]) == 128 + signal.SIGINT
    assert capsys.readouterr().out == ""
    assert sorted(p.name for p in files.iterdir()) == ["product.fits", "reference.fits"]


def test_a_report_takes_the_place_of_the_one_before_and_leaves_the_rest(files: Path) -> None:
    (files / "report").mkdir()
    (files / "report" / "report.json").write_text("old")
    (files / "report" / "mine.txt").write_text("mine")
    assert main(["compare", "reference.fits", "product.fits", "--report", "report"]) == 1
    assert json.loads((files / "report" / "report.json").read_text())["verdict"] == "differs"
    assert (files / "report" / "mine.txt").read_text() == "mine"
    assert sorted(p.name for p in files.iterdir()) == ["product.fits", "reference.fits", "report"]


def test_a_report_that_cannot_be_written_is_told_before_anything_is_compared(files: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        verb.act(_words("--report", "reference.fits"))
    with pytest.raises(UsageError, match="cannot be written"), placed(files / "reference.fits" / "below"):
        pass


def _words(*words: str) -> verb.argparse.Namespace:
    parser = verb.argparse.ArgumentParser()
    verb.add(parser.add_subparsers())
    return parser.parse_args(["compare", "reference.fits", "product.fits", *words])


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_log_hears_of_a_long_comparison_now_and_then() -> None:
    clock, out = Clock(), io.StringIO()
    clock.now = -100.0  # it took that long to open the files
    told = Lines(out, clock)
    for second in range(12):
        clock.now = second
        told(second * 10**9, 20 * 10**9)
    told(20 * 10**9, 20 * 10**9)
    told.close()
    assert out.getvalue().splitlines() == [
        "compared 5 of 20 GB, 1 GB/s, 15 s left",
        "compared 10 of 20 GB, 1 GB/s, 10 s left",
    ]


def test_a_terminal_sees_a_bar_that_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    clock, screen = Clock(), Terminal()
    told = Bar(screen, clock)
    told(1, 10**9)
    assert screen.getvalue() == ""
    clock.now = 2.0
    told(5 * 10**8, 10**9)
    told._drawn.refresh()
    assert "0.5/1.0 GB" in screen.getvalue()
    told.close()
    assert screen.getvalue().endswith("\x1b[2K")


def test_what_is_soon_over_says_nothing_and_loads_nothing_that_draws(files: Path) -> None:
    code = (
        "import sys; from adp.cli.main import main; main(['compare', 'reference.fits', 'product.fits']);"
        "print({'rich', 'matplotlib', 'astropy.units'} & sys.modules.keys(), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "set()\n"


def test_the_verdict_is_coloured_on_a_terminal_only(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", screen := Terminal())
    main(["compare", "reference.fits", "product.fits"])
    assert screen.getvalue().startswith("\x1b[1;31mthe product differs from the reference\x1b[0m\n")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", screen := Terminal())
    main(["compare", "reference.fits", "product.fits"])
    assert "\x1b" not in screen.getvalue()


def test_a_report_may_go_without_pictures(files: Path) -> None:
    assert main(["compare", "reference.fits", "product.fits", "--report", "with"]) == 1
    assert main(["compare", "reference.fits", "product.fits", "--report", "without", "--no-pictures"]) == 1
    assert list((files / "with" / "pictures").iterdir())
    assert not (files / "without" / "pictures").exists()


def test_what_a_file_holds_moves_no_cursor(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = {"reference.fits": "plain", "product.fits": "\x1b[2J\x07red"}
    for file, text in names.items():
        columns = {"id": [1], "name": np.array([text.ljust(8)])}
        hdus(table(columns))(files / f"t-{file}")
    assert main(["compare", "t-reference.fits", "t-product.fits", "--report", "report"]) == 1
    said = capsys.readouterr().out
    assert "STRING" in said or "FORMAT" in said
    assert not {"\x1b", "\x07"} & set(said)
    assert "\x1b" not in (files / "report" / "report.html").read_text()
