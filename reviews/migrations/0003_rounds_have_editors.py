"""Rounds have an editor and more states; a revision is minor or major: those asked for before were major."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


def carry_over(apps, schema_editor):
    """Old rows in the new words. The rule is that of reviews/actions/follow.py, as it was on this day."""
    for model in ("Decision", "Round"):
        apps.get_model("reviews", model).objects.filter(outcome="revise").update(outcome="major")
    for round_ in apps.get_model("reviews", "Round").objects.filter(state="open"):
        rows = list(round_.assignments.values_list("track", "state"))
        at_work = {track for track, state in rows if state in {"agreed", "reported"}}
        reported = {track for track, state in rows if state == "reported"}
        awaited = any(state in {"invited", "agreed"} for _, state in rows)
        if rows:
            done = len(reported) == 2 and not awaited  # noqa: PLR2004 - the two tracks
            round_.state = "inviting" if len(at_work) < 2 else "deciding" if done else "reviewing"  # noqa: PLR2004
            round_.save(update_fields=["state"])


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0005_source_files"),
        ("reviews", "0002_expired"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alternate",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("track", models.CharField(choices=[("code", "code"), ("science", "science case")], max_length=16)),
                ("rank", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ("track", "rank"),
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("filed", "Filed"), ("upheld", "Upheld"), ("dismissed", "Dismissed")],
                        db_index=True,
                        default="filed",
                        max_length=16,
                    ),
                ),
                ("filed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField()),
                ("rationale", models.TextField(blank=True)),
                ("ruled_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("filed_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Observer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ("since",),
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("subject", models.UUIDField()),
                ("step", models.CharField(max_length=32)),
                ("deadline", models.DateTimeField()),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="decision",
            name="known_decision_outcome",
        ),
        migrations.RemoveConstraint(
            model_name="round",
            name="known_round_state",
        ),
        migrations.RemoveConstraint(
            model_name="round",
            name="known_round_outcome",
        ),
        migrations.RemoveConstraint(
            model_name="round",
            name="one_open_round_per_version",
        ),
        migrations.AddField(
            model_name="decision",
            name="accepts_label",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="decision",
            name="accepts_paths",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="round",
            name="editor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rounds_edited",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="ripe_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="decision",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("accept", "accept"),
                    ("minor", "ask for minor changes"),
                    ("major", "ask for major changes"),
                    ("reject", "reject"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="round",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("accept", "accept"),
                    ("minor", "ask for minor changes"),
                    ("major", "ask for major changes"),
                    ("reject", "reject"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="round",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("inviting", "Inviting"),
                    ("reviewing", "Reviewing"),
                    ("deciding", "Deciding"),
                    ("decided", "Decided"),
                    ("cancelled", "Cancelled"),
                ],
                db_index=True,
                default="open",
                max_length=16,
            ),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["accept", "minor", "major", "reject"])),
                name="known_decision_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepts_label", ""), ("outcome", "minor"), _connector="OR"),
                name="only_minor_changes_are_accepted_ahead",
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["open", "inviting", "reviewing", "deciding", "decided", "cancelled"])
                ),
                name="known_round_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["", "accept", "minor", "major", "reject"])),
                name="known_round_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["deciding", "inviting", "open", "reviewing"])),
                fields=("version",),
                name="one_open_round_per_version",
            ),
        ),
        migrations.AddField(
            model_name="alternate",
            name="named_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="alternate",
            name="reviewer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="alternate",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="alternates", to="reviews.round"
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="decision",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="appeal", to="reviews.decision"
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="editor",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="observer",
            name="admitted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="observer",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="observing", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="observer",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="observers", to="reviews.round"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(fields=("subject", "step", "deadline"), name="one_reminder_per_step"),
        ),
        migrations.AddConstraint(
            model_name="alternate",
            constraint=models.CheckConstraint(
                condition=models.Q(("track__in", ["code", "science"])), name="known_alternate_track"
            ),
        ),
        migrations.AddConstraint(
            model_name="alternate",
            constraint=models.UniqueConstraint(fields=("round", "track", "reviewer"), name="one_place_in_line"),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["filed", "upheld", "dismissed"])), name="known_appeal_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="an_appeal_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="observer",
            constraint=models.UniqueConstraint(fields=("round", "person"), name="observer_once"),
        ),
    ]
