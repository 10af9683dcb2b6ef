"""The files of a version's repository, to read and to compare."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0004_purpose"),
    ]

    operations = [
        migrations.CreateModel(
            name="SourceText",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("text", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="SourceFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=512)),
                (
                    "kind",
                    models.CharField(
                        choices=[("text", "Text"), ("binary", "Binary"), ("long", "Long"), ("link", "Link")],
                        max_length=8,
                    ),
                ),
                ("is_executable", models.BooleanField(default=False)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="source_files", to="registry.version"
                    ),
                ),
            ],
            options={
                "ordering": ("path",),
                "constraints": [models.UniqueConstraint(fields=("version", "path"), name="one_source_file_per_path")],
            },
        ),
    ]
