"""SourceFile: one file of a version's repository at its commit. SourceText: what stands in it, once per content."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from registry.models.version import Version


class SourceText(models.Model):
    """Only text (UTF-8 without null bytes) of at most registry.sources.LONGEST bytes is kept beside the archive."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()

    def __str__(self) -> str:
        return self.sha256


class SourceFile(models.Model):
    """`kind` link: the sha256 is that of its target. `size` in bytes."""

    class Kind(models.TextChoices):
        TEXT = "text"
        BINARY = "binary"
        LONG = "long"
        LINK = "link"

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="source_files")
    path = models.CharField(max_length=512)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    is_executable = models.BooleanField(default=False)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("path",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("version", "path"), name="one_source_file_per_path")]

    def __str__(self) -> str:
        return self.path
