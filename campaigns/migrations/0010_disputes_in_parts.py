"""A dispute says how much was withdrawn and how much is given up, and a bundle's pledges have one row each."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0009_card_failures_and_reconciling")]

    operations = [
        migrations.AlterField("dispute", "stripe_id", models.CharField(max_length=120)),
        migrations.AlterField("fraudwarning", "stripe_id", models.CharField(max_length=120)),
        migrations.AlterField(
            "fraudwarning",
            "done",
            models.CharField(blank=True, help_text="refunded, gone-already, disputed or left-to-staff", max_length=60),
        ),
        migrations.AddConstraint(
            "fraudwarning",
            models.UniqueConstraint(fields=("stripe_id", "pledge"), name="a_fraud_warning_is_told_once_of_a_pledge"),
        ),
        migrations.AddField("dispute", "withdrawn", models.BigIntegerField(default=0)),
        migrations.AddField("dispute", "lost", models.BigIntegerField(default=0)),
        migrations.AddField(
            "dispute",
            "check_at",
            models.DateTimeField(blank=True, help_text="When the sweep looks at Stripe by itself.", null=True),
        ),
        migrations.AddIndex(
            "dispute",
            models.Index(fields=["check_at"], condition=Q(check_at__isnull=False), name="disputes_to_look_after"),
        ),
        migrations.AddConstraint(
            "dispute",
            models.UniqueConstraint(fields=("stripe_id", "pledge"), name="a_dispute_is_told_once_of_a_pledge"),
        ),
        migrations.AddConstraint(
            "dispute",
            models.CheckConstraint(
                condition=Q(lost__gte=0, lost__lte=F("withdrawn")), name="no_more_is_lost_than_was_withdrawn"
            ),
        ),
    ]
