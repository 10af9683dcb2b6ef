"""Who handles a round, who looks on, and whom to ask next."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from registry.actions import readers
from registry.ledger.access import require
from registry.ledger.machine import StaleError
from registry.ledger.record import record
from registry.people import Person
from reviews.actions.assignments import stop_reading_of
from reviews.lifecycle import CODE_MODES, Mode, Track
from reviews.models import Alternate, Assignment, Observer, Round
from reviews.permissions import can_be_asked, can_edit


@transaction.atomic
def take(*, actor: Person, round_: Round) -> None:
    """The editor answers for this round from now on; of two who take it at once the second is told."""
    require(actor, "round.take", round_)
    _give(round_, actor)
    record("round.take", round_, actor=actor, version=str(round_.version_id))


@transaction.atomic
def hand(*, actor: Person, round_: Round, editor: Person) -> None:
    """To another editor, who must be free of conflicts."""
    require(actor, "round.hand", round_)
    if not (verdict := can_edit(editor, round_, you=False)):
        raise PermissionDenied(verdict.why)
    _give(round_, editor)
    record("round.hand", round_, actor=actor, version=str(round_.version_id), editor=str(editor.pk))


def _give(round_: Round, editor: Person) -> None:
    same = Round.objects.open().filter(pk=round_.pk, editor=round_.editor_id)
    if same.update(editor=editor) != 1:
        raise StaleError(f"{round_} was taken by somebody else, or closed, a moment ago")
    round_.editor = editor


@transaction.atomic
def set_modes(*, actor: Person, round_: Round, mode: str, science_mode: str) -> None:
    """Before anybody is asked. The code is open or single-blind; the science case may be double-blind."""
    problems = {}
    if mode not in CODE_MODES:
        problems["mode"] = "A code repository names its authors: choose open or single-blind."
    if science_mode not in Mode.values:
        problems["science_mode"] = "Choose open, single-blind or double-blind."
    if problems:
        raise ValidationError(problems)
    require(actor, "round.set_modes", round_)
    Round.objects.open().filter(pk=round_.pk).update(mode=mode, science_mode=science_mode)
    round_.refresh_from_db()
    facts = {"version": str(round_.version_id), "mode": mode, "science_mode": science_mode}
    record("round.set_modes", round_, actor=actor, **facts)


@transaction.atomic
def admit_observer(*, actor: Person, round_: Round, person: Person) -> Observer:
    """Reads all of the round but who reviews; a conflict of interest keeps away from looking, too."""
    observer = Observer(round=round_, person=person, admitted_by=actor)
    require(actor, "round.observe", observer)
    found, new = Observer.objects.get_or_create(round=round_, person=person, defaults={"admitted_by": actor})
    if new:
        readers.admit(version=round_.version, person=person)
        record("round.observe", round_, actor=actor, version=str(round_.version_id), person=str(person.pk))
    return found


@transaction.atomic
def dismiss_observer(*, actor: Person, observer: Observer) -> None:
    require(actor, "round.unobserve", observer)
    round_, person = observer.round, observer.person
    observer.delete()
    record("round.unobserve", round_, actor=actor, version=str(round_.version_id), person=str(person.pk))
    stop_reading_of(version=round_.version, person=person)


@transaction.atomic
def line_up(*, actor: Person, round_: Round, track: str, reviewers: Sequence[Person]) -> list[Alternate]:
    """Whom the registry asks, in this order, when somebody of this track declines, falls silent or steps down.
    Replaces the line there was. Raises PermissionDenied naming the first who must not judge this version."""
    require(actor, "round.line_up", round_)
    if track not in Track.values:
        raise ValidationError({"track": "The track is code or science."})
    if len({r.pk for r in reviewers}) != len(reviewers):
        raise ValidationError({"reviewers": "Somebody stands in line twice."})
    for reviewer in reviewers:
        asked = Assignment(round=round_, reviewer=reviewer, track=track, invited_by=actor)
        if not (verdict := can_be_asked(asked)):
            raise PermissionDenied(verdict.why)
    Alternate.objects.filter(round=round_, track=track).delete()
    line = [
        Alternate(round=round_, track=track, rank=rank, reviewer=reviewer, named_by=actor)
        for rank, reviewer in enumerate(reviewers, 1)
    ]
    Alternate.objects.bulk_create(line)
    record("round.line_up", round_, actor=actor, version=str(round_.version_id), track=track, number=len(line))
    return line
