"""What a kept page shows is announced when it changes: every table it reads is watched, or is named here with the reason.

And what is kept of a page by itself (`page_cache.kept`, in templates `{% kept %}`) reads tables of the rooms it names alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client

from museumhub.kit import changes, page_cache
from tests.architecture.house import addresses
from tests.architecture.site import walk

TABLES = re.compile(r'(?:FROM|JOIN) "(\w+)"')

# Rows that are never changed alone, or whose change nobody sees.
WITH_ANOTHER = {
    "django_content_type",
    "news_rendition",  # written with its picture
    "kit_storedfile",  # never changed once it is stored
    # Written and announced by pages.services.search, in bulk.
    "pages_searchdocument",
    "pages_searchentry",
    "pages_searchspelling",  # only offers a word where nothing is found
    # The relations between watched rows are announced with the row they belong to.
    *(
        through._meta.db_table
        for model in apps.get_models()
        if changes.watched(model)
        for field in model._meta.local_many_to_many
        if (through := field.remote_field.through) is not None
    ),
}


ROOMS = {
    model._meta.db_table: model._meta.app_label
    for model in apps.get_models(include_auto_created=True)
}
NOT_OF_A_ROOM = {"kit", "contenttypes"}


@pytest.mark.django_db
def test_every_table_a_kept_page_reads_is_watched_and_of_the_rooms_its_parts_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call_command("load_demo", stdout=StringIO(), stderr=StringIO())
    kept = {
        address.route for address in addresses() if getattr(address.view, "cached_for_strangers", 0)
    }
    assert len(kept) >= 12
    watched = {model._meta.db_table for model in apps.get_models() if changes.watched(model)}
    read: dict[str, set[str]] = defaultdict(set)
    here: set[str] = set()
    named: list[tuple[str, set[str]]] = []
    beyond: dict[str, set[str]] = defaultdict(set)
    parts: set[str] = set()

    def listen(execute: Any, sql: str, *args: Any) -> Any:
        tables = TABLES.findall(sql)
        here.update(tables)
        for name, rooms in named:
            beyond[name] |= {ROOMS[table] for table in tables} - NOT_OF_A_ROOM - rooms
        return execute(sql, *args)

    def kept_by_itself(_request: Any, key: Any, rooms: Any, draw: Any) -> Any:
        named.append((key[0], set(rooms)))
        parts.add(key[0])
        try:
            return draw()
        finally:
            named.pop()

    monkeypatch.setattr(page_cache, "kept", kept_by_itself)

    class Reader(Client):
        def request(self, **environ: Any) -> Any:
            here.clear()
            answer: Any = super().request(**environ)
            if answer.resolver_match is not None and (
                f"/{answer.resolver_match.route}" in kept and answer.status_code == 200
            ):
                read[f"/{answer.resolver_match.route}"] |= here
            return answer

    with connection.execute_wrapper(listen):
        walk(Reader(), "/", skip=("/account/", "/styleguide/"))
    assert set(read) >= {"/", "/calls/", "/programmes/<slug:programme>/<slug:edition>/"}
    unheard = {route: found - watched - WITH_ANOTHER for route, found in read.items()}
    assert {route: sorted(found) for route, found in unheard.items() if found} == {}
    assert parts >= {
        "home-news",
        "topic-news",
        "news-list",
        "news-events",
        "news-item",
        "news-feed",
    }
    assert {name: sorted(rooms) for name, rooms in beyond.items() if rooms} == {}
