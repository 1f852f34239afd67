"""What comes in after the last part may be paid as well: one further part after another, each by a person's word."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0011_a_card_is_forgotten")]

    operations = [
        migrations.RemoveConstraint("payout", "each_part_is_paid_once"),
        migrations.AlterField(
            "payout",
            "part",
            models.CharField(
                choices=[("advance", "Advance"), ("remainder", "Remainder"), ("further", "Further")], max_length=12
            ),
        ),
        migrations.AddConstraint(
            "payout",
            models.UniqueConstraint(
                fields=("campaign", "part"),
                condition=~Q(state="failed") & ~Q(part="further", state__in=["sent", "reversed"]),
                name="each_part_is_paid_once",
            ),
        ),
    ]
