"""Tries are counted by address, and Carol@Example.com is carol@example.com."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0012_a_further_part")]

    operations = [
        migrations.RemoveIndex("pledge", "pledges_of_an_address"),
        migrations.AddIndex("pledge", models.Index(Lower("email"), "created_at", name="pledges_of_one_address")),
    ]
