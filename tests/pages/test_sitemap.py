"""The sitemap: everything public once, nothing else, in parts that stay as they are and cost one range each."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from museumhub.pages.queries import sitemap
from tests.factories.catalogue import EditionFactory
from tests.factories.frameworks import TopicFactory
from tests.factories.members import OrganisationFactory
from tests.factories.news import NOW, ItemFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITE = "http://127.0.0.1:8000"


def read(client: Client, path: str) -> dict[str, str | None]:
    """The paths of a sitemap or an index with their last change."""
    answer: Any = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    root = ET.fromstring(b"".join(answer.streaming_content))
    entries = {one.findtext(f"{MAP}loc", ""): one.findtext(f"{MAP}lastmod") for one in root}
    assert len(entries) == len(root)
    assert all(entry.startswith(SITE) for entry in entries)
    return {entry.removeprefix(SITE): at for entry, at in entries.items()}


def everything(client: Client) -> dict[str, str | None]:
    """All addresses of all parts."""
    found: dict[str, str | None] = {}
    for path in read(client, "/sitemap.xml"):
        found |= read(client, path)
    return found


def test_sitemap_holds_what_is_public_and_each_address_answers(client: Client) -> None:
    item = ItemFactory(updated_at=NOW - timedelta(hours=1))
    statement = ItemFactory(statement=True)
    for state in ("draft", "submitted", "scheduled", "withdrawn"):
        ItemFactory(slug=f"not-{state}", **{state: True})
    edition = EditionFactory(programme__topics=[TopicFactory()])
    EditionFactory(draft=True, slug="not-yet")
    organisation = OrganisationFactory(slug="ships")

    found = everything(client)

    assert found[item.get_absolute_url()] == "2027-02-01T09:00:00Z"
    for thing in (statement, edition, edition.programme, organisation):
        assert thing.get_absolute_url() in found
    assert {"/", "/news/", "/events/", "/calls/", "/topics/"} <= set(found)
    assert not [path for path in found if "not-" in path]
    assert [path for path in found if client.get(path).status_code != 200] == []


def test_long_tables_are_cut_by_the_key_and_lose_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "IN_A_PART", 3)
    items = ItemFactory.create_batch(8)
    paths = [path for path in read(client, "/sitemap.xml") if "/news-" in path]
    parts = {path: set(read(client, path)) for path in paths}
    assert max(map(len, parts.values())) <= 3
    assert sum(map(len, parts.values())) == 8
    assert set().union(*parts.values()) == {item.get_absolute_url() for item in items}
    # What is gone leaves the others where they were.
    items[0].delete()
    assert {path: set(read(client, path)) for path in paths[1:]} == {
        path: parts[path] for path in paths[1:]
    }


@pytest.mark.parametrize("rows", [3, 300])
def test_sitemap_takes_the_same_queries_for_any_number_of_rows(
    client: Client, rows: int, django_assert_max_num_queries: Any
) -> None:
    organisation = OrganisationFactory()
    ItemFactory.create_batch(rows, organisation=organisation)
    with django_assert_max_num_queries(3):
        paths = read(client, "/sitemap.xml")
    for path in paths:
        with django_assert_max_num_queries(6):
            read(client, path)


@pytest.mark.parametrize(
    "path", ["/sitemaps/pages-2.xml", "/sitemaps/secrets-1.xml", "/sitemaps/news-0.xml"]
)
def test_part_that_cannot_be_is_not_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
