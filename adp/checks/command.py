"""Run one declared command in the sandbox and say in a sentence how it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adp.checks import given
from adp.checks.bench import Bench, Notes, tail_lines
from adp.finding import Finding, Reason, Where
from adp.manifest.placeholders import expand
from adp.sandbox.engine import Hit, Job, Mount, Outcome
from adp.sandbox.inside import OUT, SOURCE, standard_env
from adp.sandbox.options import BY_NAME


@dataclass(frozen=True, slots=True)
class Command:
    """`name` is what the author calls it; `fault` the reason of a non-zero exit; `code` its name in a finding."""

    name: str
    argv: Sequence[str]
    out: Path
    fault: Reason = Reason.CRASH
    code: str = "STEP_FAILED"


def run(bench: Bench, notes: Notes, command: Command) -> Outcome:
    """Raises PlatformError when it could not be run for a reason that is not its own."""
    bench_env = standard_env(bench.limits.cpus, bench.snapshot.committed_at)
    job = Job(
        name=command.name,
        argv=expand(command.argv, places(bench)),
        mounts=(
            Mount(bench.snapshot.path, SOURCE),
            *given.mounts(bench),
            Mount(command.out, OUT, writable=True),
        ),
        env=bench_env,
        cwd=SOURCE,
        limits=bench.limits,
    )
    notes.say("$ " + " ".join(job.argv))
    outcome = bench.engine.run(
        bench.built,
        job,
        lambda line: notes.listener.log(notes.stage, line),
        lambda now: notes.listener.usage(notes.stage, now, job.limits),
    )
    notes.ran(outcome)
    if outcome.reason is not None:
        notes.find(_finding(bench, command, outcome))
    return outcome


def places(bench: Bench) -> dict[str, str]:
    """What {name} means inside: inputs below SOURCE, DATA or the packages, products below OUT."""
    manifest = bench.declared
    found = {"out": OUT}
    if manifest.parameters.file:
        found["parameters"] = f"{SOURCE}/{manifest.parameters.file}"
    found |= {data.name: given.place_of(data) for data in manifest.data}
    found |= {p.name: f"{OUT}/{p.path}" for p in manifest.products}
    return found


NEEDED = {  # row of adp.sandbox.options.LIMITS -> what a step needed, and the key of adp.toml that gives more
    "seconds": ("more time than it asked for", "resources.time"),
    "cpu_seconds": ("more processor time than it asked for", "resources.time, or resources.cpus"),
    "memory": ("more memory than it asked for", "resources.memory"),
    "disk": ("more disk than it asked for", "resources.disk"),
    "file_size": ("a larger file than the disk it asked for", "resources.disk"),
    "files": ("more files than a step may have", ""),
    "processes": ("more processes than a step may have", ""),
    "log": ("to print more than a log may hold", ""),
}
BY_REASON = {reason: name for name in reversed(NEEDED) if (reason := BY_NAME[name].reason)}


def _finding(bench: Bench, command: Command, outcome: Outcome) -> Finding:
    reason = outcome.reason if outcome.reason and outcome.reason in BY_REASON else command.fault
    evidence: dict[str, Any] = {"log": tail_lines(outcome.log)}
    if reason in BY_REASON:
        hit = outcome.hit or _hit(bench, BY_REASON[reason], outcome)
        need, key = NEEDED[hit.name]
        message = f"{command.name} needed {need}"
        evidence |= {"unit": BY_NAME[hit.name].unit, "limit": hit.limit, "peak": hit.peak}
        hint = f"make it need less, or raise {key} in adp.toml" if key else "make it need less"
    else:
        message = f"{command.name} {_ended(outcome)}"
        hint = "the last lines of its log say why; repeat it with the command beside this"
    return Finding(
        reason, _code(reason, command), message, where=Where(step=command.name), hint=hint, evidence=evidence
    )


def _code(reason: Reason, command: Command) -> str:
    return reason.value if reason in BY_REASON else command.code


def _ended(outcome: Outcome) -> str:
    if outcome.signal is not None:
        return f"was ended by signal {outcome.signal}"
    return f"ended with exit status {outcome.exit_code}"


def _hit(bench: Bench, name: str, outcome: Outcome) -> Hit:
    """For an engine that says no more than the reason."""
    peaks = {"seconds": round(outcome.seconds, 1), "memory": outcome.peak_memory_bytes}
    return Hit(name, getattr(bench.limits, name), peaks.get(name))
