"""Round: one version before its judges, once."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from registry import queries as registry
from registry.ledger.machine import Machine
from registry.people import Person
from reviews.lifecycle import CODE_MODES, ROUND, STANDING, UNDER_WAY, AssignmentState, Mode, Outcome, RoundState, Track

if TYPE_CHECKING:
    from typing import Self


PUBLIC = ("published", "superseded")  # states of a version whose reports anybody may read; DESIGN §2


class RoundQuerySet(models.QuerySet["Round"]):
    """Who is what in a round. Nobody is two things: an author or a reviewer is not its editor."""

    def open(self) -> Self:
        """Not decided and not cancelled."""
        return self.filter(state__in=UNDER_WAY)

    def authored_by(self, actor: Any) -> Self:
        person = known(actor)
        if person is None:
            return self.none()
        return self.filter(version__in=_authored_by(person))

    def reviewed_by(self, actor: Any) -> Self:
        person = known(actor)
        if person is None:
            return self.none()
        asked = Q(assignments__reviewer=person, assignments__state__in=STANDING)
        return self.filter(pk__in=Round.objects.filter(asked).values("pk"))

    def observed_by(self, actor: Any) -> Self:
        person = known(actor)
        if person is None:
            return self.none()
        return self.filter(pk__in=Round.objects.filter(observers__person=person).values("pk"))

    def blind_to(self, actor: Any) -> Self:
        """Rounds in which the actor must not learn who the authors are: reviewed double-blind, not public yet."""
        person = known(actor)
        if person is None:
            return self.none()
        mine = Q(assignments__reviewer=person, assignments__track=Track.SCIENCE)
        blind = Round.objects.filter(mine, science_mode=Mode.DOUBLE_BLIND).exclude(version__state__in=PUBLIC)
        return self.filter(pk__in=blind.values("pk"))

    def edited_by(self, actor: Any) -> Self:
        person = known(actor)
        if person is None or not person.is_editor:
            return self.none()
        mine = Round.objects.authored_by(person).values("pk"), Round.objects.reviewed_by(person).values("pk")
        return self.exclude(pk__in=mine[0]).exclude(pk__in=mine[1])

    def told_to(self, actor: Any) -> Self:
        """Decided rounds whose reports the actor may read without names: as author, as reviewer, or as the public."""
        person = known(actor)
        read = Q(version__state__in=PUBLIC)
        if person is not None:
            reported = Q(pk__in=_reported_by(person)) & ~Q(pk__in=Round.objects.blind_to(person).values("pk"))
            read |= Q(version__in=_authored_by(person)) | reported
        return self.filter(read, state=RoundState.DECIDED)

    def visible_to(self, actor: Any) -> Self:
        parts = (self.edited_by, self.reviewed_by, self.authored_by, self.observed_by, self.told_to)
        seen = Q(pk__in=())
        for part in parts:
            seen |= Q(pk__in=part(actor).order_by().values("pk"))
        return self.filter(seen)


def known(actor: Any) -> Person | None:
    """An anonymous or switched-off account sees what the public sees."""
    return actor if isinstance(actor, Person) and actor.is_active else None


def _authored_by(person: Person) -> Any:
    return registry.versions_of(person).order_by().values("pk")


def _reported_by(person: Person) -> Any:
    reported = Q(assignments__reviewer=person, assignments__state=AssignmentState.REPORTED)
    return Round.objects.filter(reported).values("pk")


class Round(models.Model):
    """`mode` holds for the code, `science_mode` for the science case. `editor` is the one who took it on (nobody: any
    editor may act); `ripe_at` is when the last report came in."""

    MACHINE: ClassVar[Machine] = ROUND

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey("registry.Version", on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=16, choices=RoundState.choices, default=RoundState.OPEN, db_index=True)
    mode = models.CharField(max_length=16, choices=Mode.choices, default=Mode.SINGLE_BLIND)
    science_mode = models.CharField(max_length=16, choices=Mode.choices, default=Mode.SINGLE_BLIND)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="rounds_edited"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    ripe_at = models.DateTimeField(null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ("opened_at", "id")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RoundState.values), name="known_round_state"),
            models.CheckConstraint(condition=Q(mode__in=CODE_MODES), name="known_round_mode"),
            models.CheckConstraint(condition=Q(science_mode__in=Mode.values), name="known_science_mode"),
            models.CheckConstraint(condition=Q(outcome__in=["", *Outcome.values]), name="known_round_outcome"),
            models.UniqueConstraint(fields=("version", "number"), name="one_round_per_number"),
            models.UniqueConstraint(
                fields=("version",), condition=Q(state__in=sorted(UNDER_WAY)), name="one_open_round_per_version"
            ),
        ]

    def __str__(self) -> str:
        # no name of the version: it begins with who owns it, and this may end in a sentence to a blind reviewer
        return f"round {self.number}"

    def mode_of(self, track: str) -> str:
        """`mode` is that of the code."""
        return self.science_mode if track == Track.SCIENCE else self.mode

    @property
    def is_open(self) -> bool:
        return self.state in UNDER_WAY
