"""Stage `unit`: the author's own unit tests."""

from adp.checks.bench import Bench, Notes
from adp.checks.command import Command
from adp.checks.command import run as run_command
from adp.finding import Reason
from adp.sandbox.out import output_folder


def run(bench: Bench, notes: Notes) -> None:
    with output_folder(bench.workspace / "unit", bench.limits.disk) as out:
        command = Command("unit tests", bench.declared.tests.unit, out, Reason.TEST_FAIL, "UNIT_TEST_FAILED")
        run_command(bench, notes, command)
