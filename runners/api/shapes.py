"""Shapes of this desk's API. What nodes send is bounded field by field; output only reads."""

import json
import math
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from adp.report import STAGES
from runners.actions.claim import Claim
from runners.actions.replicate import first
from runners.attempts import attempts
from runners.conf import conf
from runners.cost import Asked, cost, points_of
from runners.lifecycle import PHASES
from runners.models import Run
from runners.models.artefact import KINDS
from runners.outlook import outlook

PROGRESS = ("fetch", *STAGES, "report")
VERDICTS = ("passed", "failed", "error", "skipped")
CAPABILITIES = 16 << 10
NAME = 255
HELD = 10_000  # files of reference data one node tells of
SHA256 = r"^[0-9a-f]{64}$"


@extend_schema_field(OpenApiTypes.STR)
class RawText(serializers.Field[str, Any, Any, Any]):
    """A log may hold any character; what cannot be kept is made visible later."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or len(data) > conf().log_batch:
            raise serializers.ValidationError(f"a text of at most {conf().log_batch} characters")
        return data


class SmallObject(serializers.DictField):
    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict) or len(text := json.dumps(data)) > CAPABILITIES or "\\u0000" in text:
            raise serializers.ValidationError(f"an object of at most {CAPABILITIES} bytes of JSON")
        return data


class HoldingIn(serializers.Serializer[Any]):
    sha256 = serializers.RegexField(SHA256)
    size = serializers.IntegerField(min_value=0, max_value=1 << 60)
    title = serializers.CharField(max_length=200, allow_blank=True, default="")
    private = serializers.BooleanField(default=False)


class RegisterIn(serializers.Serializer[Any]):
    attest_key = serializers.RegexField(SHA256, help_text="hex of the 32 bytes of an ed25519 public key")


class ClaimIn(serializers.Serializer[Any]):
    wait = serializers.FloatField(min_value=0, default=0)
    engine = serializers.CharField(max_length=32)
    cores = serializers.IntegerField(min_value=1, max_value=1 << 16)
    memory = serializers.IntegerField(min_value=1, max_value=1 << 50)
    arch = serializers.CharField(max_length=32)
    gpu = serializers.IntegerField(min_value=0, max_value=1024, default=0)
    slots = serializers.IntegerField(min_value=1, max_value=1024, default=1)
    room = serializers.IntegerField(min_value=0, max_value=1 << 60, default=0)
    held = serializers.ListField(child=HoldingIn(), max_length=HELD, required=False)
    busy = serializers.ListField(child=serializers.UUIDField(), max_length=1024, default=list)
    capabilities = SmallObject(default=dict)


class StageIn(serializers.Serializer[Any]):
    name = serializers.ChoiceField(PROGRESS)
    verdict = serializers.ChoiceField(VERDICTS)
    seconds = serializers.FloatField(min_value=0, max_value=1e7)


class StepIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100, required=False)
    index = serializers.IntegerField(min_value=0, max_value=10_000, required=False)
    total = serializers.IntegerField(min_value=0, max_value=10_000, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs and len(attrs) != len(self.fields):
            raise serializers.ValidationError("a step has a name, an index and a total")
        return attrs


class ProgressIn(serializers.Serializer[Any]):
    stages = serializers.ListField(child=StageIn(), max_length=len(PROGRESS))
    step = StepIn()


class PointIn(serializers.ListField):
    """[seconds since the attempt began, cores busy, bytes of memory, bytes of disk, processes]"""

    child = serializers.FloatField(min_value=0, max_value=1e18)

    def __init__(self, **more: Any) -> None:
        super().__init__(min_length=5, max_length=5, **more)

    def to_internal_value(self, data: Any) -> list[float]:
        found: list[float] = super().to_internal_value(data)
        if not all(map(math.isfinite, found)):
            raise serializers.ValidationError("five finite numbers")
        return found


class HeartbeatIn(serializers.Serializer[Any]):
    phase = serializers.ChoiceField([str(phase) for phase in PHASES], default="")
    stage = serializers.ChoiceField(PROGRESS, allow_blank=True)
    progress = ProgressIn()
    usage = serializers.ListField(child=PointIn(), max_length=64, default=list)


class LogIn(serializers.Serializer[Any]):
    n = serializers.IntegerField(min_value=0, max_value=1 << 30)
    text = RawText()


class FinishIn(serializers.Serializer[Any]):
    """Either a report, or why there is none. With the report of a replication what the judge saw of the products
    (adp-replication/1), and what the node signed (DSSE)."""

    report = serializers.JSONField(required=False)
    replication = serializers.JSONField(required=False)
    attestation = serializers.JSONField(required=False)
    infra = serializers.CharField(max_length=4000, required=False)
    handed_back = serializers.BooleanField(default=False)
    reference = serializers.ListField(
        child=SmallObject(), max_length=100, required=False, help_text="what is wrong with reference data, as findings"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("report" in attrs) == ("infra" in attrs):
            raise serializers.ValidationError("give either a report or infra, the reason why there is none")
        return attrs


class ArtefactIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=NAME)
    kind = serializers.ChoiceField(KINDS)
    sha256 = serializers.RegexField(SHA256)

    def validate_name(self, value: str) -> str:
        path = PurePosixPath(value)
        if path.is_absolute() or ".." in path.parts or str(path) != value or not value.isprintable():
            raise serializers.ValidationError("a plain relative path, such as maps/flux.fits")
        return value


def order(claim: Claim) -> dict[str, Any]:
    """What a node is asked to do (runners/node/order.py reads it)."""
    run, version = claim.run, claim.run.version
    source = {name: getattr(version, name) for name in ("url", "ref", "commit", "tree")}
    said = {"product": version.product.path, "version": version.label}
    timing = {"lease": conf().lease, "beat": conf().beat}
    node, known = run.node, first(run=run)
    centre = node.centre.handle if node and node.centre else ""
    about = {
        "purpose": run.purpose,
        "node": str(node or ""),
        "centre": centre,
        "first": asdict(known) if known else None,
    }
    own = {"run": str(run.pk), "attempt": run.attempt, "token": claim.token}
    return own | timing | about | {"source": source | said}


class RunOut(serializers.ModelSerializer[Run]):
    product = serializers.CharField(source="version.product.path", read_only=True)
    version = serializers.CharField(source="version.label", read_only=True)
    node = serializers.StringRelatedField[Any](read_only=True, allow_null=True)
    centre = serializers.CharField(source="node.centre.handle", read_only=True, default="")
    outlook = serializers.SerializerMethodField()
    asked = serializers.SerializerMethodField()
    cost = serializers.SerializerMethodField()
    attempts = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields = (
            "id",
            "product",
            "version",
            "purpose",
            "state",
            "verdict",
            "stage",
            "progress",
            "attempt",
            "faults",
            "node",
            "centre",
            "why",
            "outlook",
            "asked",
            "cost",
            "attempts",
            "queued_at",
            "started_at",
            "heartbeat_at",
            "lease_until",
            "not_before",
            "finished_at",
        )
        read_only_fields = fields

    def get_outlook(self, run: Run) -> dict[str, Any]:
        """The sentence of the page: {"say", "then", "at", "position", "of"}."""
        found = outlook(run)
        return {name: getattr(found, name) for name in ("say", "then", "at", "position", "of")}

    def get_asked(self, run: Run) -> dict[str, float]:
        """What each command may use: {"cpus", "memory" and "disk" in bytes, "seconds"}."""
        return asdict(Asked.of(run))

    def get_cost(self, run: Run) -> dict[str, Any]:
        """{"cpu_seconds", "wall_seconds", "peak_memory_bytes", "output_bytes", "is_final"}: of the report, or so far"""
        return asdict(cost(run, points_of(run)))

    def get_attempts(self, run: Run) -> list[dict[str, Any]]:
        """Oldest first: [{"number", "node", "began", "ended", "how"}]; `how` is a sentence, empty while it goes on."""
        return [asdict(each) for each in attempts(run)]
