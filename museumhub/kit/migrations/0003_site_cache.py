"""The table of the database cache (rate limits of sign-in live there), as `createcachetable` makes it."""

from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("kit", "0002_token_bucket")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
