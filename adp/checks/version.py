"""Stage `version`: the code says the version the manifest says."""

from adp.checks.bench import Bench, Notes
from adp.checks.command import Command
from adp.checks.command import run as run_command
from adp.finding import Finding, Reason, Severity, Where
from adp.sandbox.out import output_folder

NAME = "version test"


def run(bench: Bench, notes: Notes) -> None:
    argv, wanted = bench.declared.tests.version, bench.declared.product.version
    if not argv:
        notes.is_skipped = True
        notes.find(_undeclared())
        return
    with output_folder(bench.workspace / "version", bench.limits.disk) as out:
        outcome = run_command(bench, notes, Command(NAME, argv, out, Reason.TEST_FAIL, "VERSION_TEST_FAILED"))
    if outcome.reason is None and wanted not in outcome.stdout.split():
        notes.find(
            Finding(
                Reason.TEST_FAIL,
                "VERSION_DIFFERS",
                f"the code does not print version {wanted}",
                where=Where(step=NAME),
                hint="make tests.version print product.version as a word of its own",
                evidence={"log": outcome.stdout[:500]},
            )
        )


def _undeclared() -> Finding:
    return Finding(
        Reason.POLICY,
        "VERSION_TEST_MISSING",
        "nothing shows that the code is the version the manifest says: tests.version is not declared",
        Severity.WARNING,
        Where(file="adp.toml"),
        'declare a command that prints it: version = ["python", "-m", "…", "--version"]',
    )
