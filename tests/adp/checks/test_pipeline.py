"""The walk through the stages: their order, what one stage's end means for the next, and whose fault is whose."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adp import pipeline
from adp.errors import AuthorError, PlatformError
from adp.finding import Finding, Reason
from adp.report import STAGES, Report, Verdict
from adp.sandbox.fake import Answer
from adp.sandbox.inside import OUT, SOURCE, standard_env
from adp.source.local import snapshot
from tests.adp.checks.bench import Heard, Silent, check, engine
from tests.adp.checks.conftest import Checked
from tests.factories.proposals import Change, make_proposal

P, F, E, S = "passed", "failed", "error", "skipped"
FALLS = Answer(exit_code=1, stdout="it fell\n")
GONE = PlatformError("the engine went away", hint="start it again")


def verdicts(report: Report) -> list[str]:
    return [s.verdict.value for s in report.stages]


def test_a_good_proposal_passes_every_stage_in_order(checked: Checked) -> None:
    report = checked()
    assert [s.name for s in report.stages] == list(STAGES)
    assert verdicts(report) == [P] * 7
    assert report.verdict is Verdict.PASSED
    assert report.findings == ()
    assert (report.product, report.version, report.engine) == ("tiny", "1.0.0", "fake")
    assert [(p.name, p.level, p.calib_level, p.type) for p in report.products] == [("doubled", 1, 1, "measurements")]
    assert [(c["name"], c["kind"], c["evidence"], c["verdict"]) for c in report.comparisons] == [
        ("relation doubled", "relation", "relation", "agrees"),
        ("as-on-paper", "compare", "independent", "agrees"),
        ("second run doubled", "agree", "agree", "agrees"),
    ]


@pytest.mark.parametrize(("script", "change", "wanted"), [
    ({}, Change(files={"adp.toml": None}), [F, S, S, S, S, S, S]),
    ({}, Change(files={"CITATION.cff": None}), [P, F, P, P, P, P, P]),
    ({"version test": FALLS}, Change(), [P, P, P, F, P, P, P]),
    ({"unit tests": FALLS}, Change(), [P, P, P, P, F, P, P]),
    ({"double": FALLS}, Change(), [P, P, P, P, P, F, S]),
    ({"double": Answer(files={"doubled.ecsv": b""})}, Change(), [P, P, P, P, P, P, F]),
    ({"unit tests": FALLS, "double": FALLS}, Change(), [P, P, P, P, F, F, S]),
], ids=str)  # fmt: skip
def test_a_failure_stops_only_what_builds_on_it(checked: Checked, script, change: Change, wanted: list[str]) -> None:
    report = checked(script, change)
    assert verdicts(report) == wanted
    assert report.verdict is Verdict.FAILED


@pytest.mark.parametrize(("job", "wanted"), [
    ("version test", [P, P, P, E, S, S, S]),
    ("unit tests", [P, P, P, P, E, S, S]),
    ("double", [P, P, P, P, P, E, S]),
    ("judge", [P, P, P, P, P, P, E]),
])  # fmt: skip
@pytest.mark.parametrize("broken", [GONE, OSError(28, "No space left on device"), KeyError("ours")], ids=repr)
def test_what_breaks_on_our_side_is_never_the_authors_verdict(
    checked: Checked, job: str, wanted: list[str], broken: Exception
) -> None:
    report = checked({job: broken})
    assert verdicts(report) == wanted
    assert report.verdict is Verdict.ERROR
    (finding,) = report.findings
    assert (finding.reason, finding.code) == (Reason.INFRA, "INFRA")
    assert finding.hint


def test_our_fault_outweighs_the_authors(checked: Checked) -> None:
    report = checked({"unit tests": FALLS, "double": GONE})
    assert verdicts(report) == [P, P, P, P, F, E, S]
    assert report.verdict is Verdict.ERROR


@pytest.mark.parametrize("answer", [
    Answer(exit_code=1, stderr="ImportError: adp"),
    Answer(),
    Answer(files={"0.json": b"{"}),
    Answer(files={"0.json": b"[]"}),
    Answer(files={f"{n}.json": b'{"error": "Traceback"}' for n in range(4)}),
    Answer(files={f"{n}.json": b'{"comparison": {"schema": "adp-comparison/9"}}' for n in range(4)}),
], ids=["fell", "said nothing", "broken off", "no object", "our own error", "another schema"])  # fmt: skip
def test_a_broken_judge_is_our_fault(checked: Checked, answer: Answer) -> None:
    report = checked({"judge": answer})
    assert verdicts(report) == [P, P, P, P, P, P, E]
    assert report.findings[0].reason is Reason.INFRA


def test_an_engine_that_cannot_say_what_it_is_takes_no_verdict_away(no_tree: None, tmp_path: Path) -> None:
    folder = make_proposal(tmp_path / "tiny")
    report = check(folder, tmp_path / "work", engine({"double": GONE}, Silent))
    assert report.verdict is Verdict.ERROR
    assert report.environment["engine"]["name"] == "fake"


def test_the_listener_hears_everything_in_order(checked: Checked, heard: Heard) -> None:
    checked()
    assert heard.without_logs() == [
        *(e for n in STAGES[:5] for e in (("started", n), ("finished", n, P))),
        ("started", "steps"),
        ("step", "double", "1/2"),
        ("step", "double", "2/2"),
        ("collecting",),
        ("finished", "steps", P),
        ("started", "data"),
        ("finished", "data", P),
    ]
    inside = [e for e in heard.events if e[0] == "log"]
    assert ("log", "unit", "1 passed") in inside
    assert [e[1] for e in inside] == sorted((e[1] for e in inside), key=STAGES.index)


def test_a_stage_that_is_skipped_was_never_started(checked: Checked, heard: Heard) -> None:
    report = checked({"double": FALLS})
    assert ("started", "data") not in heard.events
    assert heard.events[-1] == ("finished", "data", S)
    assert report.stages[-1].log == "skipped: stage steps did not pass"


def test_no_verdict_is_without_a_log(checked: Checked) -> None:
    assert all(stage.log for stage in checked({"double": FALLS}).stages)


def test_a_report_is_plain_json(checked: Checked) -> None:
    report = checked({"unit tests": FALLS})
    again = Report.from_dict(json.loads(json.dumps(report.to_dict(), allow_nan=False)))
    assert again.digest == report.digest


def test_the_clock_is_the_callers(no_tree: None, tmp_path: Path) -> None:
    taken = snapshot(make_proposal(tmp_path / "tiny"), tmp_path / "source")
    times = iter((datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)))
    report = pipeline.check(taken, engine=engine(), workspace=tmp_path, now=lambda: next(times))
    assert (report.started_at[:10], report.finished_at[:10]) == ("2026-01-01", "2026-01-02")


def test_what_a_command_is_given_is_the_contract(no_tree: None, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PHAROS_PLANTED", "a secret")
    fake = engine()
    check(make_proposal(tmp_path / "tiny"), tmp_path / "work", fake)
    for job in fake.jobs[:-1]:
        assert job.cwd == SOURCE
        assert [(m.target, m.writable) for m in job.mounts] == [(SOURCE, False), (OUT, True)]
        assert job.env == standard_env(1.0, 0)
        assert (job.limits.memory, job.limits.disk, job.limits.seconds) == (256 << 20, 8 << 20, 60)
    assert [j.name for j in fake.jobs] == ["version test", "unit tests", "double", "double", "judge"]
    assert fake.jobs[2].argv == ("python3", "tiny.py", "double", "/source/data/table.ecsv", "/out/doubled.ecsv")
    assert all(not m.writable or m.target == OUT for j in fake.jobs for m in j.mounts)


@pytest.mark.parametrize(("error", "verdict", "reason"), [
    (AuthorError(Finding(Reason.POLICY, "UNREACHABLE", "nobody answers", hint="is it public?")), F, Reason.POLICY),
    (PlatformError("no sandbox works here", hint="install one"), E, Reason.INFRA),
])  # fmt: skip
def test_what_could_not_even_be_read_has_a_report_too(error, verdict: str, reason: Reason) -> None:
    report = pipeline.refused(error, engine="auto", url="https://example.org/x", at=datetime(2026, 1, 1, tzinfo=UTC))
    assert verdicts(report) == [verdict, S, S, S, S, S, S]
    assert report.verdict.value == verdict
    (finding,) = report.findings
    assert (finding.reason, finding.message, finding.hint) == (reason, str(error), error.hint)
    assert str(error) in report.stages[0].log
    assert Report.from_dict(report.to_dict()) == report
