"""Changes an item of the news every second until it is ended, as an editor would: python -m tests.bench.publishing"""

from __future__ import annotations

import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "museumhub.settings")
django.setup()

from museumhub.kit import clock  # noqa: E402
from museumhub.news.models import Item  # noqa: E402


def main() -> None:
    # Not among the newest, so that each page has the same to show.
    item = Item.objects.published(clock.now()).newest()[200]
    while True:
        item.save()
        time.sleep(1)


if __name__ == "__main__":
    main()
