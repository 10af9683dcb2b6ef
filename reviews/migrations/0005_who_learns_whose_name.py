"""Who learns whose name, track by track."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0008_environment_files"),
        ("reviews", "0004_threads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="round",
            name="known_round_mode",
        ),
        migrations.AddField(
            model_name="round",
            name="science_mode",
            field=models.CharField(
                choices=[
                    ("open", "reviewers and authors know each other"),
                    ("single-blind", "reviewers see the authors, authors do not see the reviewers"),
                    ("double-blind", "neither reviewers nor authors see who the others are"),
                ],
                default="single-blind",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="round",
            name="mode",
            field=models.CharField(
                choices=[
                    ("open", "reviewers and authors know each other"),
                    ("single-blind", "reviewers see the authors, authors do not see the reviewers"),
                    ("double-blind", "neither reviewers nor authors see who the others are"),
                ],
                default="single-blind",
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode__in", ("open", "single-blind"))), name="known_round_mode"
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(("science_mode__in", ["open", "single-blind", "double-blind"])),
                name="known_science_mode",
            ),
        ),
    ]
