"""Why a version is run: to be judged for the first time, at another centre, or again as it ages."""

from django.db.models import TextChoices


class Purpose(TextChoices):
    """`check` alone decides what becomes of a version; the others say how well its verdict holds."""

    CHECK = "check", "first check"
    REPLICATION = "replication", "replication at another centre"
    REVALIDATION = "revalidation", "re-validation in the same environment"
    REBUILD = "rebuild", "re-validation in a rebuilt environment"
