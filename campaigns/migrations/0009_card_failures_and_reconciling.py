"""Cards that were refused are counted, and comparisons with Stripe are kept."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0008_money_that_survives"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReconcileRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("since", models.DateTimeField()),
                ("ok", models.BooleanField()),
                ("compared", models.PositiveIntegerField()),
                ("differences", models.JSONField(blank=True, default=list)),
            ],
            options={
                "ordering": ("-at", "-pk"),
                "indexes": [models.Index(fields=["-at"], name="reconcile_runs_newest_first")],
            },
        ),
        migrations.CreateModel(
            name="CardFailure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stripe_id", models.CharField(max_length=120, unique=True)),
                ("code", models.CharField(blank=True, help_text="Stripe's reason.", max_length=60)),
                ("at", models.DateTimeField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="card_failures",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="card_failures", to="campaigns.pledge"
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-pk"),
                "indexes": [models.Index(fields=["at"], name="card_failures_by_time")],
            },
        ),
    ]
