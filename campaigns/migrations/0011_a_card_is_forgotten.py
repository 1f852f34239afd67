"""Taking a saved card from its customer is an attempt as well, so that it is tried until Stripe has answered."""

from django.db import migrations, models

KINDS = [
    ("checkout", "Checkout"),
    ("refund", "Refund"),
    ("authorise", "Authorise"),
    ("confirm", "Confirm"),
    ("capture", "Capture"),
    ("release", "Release"),
    ("detach", "Detach"),
    ("transfer", "Transfer"),
    ("reversal", "Reversal"),
]


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0010_disputes_in_parts")]

    operations = [migrations.AlterField("attempt", "kind", models.CharField(choices=KINDS, max_length=12))]
