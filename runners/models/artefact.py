"""RunArtefact: a file an attempt has handed in; it belongs to the version only once the run is finished."""

from typing import ClassVar

from django.db import models

KINDS = ("source", "manifest", "report", "log", "product", "picture", "sbom", "lock")
MEDIA = {
    "csv": "text/csv",
    "ecsv": "text/csv",
    "fits": "application/fits",
    "gz": "application/gzip",
    "hdf5": "application/x-hdf5",
    "json": "application/json",
    "lock": "text/plain",
    "parquet": "application/vnd.apache.parquet",
    "png": "image/png",
    "toml": "application/toml",
    "txt": "text/plain",
    "vot": "application/x-votable+xml",
    "xml": "application/x-votable+xml",
}


class RunArtefact(models.Model):
    run = models.ForeignKey("runners.Run", on_delete=models.CASCADE, related_name="artefacts")
    attempt = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering = ("run", "attempt", "kind", "name")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("run", "attempt", "kind", "name"), name="one_artefact_per_name")
        ]

    def __str__(self) -> str:
        return f"{self.run_id}#{self.attempt} {self.name}"

    @property
    def media_type(self) -> str:
        """By the name's ending, from a closed list: a stranger does not choose what a browser makes of a file."""
        return MEDIA.get(self.name.rpartition(".")[2].lower(), "application/octet-stream")
