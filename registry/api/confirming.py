"""What other centres and later runs say of a version, as the API tells it."""

from rest_framework import serializers

from adp.attestation import key_id
from registry.models import Attestation, Health, Replication


class HealthOut(serializers.ModelSerializer[Health]):
    streak = serializers.IntegerField(min_value=0)  # its model field's bound is another in every database

    class Meta:
        model = Health
        fields = ("level", "why", "good_at", "where", "streak", "due_at")


class ReplicationOut(serializers.ModelSerializer[Replication]):
    centre = serializers.CharField(source="centre.handle")
    node = serializers.CharField(source="validation.node")
    engine = serializers.CharField(source="validation.engine")
    run = serializers.CharField(source="validation.run")
    digest = serializers.CharField(source="validation.digest", help_text="of the report of this run")
    first = serializers.CharField(source="first.digest", help_text="digest of the report it is held against")
    at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = Replication
        fields = ("agreement", "centre", "node", "engine", "run", "digest", "first", "at", "table")


class AttestationOut(serializers.ModelSerializer[Attestation]):
    """`envelope` is DSSE with an in-toto Statement v1; `adp verify` proves it with `public_key` alone."""

    run = serializers.CharField(source="validation.run")
    purpose = serializers.CharField(source="validation.purpose")
    verdict = serializers.CharField(source="validation.verdict")
    key_id = serializers.SerializerMethodField(help_text="sha256 of the public key")
    at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = Attestation
        fields = ("node", "run", "purpose", "verdict", "key_id", "public_key", "at", "envelope")

    def get_key_id(self, attestation: Attestation) -> str:
        return key_id(attestation.public_key)
