"""How a command's end is told: reason, code, sentence, limit against peak, log, next step."""

import pytest

from adp.finding import Finding, Reason
from adp.sandbox.fake import Answer
from tests.adp.checks.conftest import Checked
from tests.factories.proposals import Change

MIB = 1 << 20
LOUD = "".join(f"line {n}\n" for n in range(100))


def told(checked: Checked, job: str, answer: Answer) -> Finding:
    return checked({job: answer}).findings[0]


@pytest.mark.parametrize(("reason", "evidence", "hint"), [
    (Reason.TIME_LIMIT, {"unit": "s", "limit": 60.0, "peak": 60.1}, "resources.time"),
    (Reason.MEMORY_LIMIT, {"unit": "bytes", "limit": 256 * MIB, "peak": MIB}, "resources.memory"),
    (Reason.DISK_LIMIT, {"unit": "bytes", "limit": 8 * MIB, "peak": None}, "resources.disk"),
    (Reason.PROCESS_LIMIT, {"unit": "processes", "limit": 256, "peak": None}, "make it need less"),
    (Reason.LOG_LIMIT, {"unit": "bytes", "limit": 8 * MIB, "peak": None}, "make it need less"),
])  # fmt: skip
@pytest.mark.parametrize("job", ["version test", "unit tests", "double"])
def test_a_limit_is_told_with_its_number_whatever_ran(
    checked: Checked, job: str, reason: Reason, evidence: dict[str, object], hint: str
) -> None:
    finding = told(checked, job, Answer(137, reason=reason, stdout=LOUD, seconds=60.1))
    assert (finding.reason, finding.code, finding.where.step) == (reason, reason.value, job)
    assert finding.message.startswith(f"{job} needed ")
    assert hint in finding.hint
    log = "".join(LOUD.splitlines(keepends=True)[-20:]).rstrip()
    assert finding.evidence == evidence | {"log": log, "repeat": "adp check PATH"}


@pytest.mark.parametrize(("job", "reason", "code"), [
    ("version test", Reason.TEST_FAIL, "VERSION_TEST_FAILED"),
    ("unit tests", Reason.TEST_FAIL, "UNIT_TEST_FAILED"),
    ("double", Reason.CRASH, "STEP_FAILED"),
])  # fmt: skip
def test_a_failure_is_told_by_what_failed(checked: Checked, job: str, reason: Reason, code: str) -> None:
    finding = told(checked, job, Answer(3, stderr="Traceback\nValueError: no dark frame\n"))
    assert (finding.reason, finding.code, finding.where.step) == (reason, code, job)
    assert finding.message == f"{job} ended with exit status 3"
    assert "no dark frame" in finding.evidence["log"]
    assert finding.hint


def test_what_the_command_was_and_what_it_said_stands_in_the_stages_log(checked: Checked) -> None:
    log = checked({"double": Answer(1, stdout=LOUD)}).stages[5].log
    assert log.startswith("$ python3 tiny.py double /source/data/table.ecsv /out/doubled.ecsv\nline 0\n")
    assert "line 99\nerror: STEP_FAILED: double ended with exit status 1" in log


def test_a_long_log_keeps_its_beginning_and_its_end(checked: Checked) -> None:
    log = checked({"double": Answer(1, stdout=LOUD * 100)}).stages[5].log
    assert len(log) < 17_000
    assert log.startswith("$ python3 tiny.py")
    assert "characters left out" in log
    assert log.endswith("ended with exit status 1")


def test_a_placeholder_that_means_nothing_is_the_manifests_fault(checked: Checked) -> None:
    report = checked({}, Change({'"{doubled}"]': '"{dobled}"]'}))
    assert [s.verdict.value for s in report.stages[:2]] == ["failed", "skipped"]
    assert report.findings[0].code == "PLACEHOLDER_UNKNOWN"
