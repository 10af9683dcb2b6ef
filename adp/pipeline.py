"""The walk of one version through the stages of a check, from an inert snapshot to a report."""

import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from adp.checks import account, build, data, manifest, standards, steps, unit, version
from adp.checks.bench import Bench, Notes
from adp.checks.listening import Listener, Silence
from adp.environment.tree import Root
from adp.errors import AdpError, AuthorError, CuratorError, PlatformError
from adp.finding import Finding, Reason
from adp.reference.staging import Shelf
from adp.reference.staging import shelf as machines_shelf
from adp.report import STAGES, Report, StageResult, Verdict
from adp.sandbox.engine import Engine
from adp.source.snapshot import Snapshot

__all__ = ["Listener", "Silence", "check", "refused"]

REPORT_IT = "this is a fault of ours, not of the ADP: report it with the log of this stage"
Stage = Callable[[Bench, Notes], None]

# stage -> (its work, the stages that must have passed before it makes sense)
TABLE: Mapping[str, tuple[Stage, frozenset[str]]] = {
    "manifest": (manifest.run, frozenset()),
    "standards": (standards.run, frozenset({"manifest"})),
    "build": (build.run, frozenset({"manifest"})),
    "version": (version.run, frozenset({"build"})),
    "unit": (unit.run, frozenset({"build"})),
    "steps": (steps.run, frozenset({"build"})),
    "data": (data.run, frozenset({"steps"})),
}


def check(
    snapshot: Snapshot,
    *,
    engine: Engine,
    workspace: Path,
    listener: Listener | None = None,
    shelf: Shelf | None = None,
    environment: Root | None = None,
    is_rebuilt: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),  # noqa: TID251 - no Django here; tests pass their own
) -> Report:
    """Judge one snapshot. The collected products stay in `workspace / "products"`. Never raises for the snapshot's
    fault; what was ours becomes the verdict `error` with an INFRA finding, reference data that are not what was agreed
    the same with REFERENCE_INVALID. `shelf`: where such data are kept; this machine's own, if not said. `environment`:
    run in this one, brought back from where it was kept, instead of making what the manifest asks for. `is_rebuilt`:
    make that again from its lock, whatever this machine keeps of it."""
    started, results = now(), list[StageResult]()
    with ExitStack() as held:
        kept = shelf or machines_shelf()
        told = listener or Silence()
        bench = Bench(snapshot, engine, workspace, told, shelf=kept, until_the_end=held, is_rebuilt=is_rebuilt)
        bench.brought = environment
        for name in STAGES:
            results.append(_stage(bench, name, results))
            bench.listener.stage_finished(results[-1])
    return account.report(bench, tuple(results), started, now())


def refused(error: AuthorError | PlatformError, *, engine: str, url: str, at: datetime) -> Report:
    """The report on a proposal that was not even read, by its own fault (failed) or by ours (error): it ends with the
    first stage, the others were skipped."""
    verdict = Verdict.FAILED if isinstance(error, AuthorError) else Verdict.ERROR
    findings = error.findings if isinstance(error, AuthorError) else (_ours(error),)
    first = StageResult("manifest", verdict, findings=findings, log=f"{url}: {error}")
    rest = tuple(_skipped(name, "the source was not read") for name in STAGES[1:])
    stamp = at.isoformat()
    return Report(verdict, "", "", "", engine, stamp, stamp, stages=(first, *rest))


def _stage(bench: Bench, name: str, before: list[StageResult]) -> StageResult:
    work, needs = TABLE[name]
    unmet = [r.name for r in before if r.name in needs and r.verdict is not Verdict.PASSED]
    if unmet or any(r.verdict is Verdict.ERROR for r in before):
        return _skipped(name, f"stage {unmet[0]} did not pass" if unmet else "an earlier stage could not be checked")
    bench.listener.stage_started(name)
    notes, began = Notes(name, bench.listener, bench.repeat), time.monotonic()
    verdict = None
    try:
        work(bench, notes)
    except AuthorError as e:
        notes.find(*e.findings)
    except CuratorError as e:
        notes.find(*e.findings)
        verdict = Verdict.ERROR
    except PlatformError as e:
        notes.find(_ours(e))
        verdict = Verdict.ERROR
    except Exception as e:  # noqa: BLE001 - whatever breaks in our own code is never the author's verdict
        notes.say(traceback.format_exc())
        notes.find(_ours(PlatformError(f"the check itself broke: {e!r}", hint=REPORT_IT)))
        verdict = Verdict.ERROR
    return notes.result(time.monotonic() - began, verdict)


def _ours(error: AdpError) -> Finding:
    return Finding(Reason.INFRA, "INFRA", str(error), hint=error.hint)


def _skipped(name: str, why: str) -> StageResult:
    return StageResult(name, Verdict.SKIPPED, log=f"skipped: {why}")
