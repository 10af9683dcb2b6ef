"""What goes wrong while it runs, in a real sandbox: each with stage, reason, code, place, next step and repetition."""

import os
from pathlib import Path

import pytest

from adp.cli.main import main
from adp.finding import Reason
from adp.report import Verdict
from tests.adp.cli.conftest import Check
from tests.factories.proposals import Change, code, instead_of_doubling, make_proposal, make_proposal_repository

pytestmark = pytest.mark.sandbox

RELATION = '[products.relation]\nfrom = "table"\ninvariant = ["flag"]\ntransform = { x = "2 * x" }\n'
SHORT = {
    '"1 min"': '"1 s"',
    '["python3", "tiny.py", "--version"]': '["echo", "1.0.0"]',
    '["python3", "tiny.py", "test"]': '["true"]',
}
STEP, PRODUCT = {"step": "double"}, {"file": "doubled.ecsv"}
CELL = {"file": "doubled.ecsv", "column": "flag", "row": 3}
FORK = "import os, time\n        for _ in range(400):\n            os.fork() or time.sleep(9)"
CSV = "return open(paths[1], 'w').write('x,flag\\n3.0,0\\n5.0,0\\n7.0,1\\n')"
ROWS = {
    "a step that crashes": (
        instead_of_doubling("raise RuntimeError('no dark frame')"), "steps", Reason.CRASH, "STEP_FAILED", STEP),
    "a step that is killed": (
        instead_of_doubling("import os; os.abort()"), "steps", Reason.CRASH, "STEP_FAILED", STEP),
    "a step that is not there": (
        Change({'["python3", "tiny.py", "double"': '["none", "double"'}), "steps", Reason.CRASH, "STEP_FAILED", STEP),
    "a step that hangs": (
        instead_of_doubling("import time; time.sleep(60)", SHORT), "steps", Reason.TIME_LIMIT, "TIME_LIMIT", STEP),
    "a step over its memory": (
        instead_of_doubling("held = b'x' * (1 << 30)"), "steps", Reason.MEMORY_LIMIT, "MEMORY_LIMIT", STEP),
    "a step over its disk": (
        instead_of_doubling("open(paths[1], 'w').write('x' * (16 << 20))"),
        "steps", Reason.DISK_LIMIT, "DISK_LIMIT", STEP),
    "a step over its log": (
        instead_of_doubling("[print('x' * 1000) for _ in range(10_000)]"),
        "steps", Reason.LOG_LIMIT, "LOG_LIMIT", STEP),
    "a step with too many processes": (
        instead_of_doubling(FORK), "steps", Reason.PROCESS_LIMIT, "PROCESS_LIMIT", STEP),
    "a step that wants the network": (
        instead_of_doubling("__import__('socket').create_connection(('192.0.2.1', 80), 5)"),
        "steps", Reason.CRASH, "STEP_FAILED", STEP),
    "a step that writes to the source": (
        instead_of_doubling("open('data/table.ecsv', 'a')"), "steps", Reason.CRASH, "STEP_FAILED", STEP),
    "unit tests that fail": (
        code('"3.0 0"', '"4.0 0"'), "unit", Reason.TEST_FAIL, "UNIT_TEST_FAILED", {"step": "unit tests"}),
    "a version that is not printed": (
        code('print(f"tiny {__version__}")', 'print("tiny")'), "version", Reason.TEST_FAIL, "VERSION_DIFFERS",
        {"step": "version test"}),
    "a product that is not written": (
        instead_of_doubling("return"), "steps", Reason.OUTPUT_INVALID, "PRODUCT_MISSING", PRODUCT),
    "a product that is a link": (
        instead_of_doubling("return __import__('os').symlink('/etc/passwd', paths[1])"),
        "steps", Reason.OUTPUT_INVALID, "PRODUCT_SYMLINK", PRODUCT),
    "an empty product": (
        instead_of_doubling("return open(paths[1], 'w').close()"), "data", Reason.OUTPUT_INVALID, "FORMAT", PRODUCT),
    "another format than claimed": (
        instead_of_doubling(CSV), "data", Reason.OUTPUT_INVALID, "FORMAT", PRODUCT),
    "a missing keyword": (
        code('"METHOD: double"', '"OTHER: double"'), "data", Reason.OUTPUT_INVALID, "KEYWORD_MISSING", PRODUCT),
    "a promise that is broken": (
        code('} {flag}"', "} {flag.replace('1', '7')}\""), "data", Reason.MISMATCH, "INVARIANT", CELL),
    "steps that throw dice": (
        code("{2 * float(x)} {flag}", "{2 * float(x) + __import__('secrets').randbelow(10**6) * 1e-15} {flag}",
             {RELATION: "", '["python3", "tiny.py", "test"]': '["true"]'}),
        "data", Reason.NONREPRODUCIBLE, "VALUE", {"file": "doubled.ecsv", "column": "x"}),
}  # fmt: skip


@pytest.mark.parametrize(("change", "stage", "reason", "named", "where"), ROWS.values(), ids=ROWS)
def test_it_is_found_with_its_place_and_a_next_step(
    check: Check, tmp_path: Path, change: Change, stage: str, reason: Reason, named: str, where: dict[str, object]
) -> None:
    said = check(make_proposal(tmp_path / "tiny", change))
    failed = next(s for s in said.report.stages if s.verdict is Verdict.FAILED)
    assert (said.status, said.report.verdict, failed.name) == (1, Verdict.FAILED, stage)
    finding = next(f for f in failed.findings if (f.reason, f.code) == (reason, named))
    assert where.items() <= finding.where.to_dict().items()
    assert finding.message
    assert finding.hint
    assert finding.evidence["repeat"] == "adp check PATH"
    assert f"error: {named}: {finding.message}" in failed.log


@pytest.mark.docker
@pytest.mark.parametrize("row", [
    "a step that is killed", "a step over its memory", "a step over its disk", "a step with too many processes",
    "a step that wants the network", "an empty product",
])  # fmt: skip
def test_docker_says_the_same(check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", os.environ["PHAROS_TEST_DOCKER_HOST"])
    folder = make_proposal(tmp_path / "tiny", ROWS[row][0])
    here, there = check(folder, "--engine", "bubblewrap"), check(folder, "--engine", "docker")
    assert (here.report.engine, there.report.engine) == ("bubblewrap", "docker")
    assert there.status == here.status == 1
    assert there.report.digest == here.report.digest


def test_the_repetition_names_the_ref_that_was_judged(check: Check, tmp_path: Path) -> None:
    commit = make_proposal_repository(tmp_path / "tiny", instead_of_doubling("raise SystemExit(3)"))
    for ref, named in (("v1.0.0", "v1.0.0"), ("main", commit)):
        (finding,) = check(tmp_path / "tiny", "--ref", ref).report.findings
        assert finding.evidence["repeat"] == f"adp check PATH --ref {named}"


def test_a_person_reads_reason_limit_log_and_next_step(state: Path, tmp_path: Path, capsys) -> None:
    change = instead_of_doubling("print('\\x1b[2Jgone', flush=True); import time; time.sleep(60)", SHORT)
    assert main(["check", str(make_proposal(tmp_path / "tiny", change))]) == 1
    said = capsys.readouterr().out
    assert said.startswith("✗ tiny 1.0.0 failed\n\nerror: double needed more time than it asked for\n")
    assert "TIME_LIMIT, step double, limit 1.0 s, peak 1" in said
    assert "→ make it need less, or raise resources.time in adp.toml" in said
    assert "│ gone" in said
    assert "\x1b" not in said
    assert "repeat: adp check PATH" in said
    assert "\x1b" not in said


def test_what_init_writes_passes_as_it_is(check: Check, tmp_path: Path, capsys) -> None:
    assert main(["init", str(tmp_path / "my-adp")]) == 0
    capsys.readouterr()  # what init said
    said = check(tmp_path / "my-adp")
    assert (said.status, said.report.verdict, said.report.findings) == (0, Verdict.PASSED, ())
    assert said.report.commit is not None
