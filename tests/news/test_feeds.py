"""The feeds of the news as feed readers read them: valid, narrowed as the pages are, 304 for who has what there is."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from calendar import timegm
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
import time_machine
from django.test import Client

from museumhub.news.models import Item
from tests.factories.frameworks import TopicFactory
from tests.factories.members import OrganisationFactory
from tests.factories.news import NOW, ItemFactory, PictureFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
FEEDS = ["/news/feed.atom", "/news/feed.json"]
DAY = timedelta(days=1)


def several() -> Item:
    """The newest of three, with everything an entry can say, and with what must be escaped."""
    ItemFactory(event=True, published_at=NOW - 30 * DAY)
    ItemFactory(published_at=NOW - 20 * DAY, organisation=None)
    item: Item = ItemFactory(
        title="Salt & <b>pepper</b> \U0001f9c2",
        teaser="Less than < and “more”.",
        body="## What\n\nA [list](/news/) of <script>alert(1)</script>.",
        language="fr",
        topics=[TopicFactory(slug="climate", short_name="Climate & Co")],
        organisation=OrganisationFactory(name="Museum & Sons", slug="sons"),
        source_name="Somewhere",
        source_url="https://somewhere.example/1?a=b&c=d",
        published_at=NOW - DAY,
        updated_at=NOW - timedelta(hours=1),
    )
    item.tags.add("Salt")
    return item


def test_atom_has_what_rfc_4287_requires(client: Client) -> None:
    item = several()
    answer = client.get("/news/feed.atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.content)
    # 4.1.1: exactly one id, title and updated; an author, since an entry might have none.
    for name in ("id", "title", "updated", "subtitle"):
        assert len(feed.findall(ATOM + name)) == 1, name
    assert feed.findtext(f"{ATOM}id") == "tag:127.0.0.1,2026:news"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "MuseumHub"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "self": "http://127.0.0.1:8000/news/feed.atom",
        "alternate": "http://127.0.0.1:8000/news/",
    }
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 3
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 3
    for entry in entries:
        # 4.1.2, 4.2.6: an id that is an IRI; 3.3: dates with zone; 4.2.7.2: one alternate of a type.
        for name in ("id", "title", "updated", "published"):
            assert len(entry.findall(ATOM + name)) == 1, name
        assert re.fullmatch(
            r"tag:127\.0\.0\.1,2026:news/[a-z2-7]{26}", entry.findtext(f"{ATOM}id", "")
        )
        for name in ("updated", "published"):
            assert datetime.fromisoformat(entry.findtext(ATOM + name, "")).tzinfo is not None
        assert len(entry.findall(f"{ATOM}link[@rel='alternate']")) == 1
        assert entry.findtext(f"{ATOM}author/{ATOM}name")
        assert entry.get(f"{XML}lang")
    assert feed.findtext(f"{ATOM}updated") == max(
        entry.findtext(f"{ATOM}updated", "") for entry in entries
    )
    first = entries[0]
    assert first.findtext(f"{ATOM}title") == item.title
    assert first.find(f"{ATOM}summary").attrib == {"type": "text"}  # type: ignore[union-attr]
    assert first.find(f"{ATOM}content").attrib == {"type": "html"}  # type: ignore[union-attr]
    assert "<script" not in first.findtext(f"{ATOM}content", "")
    assert first.get(f"{XML}lang") == "fr"
    assert feed.get(f"{XML}base") == "http://127.0.0.1:8000/"


def instant(parsed: Any) -> datetime:
    """What feedparser makes of a date, which it has turned to UTC."""
    return datetime.fromtimestamp(timegm(parsed), UTC)


def test_atom_is_read_by_a_feed_reader(client: Client) -> None:
    item = several()
    read = feedparser.parse(client.get("/news/feed.atom").content)
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.title == "News – MuseumHub"
    entry = read.entries[0]
    assert entry.id == f"tag:127.0.0.1,2026:news/{item.oid}"
    assert entry.link == f"http://127.0.0.1:8000{item.get_absolute_url()}"
    assert entry.title == item.title
    assert entry.summary == item.teaser
    assert entry.author_detail.name == "Museum & Sons"
    assert entry.author_detail.href == "http://127.0.0.1:8000/organisations/sons/"
    assert [tag.label for tag in entry.tags] == ["Article", "Climate & Co", "Salt"]
    assert instant(entry.updated_parsed) == item.updated_at
    assert instant(entry.published_parsed) == item.published_at
    assert 'href="http://127.0.0.1:8000/news/"' in entry.content[0].value
    via = [link for link in entry.links if link.rel == "via"]
    assert (via[0].href, via[0].title) == (item.source_url, "Somewhere")


def test_json_feed_has_what_version_1_1_requires(client: Client) -> None:
    item = several()
    answer = client.get("/news/feed.json")
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(answer.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://127.0.0.1:8000/news/feed.json"
    assert feed["home_page_url"] == "http://127.0.0.1:8000/news/"
    assert feed["authors"] == [{"name": "MuseumHub", "url": "http://127.0.0.1:8000/"}]
    assert len({entry["id"] for entry in feed["items"]}) == 3
    for entry in feed["items"]:
        assert isinstance(entry["id"], str)
        assert entry["content_html"] or entry["content_text"]
        assert datetime.fromisoformat(entry["date_published"]).tzinfo is not None
    assert feed["items"][0] == {
        "id": f"tag:127.0.0.1,2026:news/{item.oid}",
        "url": f"http://127.0.0.1:8000{item.get_absolute_url()}",
        "external_url": item.source_url,
        "title": item.title,
        "summary": item.teaser,
        "content_html": feed["items"][0]["content_html"],
        "date_published": "2027-01-31T10:00:00Z",
        "date_modified": "2027-02-01T09:00:00Z",
        "authors": [{"name": "Museum & Sons", "url": "http://127.0.0.1:8000/organisations/sons/"}],
        "tags": ["Article", "Climate & Co", "Salt"],
        "language": "fr",
    }


def test_feeds_hold_the_pictures_of_a_text_with_credit_and_rights(client: Client) -> None:
    picture = PictureFactory(alt="A hall", credit="Ana <Marques>")
    item = ItemFactory(body=f'Look:\n\n![](picture:{picture.oid} "At night")\n\nDone.')
    item.text_pictures.add(picture)
    (entry,) = json.loads(client.get("/news/feed.json").content)["items"]
    shown = picture.shown
    assert f'<img src="http://127.0.0.1:8000{shown.largest}"' in entry["content_html"]
    assert 'alt="A hall"' in entry["content_html"]
    assert "<figcaption>At night · Ana &lt;Marques&gt; · " in entry["content_html"]
    (read,) = feedparser.parse(client.get("/news/feed.atom").content).entries
    assert f"http://127.0.0.1:8000{shown.largest}" in read.content[0].value
    tag = client.get("/news/feed.json")["ETag"]
    type(picture).objects.update(version=picture.version + 1, credit="Somebody else")
    again = client.get("/news/feed.json?fresh", headers={"if-none-match": tag})
    assert "Somebody else" in again.content.decode()


def test_entry_without_a_text_holds_its_teaser(client: Client) -> None:
    ItemFactory(event=True, body="", teaser="Two hours on labels.")
    (entry,) = json.loads(client.get("/news/feed.json").content)["items"]
    assert entry["content_html"] == "<p>Two hours on labels.</p>\n"


@pytest.mark.parametrize("address", FEEDS)
def test_feed_is_narrowed_as_the_page_is(client: Client, address: str) -> None:
    item = several()
    query = "?kind=article&q=pepper&language=fr&topic=climate&tag=salt&year=2027"
    body = client.get(address + query).content.decode()
    assert body.count("tag:127.0.0.1,2026:news/") == 1
    assert item.oid in body
    other_order = "?year=2027&tag=salt&topic=climate&language=fr&q=pepper&kind=article&page="
    assert client.get(address + other_order).content.decode() == body


@pytest.mark.parametrize("address", FEEDS)
@pytest.mark.parametrize("query", ["?topic=moon", "?kind=gossip", "?year=1812", "?tag=x"])
def test_feed_of_what_does_not_exist_does_not_exist(
    client: Client, address: str, query: str
) -> None:
    several()
    assert client.get(address + query).status_code == 404


@pytest.mark.parametrize("address", FEEDS)
def test_feed_holds_what_is_public_only(client: Client, address: str) -> None:
    for state in ("draft", "submitted", "scheduled", "withdrawn"):
        ItemFactory(**{state: True})
    assert "2026:news/" not in client.get(address).content.decode()


@pytest.mark.parametrize("address", FEEDS)
def test_feed_answers_304_until_something_changes(client: Client, address: str) -> None:
    item = several()
    first = client.get(address)
    assert first.status_code == 200
    etag, modified = first["ETag"], first["Last-Modified"]
    again = client.get(address, headers={"if-none-match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert client.get(address, headers={"if-modified-since": modified}).status_code == 304
    assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200

    Item.objects.filter(pk=item.pk).update(title="New", version=2, updated_at=NOW)
    for headers in ({"if-none-match": etag}, {"if-modified-since": modified}):
        changed = client.get(address, headers=headers)
        assert changed.status_code == 200
        assert "New" in changed.content.decode()


@pytest.mark.parametrize("address", FEEDS)
def test_withdrawal_is_a_change(client: Client, address: str) -> None:
    item = several()
    first = client.get(address)
    etag, modified = first["ETag"], first["Last-Modified"]
    Item.objects.filter(pk=item.pk).update(
        status="withdrawn", withdrawn_at=NOW, withdrawn_reason="Wrong."
    )
    for headers in ({"if-none-match": etag}, {"if-modified-since": modified}):
        assert client.get(address, headers=headers).status_code == 200


@pytest.mark.parametrize("address", FEEDS)
def test_item_whose_minute_has_come_is_a_change(client: Client, address: str) -> None:
    several()
    coming = NOW + timedelta(minutes=5)
    ItemFactory(title="Just out", published_at=coming, updated_at=NOW - DAY)
    first = client.get(address)
    etag, modified = first["ETag"], first["Last-Modified"]
    with time_machine.travel(coming, tick=False):
        for headers in ({"if-none-match": etag}, {"if-modified-since": modified}):
            answer = client.get(address, headers=headers)
            assert answer.status_code == 200
            assert "Just out" in answer.content.decode()


@pytest.mark.parametrize("address", FEEDS)
def test_304_reads_no_text(
    client: Client, address: str, django_assert_max_num_queries: Any
) -> None:
    several()
    etag = client.get(address)["ETag"]
    with django_assert_max_num_queries(6) as asked:
        assert client.get(address, headers={"if-none-match": etag}).status_code == 304
    assert not any('"body"' in query["sql"] for query in asked.captured_queries)


@pytest.mark.parametrize("address", FEEDS)
@pytest.mark.parametrize("rows", [3, 40])
def test_feeds_take_the_same_queries_for_any_number_of_items(
    client: Client, address: str, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        item = ItemFactory(with_topic=True, published_at=NOW - timedelta(hours=number))
        item.tags.add(f"tag {number}")
    with django_assert_num_queries(11):
        client.get(address)


@pytest.mark.parametrize("address", FEEDS)
def test_feed_without_items_is_still_a_feed_and_the_same_tomorrow(
    client: Client, address: str
) -> None:
    first = client.get(address)
    assert first.status_code == 200
    with time_machine.travel(NOW + DAY, tick=False):
        assert client.get(address).content == first.content


@pytest.mark.parametrize("address", [*FEEDS, "/news/"])
def test_public_addresses_set_no_cookie_and_refuse_other_methods(
    client: Client, address: str
) -> None:
    several()
    assert not client.get(address).cookies
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", FEEDS)
def test_feeds_speak_the_first_language_of_the_site_whatever_the_reader_asks(
    client: Client, address: str
) -> None:
    several()
    french = client.get(address, headers={"accept-language": "fr"})
    assert french.content == client.get(address).content


def test_page_names_its_feeds(client: Client) -> None:
    several()
    text = client.get("/news/?kind=article").content.decode()
    assert (
        '<link rel="alternate" type="application/atom+xml" title="News" href="/news/feed.atom?kind=article">'
        in text
    )
    assert 'href="/news/feed.json?kind=article"' in text
