"""What each selfcheck found, and the newest entries that it saw, which are kept as the ledger is."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE TRIGGER heads_only_grow BEFORE UPDATE OR DELETE ON campaigns_ledgerhead
    FOR EACH ROW EXECUTE FUNCTION ledger_only_grows();
CREATE TRIGGER heads_are_not_emptied BEFORE TRUNCATE ON campaigns_ledgerhead
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_not_emptied();
"""

NO_GUARD = """
DROP TRIGGER heads_are_not_emptied ON campaigns_ledgerhead;
DROP TRIGGER heads_only_grow ON campaigns_ledgerhead;
"""
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = (("campaigns", "0006_every_entry_is_chained"),)
    operations = (
        migrations.CreateModel(
            name="SelfcheckRun",
            fields=[
                ("id", ID),
                ("at", models.DateTimeField()),
                ("ok", models.BooleanField()),
                ("breaches", models.JSONField(blank=True, default=dict)),
                ("waiting", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "ordering": ("-at", "-pk"),
                "indexes": [models.Index(fields=["-at"], name="selfchecks_newest_first")],
            },
        ),
        migrations.CreateModel(
            name="LedgerHead",
            fields=[
                ("id", ID),
                ("number", models.PositiveIntegerField()),
                ("chained", models.CharField(max_length=64)),
                ("seen_at", models.DateTimeField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_heads",
                        to="campaigns.campaign",
                    ),
                ),
            ],
            options={"ordering": ("campaign", "number")},
        ),
        migrations.AddConstraint(
            "ledgerhead",
            models.UniqueConstraint(fields=("campaign", "number"), name="a_head_of_a_ledger_is_seen_first_once"),
        ),
        migrations.RunSQL(GUARD, NO_GUARD),
    )
