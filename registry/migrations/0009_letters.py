"""Letters: what the registry tells by mail, until it is sent."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0008_environment_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="letters_wanted",
            field=models.CharField(
                choices=[("each", "as it happens"), ("daily", "once a day, together"), ("none", "not at all")],
                default="each",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("subject", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("path", models.CharField(max_length=500)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="registry.event"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="letters", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("created_at",),
                "indexes": [
                    models.Index(condition=models.Q(("sent_at", None)), fields=["person"], name="letters_to_be_sent")
                ],
                "constraints": [models.UniqueConstraint(fields=("event", "person"), name="one_letter_per_event")],
            },
        ),
    ]
