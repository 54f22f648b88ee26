"""What search engines and other sites are told of public pages: canonical addresses, Open Graph, schema.org, other languages."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.factories.catalogue import EditionFactory
from tests.factories.frameworks import FrameworkFactory, TopicFactory
from tests.factories.members import OrganisationFactory
from tests.factories.news import NOW, ItemFactory, PictureFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

SITE = "http://127.0.0.1:8000"


class Meta:
    """The head of a page."""

    def __init__(self, client: Client, path: str, **headers: str) -> None:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, path
        self.policy = answer.headers["Content-Security-Policy"]
        self.text = answer.content.decode()
        self.head = self.text.partition("</head>")[0]
        found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', self.head)
        self.said = {name: unescape(value) for name, value in found}

    def links(self, rel: str) -> list[dict[str, str]]:
        tags = re.findall(rf'<link rel="{rel}"[^>]*>', self.head)
        return [
            {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
            for tag in tags
        ]

    @property
    def canonical(self) -> str:
        [link] = self.links("canonical")
        return link["href"].removeprefix(SITE)

    @property
    def things(self) -> dict[str, Any]:
        """What the page says in the words of schema.org, by its class."""
        found: dict[str, Any] = {}
        blocks = re.findall(
            r'<script type="application/ld\+json">(.*?)</script>', self.text, re.DOTALL
        )
        for block in blocks:
            whole = json.loads(block)
            assert whole["@context"] == "https://schema.org"
            found |= {thing["@type"]: thing for thing in whole.get("@graph", [whole])}
        return found


def test_each_kind_of_public_page_says_what_it_is(client: Client) -> None:
    framework = FrameworkFactory(description="What we steer by.")
    topic = TopicFactory(slug="climate", sign="climate", name="Climate & Co", framework=framework)
    edition = EditionFactory(call_open=True, programme__topics=[topic])
    item = ItemFactory(topics=[topic])
    paths = [
        *("/", "/news/", "/events/", "/calls/", "/programmes/", "/topics/", "/topics/climate/"),
        *(edition.get_absolute_url(), edition.programme.get_absolute_url()),
        *(item.get_absolute_url(), item.organisation.get_absolute_url()),
        topic.framework.get_absolute_url(),
    ]
    for path in paths:
        meta = Meta(client, path)
        assert meta.canonical == path
        assert meta.said["og:url"] == SITE + path
        for name in ("og:title", "og:type", "og:site_name", "og:locale", "og:description"):
            assert meta.said.get(name), f"{path} {name}"
        assert meta.said["og:image"].startswith(f"{SITE}/static/img/og/"), path
        assert finders.find(meta.said["og:image"].removeprefix(f"{SITE}/static/")), path
        assert "script-src" not in meta.policy
        assert "default-src 'self'" in meta.policy
    assert Meta(client, "/topics/climate/").said["og:image"] == f"{SITE}/static/img/og/climate.png"
    assert Meta(client, "/topics/climate/").said["og:title"] == "Climate & Co"


def test_language_of_a_page_and_of_a_text_are_told_apart(client: Client) -> None:
    item = ItemFactory(language="de", title="Salz", teaser="Salz im Museum.")
    meta = Meta(client, item.get_absolute_url(), **{"accept-language": "fr"})
    assert meta.said["og:locale"] == "de_DE"
    assert Meta(client, "/news/", **{"accept-language": "fr"}).said["og:locale"] == "fr_FR"


def test_item_is_an_article_with_its_publisher_and_place_on_the_site(client: Client) -> None:
    museum = OrganisationFactory(name="Museum </script> & Sons", slug="sons")
    item = ItemFactory(
        title="Salt </script><script>alert(1)</script>",
        organisation=museum,
        topics=[TopicFactory(short_name="Climate")],
        updated_at=NOW - timedelta(hours=1),
    )
    item.tags.add("Salt")
    meta = Meta(client, item.get_absolute_url())
    assert "alert(1)</script>" not in meta.text
    said = meta.things["NewsArticle"]
    assert said["headline"] == item.title
    assert said["datePublished"] == "2027-01-29T10:00:00+00:00"
    assert said["dateModified"] == "2027-02-01T09:00:00+00:00"
    assert said["inLanguage"] == "en"
    assert said["publisher"]["name"] == museum.name
    assert said["publisher"]["url"] == f"{SITE}/organisations/sons/"
    assert said["keywords"] == ["Climate", "Salt"]
    trail = meta.things["BreadcrumbList"]["itemListElement"]
    assert [crumb["position"] for crumb in trail] == [1, 2, 3]
    assert [crumb["item"] for crumb in trail] == [
        f"{SITE}/news/",
        f"{SITE}/news/?kind=article",
        SITE + item.get_absolute_url(),
    ]


def test_event_says_when_on_its_own_clock_and_where(client: Client) -> None:
    item = ItemFactory(
        event=True, time_zone="Europe/Athens", place="Lace House", online_url="https://r.example/1"
    )
    meta = Meta(client, item.get_absolute_url())
    said = meta.things["Event"]
    assert said["startDate"] == "2027-02-21T12:00:00+02:00"
    assert said["endDate"] == "2027-02-21T14:30:00+02:00"
    assert said["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [room["@type"] for room in said["location"]] == ["Place", "VirtualLocation"]
    assert said["location"][0]["name"] == "Lace House"
    calendars = [link for link in meta.links("alternate") if link["type"] == "text/calendar"]
    assert calendars[0]["href"] == f"/news/{item.slug}.ics"
    online = ItemFactory(webinar=True)
    said = Meta(client, online.get_absolute_url()).things["Event"]
    assert said["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"


def test_document_says_its_authors_and_identifier(client: Client) -> None:
    item = ItemFactory(publication=True, identifier="10.1000/182")
    said = Meta(client, item.get_absolute_url()).things["Report"]
    assert [author["name"] for author in said["author"]] == ["Ana Duarte", "Ben Okafor"]
    assert said["identifier"] == "https://doi.org/10.1000/182"


def test_same_text_in_other_languages_is_named_by_each(client: Client) -> None:
    english = ItemFactory()
    french = ItemFactory(language="fr", translation_of=english)
    draft = ItemFactory(language="de", translation_of=english, draft=True)
    named = {
        "en": SITE + english.get_absolute_url(),
        "fr": SITE + french.get_absolute_url(),
    }
    for item in (english, french):
        meta = Meta(client, item.get_absolute_url())
        links = [link for link in meta.links("alternate") if "hreflang" in link]
        assert {link["hreflang"]: link["href"] for link in links} == named
    assert draft.slug not in Meta(client, english.get_absolute_url()).text


@pytest.mark.parametrize(
    ("asked", "canonical", "indexed"),
    [
        ("/news/?kind=article&topic=climate", "/news/?topic=climate&kind=article", True),
        ("/news/?kind=&utm_source=x", "/news/", True),
        ("/news/?kind=gossip", "/news/", False),
        ("/news/?q=++salt++lace", "/news/?q=salt+lace", False),
        ("/news/?before=5f-1&kind=article", "/news/?kind=article&before=5f-1", False),
        ("/events/?where=online&topic=climate", "/events/?topic=climate&where=online", True),
        (
            "/programmes/?cost=funded&topic=climate&x=1",
            "/programmes/?topic=climate&cost=funded",
            True,
        ),
    ],
)
def test_filters_have_one_canonical_order(
    client: Client, asked: str, canonical: str, indexed: bool
) -> None:
    TopicFactory(slug="climate")
    meta = Meta(client, asked)
    assert meta.canonical == canonical
    assert ("noindex" not in meta.said.get("robots", "")) is indexed


def test_front_page_says_who_runs_the_site(client: Client) -> None:
    things = Meta(client, "/").things
    assert things["Organization"]["url"] == f"{SITE}/"
    assert things["WebSite"]["publisher"] == {"@id": things["Organization"]["@id"]}


def test_picture_of_an_item_is_what_other_sites_show(client: Client) -> None:
    item = ItemFactory(picture=PictureFactory())
    meta = Meta(client, item.get_absolute_url())
    assert meta.said["og:image"] == SITE + item.picture.shown.largest
    assert meta.said["og:image:alt"] == item.picture.alt
    assert meta.things["NewsArticle"]["image"] == meta.said["og:image"]
