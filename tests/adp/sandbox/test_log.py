"""What is kept of what a job says."""

from adp.sandbox.log import HEAD, LONGEST_LINE, STDOUT, TAIL, Capture


def test_lines_arrive_whole_and_a_rest_at_the_end() -> None:
    lines: list[str] = []
    capture = Capture(1 << 20, lines.append)
    for stream, chunk in (("stdout", b"on"), ("stderr", b"bad\r\n"), ("stdout", b"e\ntw"), ("stdout", b"o")):
        capture.add(stream, chunk)
    capture.close()
    assert lines == ["bad", "one", "two"]
    assert capture.text == "bad\r\none\ntwo"


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
