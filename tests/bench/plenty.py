"""Fills the site's database for the public pages, and says which addresses are measured.

python -m tests.bench.plenty ITEMS ORGANISATIONS    prints JSON: name of the page to its path
"""

from __future__ import annotations

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "museumhub.settings")
django.setup()

from django.db import connection  # noqa: E402

from museumhub.kit import clock  # noqa: E402
from museumhub.kit.keyset import Place  # noqa: E402
from museumhub.news.models import Item  # noqa: E402
from museumhub.pages.demo import plenty  # noqa: E402

TOPIC = "climate"
PAGE = 500


def main(items: int, organisations: int) -> None:
    now = clock.now()
    plenty.organisations(organisations, now=now)
    plenty.news(items, now=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    under = Item.objects.published(now).filter(topics__slug=TOPIC).newest()
    size = 20
    # Of a thousand items there are no 500 pages: then the last one.
    there = min(PAGE * size, under.count() - size - 1)
    at = under[there]
    item = under[3]
    assert at.published_at is not None
    pages = {
        "home": "/",
        "topic": f"/topics/{TOPIC}/",
        "news of a topic": f"/news/?topic={TOPIC}",
        "the same, page 500": f"/news/?topic={TOPIC}&before={Place(at.published_at, at.pk)}",
        "one item": item.get_absolute_url(),
        "feed": f"/news/feed.atom?topic={TOPIC}",
        "search": "/search/?q=museum+harbour",
    }
    print(json.dumps(pages))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
