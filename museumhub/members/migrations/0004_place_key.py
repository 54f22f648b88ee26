from django.db import migrations, models

from museumhub.kit.text import comparison_key


def fill(apps, schema_editor):
    """The key of the place, of the organisations that are there."""
    organisations = apps.get_model("members", "Organisation").objects
    batch = []
    for one in organisations.exclude(place="").only("pk", "place").iterator(chunk_size=500):
        one.place_key = comparison_key(one.place)[:240]
        batch.append(one)
        if len(batch) == 500:
            organisations.bulk_update(batch, ["place_key"])
            batch = []
    organisations.bulk_update(batch, ["place_key"])


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_places_and_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="place_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=240),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
