"""The verdict as a person reads it."""

from dataclasses import replace

import pytest

from adp.cli.verdict import exit_status, print_report, said
from adp.finding import Reason, Severity, Where
from adp.report import Report, StageResult, Verdict
from tests.factories.reports import COMPARISON, FINDING, RULE, WHOLE, with_finding

PASSED = replace(
    WHOLE, verdict=Verdict.PASSED, stages=tuple(replace(s, verdict=Verdict.PASSED, findings=()) for s in WHOLE.stages)
)


def printed(capsys: pytest.CaptureFixture[str], report: Report) -> str:
    print_report(report, plain=True)
    return capsys.readouterr().out


@pytest.mark.parametrize(("verdict", "status"), [
    (Verdict.PASSED, 0), (Verdict.FAILED, 1), (Verdict.ERROR, 2), (Verdict.SKIPPED, 2),
])  # fmt: skip
def test_the_exit_status_is_the_verdict(verdict: Verdict, status: int) -> None:
    assert exit_status(replace(WHOLE, verdict=verdict)) == status


@pytest.mark.parametrize(("report", "line"), [
    (PASSED, "✓ tiny 1.0.0 passed every stage"),
    (WHOLE, "✗ tiny 1.0.0 failed"),
    (replace(WHOLE, verdict=Verdict.ERROR), "! tiny 1.0.0 could not be checked; this says nothing about it"),
    (replace(WHOLE, product="", version=""), "✗ this ADP failed"),
    (replace(PASSED, stages=(*PASSED.stages[:3], StageResult("version", Verdict.SKIPPED), *PASSED.stages[4:])),
     "✓ tiny 1.0.0 passed; not checked: version"),
])  # fmt: skip
def test_the_first_line_is_the_verdict(capsys, report: Report, line: str) -> None:
    assert printed(capsys, report).splitlines()[0] == line


def test_a_finding_is_sentence_code_place_next_step_evidence(capsys) -> None:
    report = with_finding(
        reason=Reason.TIME_LIMIT,
        code="TIME_LIMIT",
        where=Where(step="double"),
        evidence={"log": "a\nb", "repeat": "adp check X", "cause": "a loop?", "limit": 1.0, "peak": 1.1, "unit": "s"},
    )
    assert printed(capsys, report).splitlines()[2:9] == [
        f"error: {FINDING.message}",
        "  TIME_LIMIT, step double, limit 1.0 s, peak 1.1 s",
        "  → look at row 3",
        "    cause: a loop?",
        "    │ a",
        "    │ b",
        "    repeat: adp check X",
    ]


def test_the_reason_stands_before_a_code_that_says_more(capsys) -> None:
    assert "\n  MISMATCH VALUE, doubled.ecsv, column x, row 3\n" in printed(capsys, WHOLE)


def test_errors_stand_before_warnings(capsys) -> None:
    warning = replace(FINDING, severity=Severity.WARNING, message="by the way")
    stage = replace(WHOLE.stages[-1], findings=(warning, FINDING))
    text = printed(capsys, replace(WHOLE, stages=(*WHOLE.stages[:-1], stage)))
    assert text.index("error: ") < text.index("warning: by the way")


def test_rules_that_only_agree_are_counted(capsys) -> None:
    exact = RULE | {"would_pass_at": 0.0, "worst": 0.0}
    broken = RULE | {"scope": "y", "verdict": "fail", "worst": None, "would_pass_at": None}
    text = printed(capsys, replace(WHOLE, comparisons=(COMPARISON | {"rules": [RULE, exact, exact, broken]},)))
    assert "2 more agree exactly" in text
    rows = [line.split() for line in text.splitlines() if line.strip().startswith("as-on-paper")]
    assert rows == [
        ["as-on-paper", "x", "abs", "1e-09", "pix", "pass", "1e-12", "1e-12"],
        ["as-on-paper", "y", "abs", "1e-09", "pix", "fail"],
    ]


def test_it_ends_with_digest_and_cost(capsys) -> None:
    lines = [" ".join(line.split()) for line in printed(capsys, WHOLE).splitlines()]
    assert f"digest {WHOLE.digest}" in lines
    assert lines[lines.index("what it cost") + 1] == "stage time CPU peak memory"
    assert "all 2.0 s 1.2 s none" in lines
    assert lines[-1] == "products 0 B, engine bubblewrap"


def test_nothing_of_a_stranger_reaches_the_terminal_as_it_is(capsys) -> None:
    hostile = "\x1b[2J[bold]\r"
    report = with_finding(
        message=hostile,
        hint=hostile,
        where=Where(file=hostile, hdu=hostile, column=hostile, world=hostile, step=hostile),
        evidence={"log": hostile, "cause": hostile, "repeat": hostile},
    )
    rules = [RULE | {"scope": hostile, "rule": hostile}]
    named = replace(report, product=hostile, comparisons=(COMPARISON | {"name": hostile, "rules": rules},))
    text = printed(capsys, named)
    assert not {"\x1b", "\r"} & set(text)
    assert "[bold]" in text


@pytest.mark.parametrize(("where", "words"), [
    (Where(), ""),
    (Where(file="adp.toml", line=7, column=1), "adp.toml line 7, column 1"),
    (Where(file="a.fits", hdu="SCI", pixel=(3, 4)), "a.fits, HDU SCI, pixel (3, 4)"),
    (Where(column="flag", row=3, index=(2,)), "column flag, row 3"),
    (Where(hdu="SCI", world="12h 3m"), "HDU SCI, 12h 3m"),
    (Where(step="shift"), "step shift"),
])  # fmt: skip
def test_a_place_in_words(where: Where, words: str) -> None:
    assert said(where) == words
