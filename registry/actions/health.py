"""How a version holds is weighed anew after each of its runs, and when one is overdue; a change is announced."""

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from adp.finding import Reason
from registry.health import Level, Outcome, Standing
from registry.health import weigh as weighed
from registry.ledger.access import SYSTEM
from registry.ledger.record import record
from registry.lifecycle import PUBLIC, State
from registry.models import Health, Validation, Version
from registry.purposes import Purpose

KINDS = {Level.RED: "version.redden", Level.AMBER: "version.pale", Level.GREEN: "version.recover"}
NOT_THE_PRODUCT = {Reason.REFERENCE_INVALID.value, Reason.INFRA.value, Reason.CANCELLED.value}
PAGE = 200


@transaction.atomic
def weigh(*, version: Version) -> Health | None:
    """None as long as the version is not published: till then its state says it all."""
    version = Version.objects.select_for_update().get(pk=version.pk)
    if version.state not in PUBLIC:
        return None
    standing = weighed(outcomes(version), now=timezone.now(), is_scheduled=version.state == State.PUBLISHED)
    before = Health.objects.filter(version=version).first()
    health, _ = Health.objects.update_or_create(version=version, defaults=_columns(standing))
    _announce(version, before, standing)
    return health


def outcomes(version: Version) -> list[Outcome]:
    found = version.validations.select_related("centre").order_by("created_at", "pk")
    return [Outcome(Purpose(v.purpose), v.passed, v.created_at, v.where) for v in found if _says_something(v)]


def _says_something(validation: Validation) -> bool:
    """A run that failed by a reference that could not be trusted, and by nothing else, says nothing of the product."""
    if validation.passed:
        return True
    stages = validation.report.get("stages", ())
    errors = {f["reason"] for s in stages for f in s["findings"] if f["severity"] == "error"}
    return not errors or bool(errors - NOT_THE_PRODUCT)


def _columns(standing: Standing) -> dict[str, object]:
    good = standing.good
    return {
        "level": standing.level,
        "why": standing.why,
        "good_at": good.at if good else None,
        "where": good.where if good else "",
        "streak": standing.streak,
        "due_at": standing.due_at,
    }


def _announce(version: Version, before: Health | None, standing: Standing) -> None:
    """News is a change; that a version is well when it is published is none."""
    was = before.level if before else Level.GREEN
    if standing.level == was or standing.level not in KINDS:
        return
    kind = KINDS[standing.level]
    record(kind, version, actor=SYSTEM, health_before=str(was), health=standing.level.value, why=standing.why)


def weigh_overdue() -> int:
    """Those whose time has come, and published ones that were never weighed; returns how many. Twice is harmless."""
    public = Version.objects.filter(state__in=PUBLIC)
    due = public.filter(health__due_at__lte=Now()).exclude(health__level__in=(Level.AMBER, Level.RED))
    pending = [*due[:PAGE], *public.filter(health=None)[:PAGE]]
    for version in pending:
        weigh(version=version)
    return len(pending)
