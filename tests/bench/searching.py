"""How long searches of many sorts take, one after the other: python -m tests.bench.searching

Prints JSON: milliseconds of the search itself, and of a whole page of results, made without any cache.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "museumhub.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils.http import urlencode  # noqa: E402

from museumhub.kit import clock  # noqa: E402
from museumhub.pages.forms import read_search  # noqa: E402
from museumhub.pages.queries.search import search  # noqa: E402

ROUNDS = 10
WORDS = (
    *("museum", "archives", "flood", "volunteers", "harbour", "biodiversity", "depot", "musées"),
    *("Küstenmuseum", "bénévoles", "without plastic", "oral histories", "shared catalogue town"),
    *(
        '"a virtual gallery"',
        '"after two years of work"',
        "museum -archives",
        "young curators share",
    ),
    *("Museum of Salt Ghent", "Évora", "climate", "wayfinding", "videogames", "zzqx", "musuem"),
)
NARROWED = (
    {"kind": "event"},
    {"kind": "organisation"},
    {"topic": "climate"},
    {"language": "fr"},
    {"kind": "news", "language": "de", "topic": "climate"},
)


def addresses() -> list[str]:
    """Every word by itself and narrowed in one way."""
    plain = [{"q": word} for word in WORDS]
    narrowed = [{"q": word, **NARROWED[place % len(NARROWED)]} for place, word in enumerate(WORDS)]
    return [urlencode(one) for one in (*plain, *narrowed)]


def found(query: str, now: datetime) -> None:
    asked = read_search(QueryDict(query))
    search(
        query=asked.query,
        filters=asked.filters,
        organisation=asked.organisation,
        topics=asked.topics,
        page=1,
        now=now,
    )


def timed(act: Callable[[str], object]) -> list[float]:
    """Milliseconds of each, after one round that is not counted."""
    times = []
    for number in range(ROUNDS + 1):
        for query in addresses():
            began = time.perf_counter()
            act(query)
            if number:
                times.append((time.perf_counter() - began) * 1000)
    return times


def main() -> None:
    settings.PAGE_CACHE = False
    now = clock.now()
    reader = Client(SERVER_NAME=settings.SITE_HOST)
    print(
        json.dumps(
            {
                "search": timed(lambda query: found(query, now)),
                "page of results": timed(lambda query: reader.get(f"/search/?{query}")),
            }
        )
    )


if __name__ == "__main__":
    main()
