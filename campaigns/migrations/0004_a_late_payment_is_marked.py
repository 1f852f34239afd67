"""A payment that came after its close was decided is marked: its money is never settled with the rest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("campaigns", "0003_a_table_for_the_cache"),)
    operations = (
        migrations.AddField(
            model_name="pledge",
            name="came_late",
            field=models.BooleanField(default=False, help_text="Paid after the close was decided: it goes back."),
        ),
        migrations.AddIndex(
            model_name="follower",
            index=models.Index(fields=["email"], name="followings_of_an_address"),
        ),
    )
