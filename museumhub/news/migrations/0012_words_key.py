from django.db import migrations, models

from museumhub.kit.keys import index_of, key

AT_ONCE = 500
MAKE, DROP = index_of("item_by_words", "news_item", "words_key")


def fill(apps, schema_editor):
    """The key of the items that are there, a few at a time, so that nobody waits long for a row."""
    items = apps.get_model("news", "Item").objects
    last = 0
    while True:
        batch = list(
            items.filter(pk__gt=last)
            .order_by("pk")
            .only("pk", "language", "title", "teaser", "place")[:AT_ONCE]
        )
        if not batch:
            return
        for one in batch:
            one.words_key = key(f"{one.title} {one.teaser}", language=one.language, place=one.place)
        items.bulk_update(batch, ["words_key"])
        last = batch[-1].pk


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)  # one that was broken off stands there and is not used
        schema_editor.execute(MAKE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("news", "0011_reminders"),
    ]

    operations = [
        migrations.AddField(
            model_name="item",
            name="words_key",
            field=models.TextField(db_default="", default="", editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(make, drop),
    ]
