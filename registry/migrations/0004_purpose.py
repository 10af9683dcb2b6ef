from django.db import migrations, models

from registry.ledger.triggers import held_over

PURPOSES = [
    ("check", "first check"),
    ("replication", "replication at another centre"),
    ("revalidation", "re-validation in the same environment"),
    ("rebuild", "re-validation in a rebuilt environment"),
]


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_offer")]

    operations = held_over(
        "registry_validation",
        migrations.AddField(
            model_name="validation",
            name="purpose",
            field=models.CharField(choices=PURPOSES, default="check", max_length=16),
        ),
        migrations.AddConstraint(
            model_name="validation",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", [value for value, _ in PURPOSES])), name="known_purpose"
            ),
        ),
    )
