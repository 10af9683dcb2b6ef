"""What is kept of what a job says."""

import time

import pytest

from adp.sandbox.log import HEAD, LONGEST_LINE, STDOUT, TAIL, Capture


def test_lines_arrive_whole_and_a_rest_at_the_end() -> None:
    lines: list[str] = []
    capture = Capture(1 << 20, lines.append)
    for stream, chunk in (("stdout", b"on"), ("stderr", b"bad\r\n"), ("stdout", b"e\ntw"), ("stdout", b"o")):
        capture.add(stream, chunk)
    capture.close()
    assert lines == ["bad", "one", "two"]
    assert capture.text == "bad\none\ntwo"


@pytest.mark.parametrize(("said", "shown"), [
    (b"\x1b[31mred\x1b[0m \x1b[2J\x1b[1;1H", "red "),
    (b"\x1b]0;title\x07a\x1b]8;;http://x\x1b\\link", "alink"),
    (b"\x1bPq..\x1b\\b\x1bcd", "bd"),
    ("\x9b31mc1".encode(), "c1"),
    (b"never ended \x1b]0;title", "never ended "),
    (b"\x1b[", "\N{REPLACEMENT CHARACTER}["),
    (b"bell\x07 back\x08 nul\x00 del\x7f", "bell? back? nul? del?"),
    ("\u202egpj.exe \u2066x\u2069 \u2028new".encode(), "?gpj.exe ?x? ?new"),
    (b"\xff\xfe\xc3", "???"),
    (b"tab\there", "tab\there"),
    ("Ångström \N{GREEK SMALL LETTER LAMDA} 5007".encode(), "Ångström \N{GREEK SMALL LETTER LAMDA} 5007"),
])  # fmt: skip
def test_what_is_shown_does_nothing_to_who_shows_it(said: bytes, shown: str) -> None:
    lines: list[str] = []
    capture = Capture(1 << 20, lines.append)
    capture.add("stdout", said)
    capture.close()
    wanted = shown.replace("?", "\N{REPLACEMENT CHARACTER}")
    assert (lines, capture.text, capture.stdout) == ([wanted], wanted, wanted)


def test_a_progress_bar_is_lines_wherever_the_pieces_break() -> None:
    lines: list[str] = []
    capture = Capture(1 << 20, lines.append)
    for chunk in (b"\r10%", b"\r20%\r", b"\n", b"done\r\n"):
        capture.add("stderr", chunk)
    assert lines == ["", "10%", "20%", "done"]


def test_an_endless_line_of_escapes_is_read_in_time() -> None:
    capture = Capture(64 << 20, lambda _: None)
    begun = time.process_time()
    for _ in range(32):
        capture.add("stdout", b"\x1b[0;" * 16384)
        capture.add("stdout", b"\x1b]" * 32768)
    capture.close()
    assert len(capture.text) < HEAD + 2 * TAIL
    assert time.process_time() - begun < 5


def test_a_line_without_an_end_is_cut() -> None:
    lines: list[str] = []
    capture = Capture(1 << 20, lines.append)
    capture.add("stdout", b"x" * (3 * LONGEST_LINE))
    assert [len(line) for line in lines] == [LONGEST_LINE, LONGEST_LINE]


def test_first_and_last_part_are_kept() -> None:
    capture = Capture(64 << 20, lambda _: None)
    for number in range(400):
        capture.add("stdout", f"{number:07}\n".encode() * 1024)
    assert capture.text.startswith("0000000\n")
    assert capture.text.endswith("0000399\n")
    left_out = 400 * 8192 - HEAD - TAIL
    assert f"[… {left_out} bytes left out …]" in capture.text
    assert len(capture.stdout) == STDOUT


def test_past_the_limit_nothing_is_kept() -> None:
    capture = Capture(100, lambda _: None)
    capture.add("stdout", b"x" * 60)
    assert not capture.is_over
    capture.add("stdout", b"y" * 60)
    assert capture.is_over
    capture.close()
    assert capture.text.startswith("x" * 60 + "y" * 40 + "\n[…")
