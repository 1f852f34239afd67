from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0014_updates_have_pictures")]

    operations = [
        migrations.AlterModelOptions(
            name="journalentry",
            options={"ordering": ("pk",), "verbose_name_plural": "journal entries"},
        ),
    ]
