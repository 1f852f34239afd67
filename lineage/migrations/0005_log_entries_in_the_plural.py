from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("lineage", "0004_standings_with_place_and_cost")]

    operations = [
        migrations.AlterModelOptions(
            name="logentry",
            options={"ordering": ("pk",), "verbose_name_plural": "log entries"},
        ),
    ]
