"""The log of an attempt: in order, once, bounded, and harmless to look at."""

import pytest

from runners import queries
from runners.actions.tell import LogGapError, append_log
from runners.models import RunLog
from tests.factories.runners import a_claim


@pytest.fixture
def say(db):
    taken = a_claim()

    def append(n, text):
        return append_log(run_id=taken.run.pk, token=taken.token, n=n, text=text)

    append.run = taken.run
    return append


def text_of(run, **part):
    return b"".join(queries.log(run, **part)).decode()


def test_batches_are_kept_in_order(say):
    assert [say(0, "one\n"), say(1, "two\n")] == [1, 2]
    assert text_of(say.run) == "one\ntwo\n"


def test_a_batch_sent_again_changes_nothing(say):
    say(0, "one\n")
    assert say(0, "another first\n") == 1
    assert text_of(say.run) == "one\n"


def test_a_missing_batch_is_asked_for(say):
    with pytest.raises(LogGapError) as caught:
        say(3, "three\n")
    assert caught.value.expected == 0


def test_a_reader_goes_on_where_it_was(say):
    say(0, "Grüße\n")
    end = queries.log_end(say.run)
    say(1, "two\n")
    assert text_of(say.run, offset=end) == "two\n"
    assert text_of(say.run, offset=4, end=end) == "ße\n"
    assert text_of(say.run, offset=10_000) == ""


def test_head_and_tail_are_kept_and_the_middle_is_said_to_be_gone(say, settings):
    settings.RUNNERS = {"log_head": 100, "log_tail": 100}
    for n in range(100):
        say(n, f"line {n:04d} {'x' * 39}\n")
    text = text_of(say.run)
    assert text.startswith("line 0000")
    assert text.endswith("line 0099 " + "x" * 39 + "\n")
    assert "bytes of the log left out here" in text
    assert RunLog.objects.count() < 8


HOSTILE = {
    "NUL": ("a\0b\n", "a<U+0000>b\n"),
    "colours": ("\x1b[31mred\x1b[0m\n", "red\n"),
    "title of the terminal": ("\x1b]0;owned\x07done\n", "done\n"),
    "turned round": ("a\u202etxt.exe\n", "a<U+202E>txt.exe\n"),
    "half a character": ("a\ud800b\n", "a\\ud800b\n"),
    "carriage returns": ("10 %\r20 %\r\n", "10 %\n20 %\n"),
    "markup": ("<script>alert(1)</script>\n", "<script>alert(1)</script>\n"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_would_act_on_a_terminal_is_shown_instead(say, kind):
    sent, kept = HOSTILE[kind]
    say(0, sent)
    assert text_of(say.run) == kept


def test_the_tail_begins_at_a_line(say):
    say(0, "".join(f"line {n}\n" for n in range(100)))
    tail = queries.log_tail(say.run, 40)
    assert tail.startswith("line 9")
    assert tail.endswith("line 99\n")


def test_another_attempt_has_another_log(say):
    say(0, "first\n")
    say.run.attempt = 2
    assert text_of(say.run) == ""
