"""The cache lives in the database, so that signing in and giving work while Redis is away."""

from django.apps.registry import Apps
from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def create_cache_table(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = (("campaigns", "0002_the_ledger_only_grows"),)
    operations = (migrations.RunPython(create_cache_table, migrations.RunPython.noop),)
