"""Shapes of the desk's API. Every field is named: what is not listed reaches nobody."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from reviews.confidentiality import is_blind
from reviews.lifecycle import CODE_MODE_CHOICES, DeclineReason, Mode, Outcome, Recommendation, Track
from reviews.models import Alternate, Appeal, Assignment, Decision, Observer, Round

NAMING = ("product", "version", "commit")


def _blinded(told: dict[str, Any], actor: Any, round_: Round) -> dict[str, Any]:
    return told | {name: "" for name in NAMING if name in told} if is_blind(actor, round_) else told


class DecisionOut(serializers.ModelSerializer[Decision]):
    editor = serializers.CharField(source="editor.username")

    class Meta:
        model = Decision
        fields = ("outcome", "rationale", "editor", "accepts_label", "accepts_paths", "decided_at")
        read_only_fields = fields


class RoundOut(serializers.ModelSerializer[Round]):
    product = serializers.CharField(source="version.product.path")
    version = serializers.CharField(source="version.label")
    commit = serializers.CharField(source="version.commit")
    editor = serializers.CharField(source="editor.username", allow_null=True, default=None)

    class Meta:
        model = Round
        fields = (
            "id", "product", "version", "commit", "number", "state", "mode", "science_mode", "outcome", "editor",
            "opened_at", "due_at",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, instance: Round) -> Any:
        """A blind reviewer is not told which version it is: product, version and commit are empty."""
        return _blinded(super().to_representation(instance), self.context["actor"], instance)


class AppealOut(serializers.ModelSerializer[Appeal]):
    """For the round's editors and the authors."""

    author = serializers.CharField(source="author.username")
    editor = serializers.CharField(source="editor.username", allow_null=True, default=None)

    class Meta:
        model = Appeal
        fields = ("id", "author", "text", "state", "filed_at", "due_at", "editor", "rationale", "ruled_at")
        read_only_fields = fields


class AlternateOut(serializers.ModelSerializer[Alternate]):
    reviewer = serializers.CharField(source="reviewer.username")

    class Meta:
        model = Alternate
        fields = ("track", "rank", "reviewer")
        read_only_fields = fields


class ObserverOut(serializers.ModelSerializer[Observer]):
    person = serializers.CharField(source="person.username")

    class Meta:
        model = Observer
        fields = ("person", "since")
        read_only_fields = fields


class AssignmentOut(serializers.ModelSerializer[Assignment]):
    """Only for the round's editors and the reviewer: it names the reviewer."""

    round = serializers.UUIDField(source="round_id")
    product = serializers.CharField(source="round.version.product.path")
    version = serializers.CharField(source="round.version.label")
    reviewer = serializers.CharField(source="reviewer.username")

    class Meta:
        model = Assignment
        fields = (
            "id", "round", "product", "version", "reviewer", "track", "state", "invited_at", "due_at",
            "decline_reason", "decline_note",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, instance: Assignment) -> Any:
        """As of a round: see there."""
        return _blinded(super().to_representation(instance), self.context["actor"], instance.round)


class ItemOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    question = serializers.CharField()
    why = serializers.CharField()


class AnsweredOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    question = serializers.CharField()
    answer = serializers.CharField()
    note = serializers.CharField()


class ReviewOut(serializers.Serializer[Any]):
    """reviews.telling.Told. `reviewer` and `private_note` are empty for whoever may not know them."""

    id = serializers.UUIDField()
    by = serializers.CharField()
    signed = serializers.BooleanField()
    track = serializers.CharField()
    recommendation = serializers.CharField()
    text = serializers.CharField()
    answers = AnsweredOut(many=True)
    reviewer = serializers.CharField()
    private_note = serializers.CharField()


class RoundWhole(serializers.Serializer[Any]):
    """One round as this reader may see it."""

    round = RoundOut()
    decision = DecisionOut(allow_null=True)
    appeal = AppealOut(allow_null=True)
    assignments = AssignmentOut(many=True)
    reviews = ReviewOut(many=True)


class Strict(serializers.Serializer[Any]):
    """Refuses what it does not know: a misspelt key must not look as if it had worked."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError({name: ["this key is unknown"] for name in unknown})
        return super().to_internal_value(data)


class InviteIn(Strict):
    handle = serializers.CharField(max_length=64)
    track = serializers.ChoiceField(choices=Track.choices)


class NothingIn(Strict):
    pass


class DeclineIn(Strict):
    reason = serializers.ChoiceField(choices=DeclineReason.choices)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class AnswerIn(Strict):
    answer = serializers.CharField(max_length=8)
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class ReportIn(Strict):
    """`answers`: by item of the track's checklist; `draft` true keeps it without sending."""

    answers = serializers.DictField(child=AnswerIn(), required=False, default=dict)
    text = serializers.CharField(max_length=50_000, required=False, allow_blank=True, default="")
    private_note = serializers.CharField(max_length=50_000, required=False, allow_blank=True, default="")
    recommendation = serializers.ChoiceField(
        choices=Recommendation.choices, required=False, allow_blank=True, default=""
    )
    signed = serializers.BooleanField(required=False, default=False)
    draft = serializers.BooleanField(required=False, default=False)


class DecideIn(Strict):
    """`accepts_label`, with minor changes only: that version is accepted by the registry itself once its checks pass
    and nothing but `accepts_paths` differs (empty: anything may)."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    rationale = serializers.CharField(max_length=20_000)
    accepts_label = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    accepts_paths = serializers.ListField(
        child=serializers.CharField(max_length=512), max_length=100, required=False, default=list
    )


class HandleIn(Strict):
    handle = serializers.CharField(max_length=64)


class ModesIn(Strict):
    """`mode` is that of the code."""

    mode = serializers.ChoiceField(choices=CODE_MODE_CHOICES)
    science_mode = serializers.ChoiceField(choices=Mode.choices)


class LineUpIn(Strict):
    """In the order in which they are to be asked; empty: nobody."""

    track = serializers.ChoiceField(choices=Track.choices)
    handles = serializers.ListField(child=serializers.CharField(max_length=64), max_length=20)


class ExtendIn(Strict):
    due_at = serializers.DateTimeField()


class AppealIn(Strict):
    text = serializers.CharField(max_length=20_000)


class RulingIn(Strict):
    rationale = serializers.CharField(max_length=20_000)
