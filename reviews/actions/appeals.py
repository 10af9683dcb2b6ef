"""The authors appeal a decision; an editor who had no part in it rules."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.actions import decide as registry_decide
from registry.ledger.access import require
from registry.ledger.machine import StaleError, advance
from registry.ledger.record import record
from registry.people import Person
from reviews.actions.rounds import next_round
from reviews.lifecycle import RULING_TIME
from reviews.models import Appeal, Decision, Round


@transaction.atomic
def appeal(*, actor: Person, decision: Decision, text: str) -> Appeal:
    """Once per decision, within APPEAL_TIME. PermissionDenied says why not."""
    now = timezone.now()
    filed = Appeal(decision=decision, author=actor, text=text.strip(), filed_at=now, due_at=now + RULING_TIME)
    require(actor, "appeal.file", filed)
    if not filed.text:
        raise ValidationError({"text": "Say what the decision got wrong, and where one can see it."})
    try:
        with transaction.atomic():
            filed.save(force_insert=True)
    except IntegrityError as error:  # a co-author was quicker
        raise StaleError("this decision was appealed a moment ago") from error
    record("appeal.file", filed, actor=actor, after=filed.state, **_facts(filed))
    return filed


@transaction.atomic
def uphold(*, actor: Person, appeal: Appeal, rationale: str) -> Round:
    """The version goes back into review: a new round, in the hands of the editor who ruled."""
    _rule(actor, appeal, "appeal.uphold", rationale)
    version = appeal.decision.round.version
    registry_decide.reopen(version=version, statement=rationale.strip())
    return next_round(version=version, editor=actor)


@transaction.atomic
def dismiss(*, actor: Person, appeal: Appeal, rationale: str) -> None:
    """The decision stands."""
    _rule(actor, appeal, "appeal.dismiss", rationale)


def _rule(actor: Person, appeal: Appeal, door: str, rationale: str) -> None:
    if not rationale.strip():
        raise ValidationError({"rationale": "Say why: the authors and the first editor read it."})
    advance(appeal, door, actor=actor, **_facts(appeal))
    Appeal.objects.filter(pk=appeal.pk).update(editor=actor, rationale=rationale.strip(), ruled_at=timezone.now())
    appeal.refresh_from_db()


def _facts(appeal: Appeal) -> dict[str, str]:
    round_ = appeal.decision.round
    return {"round": str(round_.pk), "version": str(round_.version_id)}
