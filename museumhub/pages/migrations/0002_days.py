"""The newest entries can be found without looking at the others."""

from django.db import migrations, models


def store_as_usual(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE pages_searchentry RESET (toast_tuple_target)")
        schema_editor.execute(
            "ALTER TABLE pages_searchentry ALTER COLUMN title SET STORAGE EXTENDED"
        )


def store_apart(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE pages_searchentry SET (toast_tuple_target = 128)")
        schema_editor.execute(
            "ALTER TABLE pages_searchentry ALTER COLUMN title SET STORAGE EXTERNAL"
        )


class Migration(migrations.Migration):
    dependencies = [("pages", "0001_search")]

    operations = [
        migrations.RemoveIndex(model_name="searchdocument", name="pages_searc_publish_cae438_idx"),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["-day", "-document"], name="pages_searc_day_99c6a2_idx"),
        ),
        migrations.RunPython(store_as_usual, store_apart),
    ]
