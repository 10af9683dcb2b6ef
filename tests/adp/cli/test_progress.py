"""Progress: a line a stage where nobody watches, a live picture where somebody does, no stranger in either."""

import io

import pytest
from rich.console import Console

from adp.cli.progress import Display, for_stderr, printable
from adp.report import STAGES, StageResult, Verdict

HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp\r[bold]\x00\b\x7f"
CONTROL = {"\x07", "\x08", "\x9b", "\u202e", "\x00", "\x7f"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def live() -> tuple[Display, Terminal]:
    screen = Terminal()
    console = Console(file=screen, force_terminal=True, width=100, height=30, legacy_windows=False, _environ={})
    return Display(console), screen


def plain() -> tuple[Display, io.StringIO]:
    screen = io.StringIO()
    return Display(Console(file=screen, _environ={})), screen


def drawn(display: Display) -> str:
    """What is on the screen now, as text."""
    console = Console(file=io.StringIO(), width=100, _environ={})
    console.print(display._draw())
    return console.file.getvalue()


def walk(display: Display, line: str = "hello") -> None:
    for name in STAGES:
        display.stage_started(name)
        display.step("double", 1, 2)
        display.log(name, line)
        display.stage_finished(StageResult(name, Verdict.PASSED, 1.25))


def test_where_nobody_watches_each_stage_is_one_plain_line() -> None:
    display, screen = plain()
    with display:
        walk(display)
        display.stage_finished(StageResult("data", Verdict.SKIPPED))
    lines = screen.getvalue().splitlines()
    assert lines[0] == "manifest   passed   1.2 s"
    assert lines[-1] == "data       skipped"
    assert len(lines) == len(STAGES) + 1


def test_where_nobody_watches_nothing_a_stranger_prints_is_shown() -> None:
    display, screen = plain()
    with display:
        walk(display, HOSTILE)
    assert screen.getvalue().isprintable() or not (CONTROL | {"\x1b"}) & set(screen.getvalue())


def test_a_note_stands_between_the_lines() -> None:
    display, screen = plain()
    with display:
        display.note("[bold]the work tree has changes[/bold]")
    assert screen.getvalue() == "note: [bold]the work tree has changes[/bold]\n"


def test_the_picture_shows_what_is_done_what_runs_and_what_waits() -> None:
    display, _ = live()
    display.stage_started("manifest")
    display.stage_finished(StageResult("manifest", Verdict.PASSED, 0.5))
    display.stage_started("steps")
    display.step("shift [1]", 2, 6)
    display.log("steps", "reading level 0\n")
    rows = drawn(display).splitlines()
    assert rows[0].split() == ["✓", "manifest", "passed,", "0.5", "s"]
    assert next(r for r in rows if "steps" in r).split() == [
        "▸", "steps", "running,", "0", "s", "shift", "[1],", "2", "of", "6",
    ]  # fmt: skip
    assert next(r for r in rows if "data" in r).split() == ["·", "data"]
    assert rows[-1].strip() == "reading level 0"


def test_only_the_last_lines_of_the_running_stage_are_shown() -> None:
    display, _ = live()
    display.stage_started("steps")
    for number in range(9):
        display.log("steps", f"line {number}")
    assert [r.strip() for r in drawn(display).splitlines()[len(STAGES) :]] == ["line 6", "line 7", "line 8"]
    display.stage_started("data")
    assert len(drawn(display).splitlines()) == len(STAGES)


def test_a_hostile_line_moves_no_cursor_and_sets_no_style() -> None:
    display, screen = live()
    with display:
        display.stage_started("steps")
        display.step(HOSTILE, 1, 1)
        display.log("steps", HOSTILE)
        display._live.refresh()
    assert not CONTROL & set(screen.getvalue())
    assert "\x1b[2J" not in screen.getvalue()
    assert "\x1b]0" not in screen.getvalue()
    text = drawn(display)
    assert "\x1b" not in text
    assert text.count("[bold]") == 2


def test_a_line_longer_than_the_screen_stays_one_line() -> None:
    display, _ = live()
    display.stage_started("steps")
    display.log("steps", "x" * 1000)
    assert len(drawn(display).splitlines()) == len(STAGES) + 1


def test_the_picture_is_gone_afterwards_even_when_it_failed() -> None:
    display, screen = live()

    def fall() -> None:
        with display:
            walk(display)
            raise RuntimeError("ours")

    with pytest.raises(RuntimeError, match="ours"):
        fall()
    assert screen.getvalue().endswith("\x1b[2K")
    assert "\x1b[?25h" in screen.getvalue()  # the cursor is back


def test_a_pipe_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert for_stderr().is_plain


@pytest.mark.parametrize(("text", "shown"), [
    ("plain, with Å and 10⁻⁹", "plain, with Å and 10⁻⁹"),
    ("\x1b[31mred", "\ufffd[31mred"),
    ("a\r\nb\tc", "a\ufffd\ufffdb\ufffdc"),
    ("\u202eevil", "\ufffdevil"),
    ("\x9b2J", "\ufffd2J"),
    ("\ud800", "\ufffd"),
])  # fmt: skip
def test_what_could_move_the_cursor_is_made_visible(text: str, shown: str) -> None:
    assert printable(text) == shown
