"""What the runners found becomes part of the record."""

import hashlib
import io
import json
from collections.abc import Iterable

from django.db import transaction

from adp.report import Report, Verdict
from registry.actions import artefacts as files
from registry.actions.health import weigh
from registry.ledger.access import SYSTEM
from registry.ledger.machine import advance
from registry.ledger.record import record
from registry.models import Artefact, Centre, Validation, Version
from registry.purposes import Purpose

AGED = (Purpose.REVALIDATION, Purpose.REBUILD)  # their verdict is kept, their products are not


class WrongReportError(Exception):
    """This report is about something else, says nothing, or lacks a file it speaks of: the runner is at fault."""


def begin(*, version: Version) -> None:
    advance(version, "version.check", actor=SYSTEM)


def stall(*, version: Version, why: str) -> None:
    """The platform could not check it; `why` is a sentence for its authors. `begin` tries again."""
    advance(version, "version.stall", actor=SYSTEM, why=why)


def conclude(
    *,
    version: Version,
    report: Report,
    artefacts: Iterable[Artefact] = (),
    run: str = "",
    node: str = "",
    centre: Centre | None = None,
    purpose: Purpose = Purpose.CHECK,
) -> Validation:
    """The report enters the book; that of a check moves the version to checked or failed, the others never move it.
    Once per run: a repeated call with the same `run` gives the same validation. Raises WrongReportError,
    IllegalMoveError, StaleError."""
    if run and (known := Validation.objects.filter(run=run).first()):
        return known
    kept = list(artefacts)
    _fits(version, report, kept, purpose)
    text = json.dumps(report.to_dict(), sort_keys=True, indent=1, ensure_ascii=False).encode()
    with transaction.atomic():
        _keep_report(version, text, run)
        validation = Validation.objects.create(
            version=version,
            verdict=report.verdict.value,
            digest=report.digest,
            report=report.to_dict(),
            node=node,
            centre=centre,
            engine=report.engine,
            run=run,
            purpose=purpose,
        )
        facts = {"validation": str(validation.pk), "digest": report.digest}
        if purpose == Purpose.CHECK:
            advance(version, "version.pass" if report.passed else "version.fail", actor=SYSTEM, **facts)
        elif purpose != Purpose.REPLICATION:  # registry.actions.replicate says what came of that
            verdict = report.verdict.value
            record("version.repeat", version, actor=SYSTEM, purpose=purpose.value, verdict=verdict, **facts)
            weigh(version=version)
    return validation


def _keep_report(version: Version, text: bytes, run: str) -> None:
    files.store(
        version=version,
        run=run,
        kind=Artefact.Kind.REPORT,
        name="report.json",
        stream=io.BytesIO(text),
        sha256=hashlib.sha256(text).hexdigest(),
        media_type="application/json",
    )


def _fits(version: Version, report: Report, artefacts: list[Artefact], purpose: Purpose) -> None:
    if report.verdict not in {Verdict.PASSED, Verdict.FAILED}:
        raise WrongReportError(f"a report with the verdict {report.verdict} judges nothing; stall the version instead")
    if (report.commit, report.tree) != (version.commit, version.tree):
        raise WrongReportError(f"the report is about commit {report.commit} (tree {report.tree}), not about {version}")
    if any(a.version_id != version.pk for a in artefacts):
        raise WrongReportError("an artefact belongs to another version")
    if purpose in AGED:
        return
    known = version.artefacts.filter(kind=Artefact.Kind.PRODUCT).values_list("sha256", flat=True)
    held = {a.sha256 for a in artefacts if a.kind == Artefact.Kind.PRODUCT} | set(known)
    lost = [p.name for p in report.products if report.passed and p.sha256 not in held]
    if lost:
        raise WrongReportError(f"the report speaks of products that were not handed in: {', '.join(lost)}")
