"""What is written goes into the indexes of words at once: kept in a list for later (PostgreSQL's own way), each search would read that list from end to end."""

from django.db import migrations

INDEXES = ("searchentry_title", "searchentry_words")


def write_at_once(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for index in INDEXES:
            schema_editor.execute(f"ALTER INDEX {index} SET (fastupdate = off)")
            schema_editor.execute(f"SELECT gin_clean_pending_list('{index}')")


def write_later(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for index in INDEXES:
            schema_editor.execute(f"ALTER INDEX {index} RESET (fastupdate)")


class Migration(migrations.Migration):
    dependencies = [("pages", "0002_days")]

    operations = [migrations.RunPython(write_at_once, write_later)]
