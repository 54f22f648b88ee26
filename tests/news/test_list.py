"""The list of news: what leads, what it is narrowed by, how it is turned."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from museumhub.news.models import Item
from museumhub.news.queries import lists
from tests.factories.frameworks import TopicFactory
from tests.factories.members import OrganisationFactory
from tests.factories.news import NOW, ItemFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

DAY = timedelta(days=1)


def titles(client: Client, query: str = "", **headers: str) -> list[str]:
    """The items on a page in their order, the lead first."""
    answer = client.get(f"/news/{query}", headers=headers)
    assert answer.status_code == 200
    content = answer.context["content"]
    lead = [content.lead.item.title] if content.lead else []
    shown = [*lead, *(card.item.title for card in content.cards)]
    assert all(title in answer.content.decode() for title in shown)
    return shown


def test_list_shows_what_is_published_the_latest_first(client: Client) -> None:
    ItemFactory(title="Old", published_at=NOW - 9 * DAY)
    ItemFactory(title="New", published_at=NOW - DAY)
    ItemFactory(title="Draft", draft=True)
    ItemFactory(title="To come", scheduled=True)
    ItemFactory(title="Taken back", withdrawn=True)
    assert titles(client) == ["New", "Old"]


def test_empty_list_says_so(client: Client) -> None:
    assert "Nothing is published yet" in client.get("/news/").content.decode()


def narrowing() -> dict[str, Item]:
    """Two items that differ in everything; the first is what each filter finds."""
    topic = TopicFactory(slug="climate", short_name="Climate")
    found = ItemFactory(
        event=True,
        title="Floods and depots",
        language="fr",
        topics=[topic],
        organisation=OrganisationFactory(slug="ships"),
        published_at=NOW - 400 * DAY,
    )
    found.tags.add("Open data")
    other = ItemFactory(title="Lace", topics=[TopicFactory()])
    other.tags.add("Lace")
    return {"found": found, "other": other}


@pytest.mark.parametrize(
    "query",
    [
        "?topic=climate",
        "?kind=event",
        "?tag=open-data",
        "?q=flood",
        "?q=DEPOTS++flood",
        "?organisation=ships",
        "?language=fr",
        "?year=2025",
        "?year=2025&month=12",
        "?topic=climate&kind=event&tag=open-data&q=flood&organisation=ships&language=fr&year=2025",
    ],
)
def test_filter_leaves_what_fits(client: Client, query: str) -> None:
    narrowing()
    assert titles(client, query) == ["Floods and depots"]


@pytest.mark.parametrize(
    "words", ["musee", "Musée", "MUSÉES", "evora", "EVORA,", "ch\u00e2teau", "chateau"]
)
def test_words_are_found_whatever_their_accents_and_case(client: Client, words: str) -> None:
    ItemFactory(title="Musées à Évora", teaser="Une nuit au Ch\u00e2teau.", language="fr")
    ItemFactory(title="Lace")
    assert titles(client, f"?{urlencode({'q': words})}") == ["Musées à Évora"]


def test_german_word_is_found_inside_a_longer_one(client: Client) -> None:
    ItemFactory(title="Das Küstengartenfest", language="de")
    ItemFactory(title="A kindergarten", language="en")
    for words in ("garten", "Gartenfest", "fest", "Küste", "kustengart"):
        assert titles(client, f"?{urlencode({'q': words})}") == ["Das Küstengartenfest"]


@pytest.mark.parametrize("words", ["'", "':*", "a:*|b", "%", "_", "\\", "place@ghent", "!!!"])
def test_signs_in_words_are_not_read_as_a_query(client: Client, words: str) -> None:
    ItemFactory(event=True, title="Lace", place="Ghent")
    assert client.get(f"/news/?{urlencode({'q': words})}").status_code == 200
    assert titles(client, f"?{urlencode({'q': f'{words} lace'})}") in ([], ["Lace"])


def test_words_follow_the_text_and_the_place(client: Client) -> None:
    item = ItemFactory(event=True, title="Lace", place="Gand")
    item.title, item.place = "Dentelle", "Ghent"
    item.save(update_fields=["title", "place"])
    assert titles(client, "?q=dentelle") == ["Dentelle"]
    assert titles(client, "?q=lace") == titles(client, "?q=ghent") == []


def test_filters_that_nothing_fits_offer_a_way_back(client: Client) -> None:
    narrowing()
    text = client.get("/news/?kind=event&language=en").content.decode()
    assert "Nothing fits these filters" in text
    assert 'href="/news/"' in text


def test_each_filter_in_force_can_be_removed(client: Client) -> None:
    narrowing()
    text = client.get("/news/?topic=climate&kind=event&q=flood").content.decode()
    chips = re.findall(r'class="chip" href="([^"]+)"', text)
    assert [chip.replace("&amp;", "&") for chip in chips] == [
        "/news/?kind=event&q=flood",
        "/news/?topic=climate&q=flood",
        "/news/?topic=climate&kind=event",
    ]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?topic=moon", "There is no topic “moon”."),
        ("?kind=gossip", "There is no kind of news called “gossip”."),
        ("?tag=nothing", "Nothing carries the keyword “nothing”."),
        ("?organisation=nobody", "There is no organisation “nobody”."),
        ("?language=tlh", "This site has no texts in “tlh”."),
        ("?month=3", "“3” is no month of a year."),
        ("?year=2025&month=13", "“13” is no month of a year."),
        ("?year=1812", "There is nothing from the year “1812”."),
    ],
)
def test_filter_that_means_nothing_is_left_out_with_a_sentence(
    client: Client, query: str, sentence: str
) -> None:
    narrowing()
    answer = client.get(f"/news/{query}&q=flood")
    assert sentence in answer.content.decode()
    assert [card.item.title for card in answer.context["content"].cards] == ["Floods and depots"]


def test_list_of_a_topic_wears_its_colour(client: Client) -> None:
    first = TopicFactory(slug="climate", colour="climate", order=1)
    second = TopicFactory(slug="xr", colour="xr", order=2)
    ItemFactory(topics=[first, second])
    for query, colour in (
        ("?topic=xr", "xr"),
        ("?topic=climate", "climate"),
        ("?kind=article", "climate"),
    ):
        [card] = client.get(f"/news/{query}").context["content"].cards
        assert card.colour == colour


def test_month_ends_with_its_last_instant_on_the_clock_of_the_site(
    client: Client, settings: Any
) -> None:
    settings.TIME_ZONE = "Europe/Brussels"
    for title, published in (
        ("December", datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)),
        ("January", datetime(2026, 12, 31, 23, 0, tzinfo=UTC)),
    ):
        ItemFactory(title=title, published_at=published)
    assert titles(client, "?year=2026&month=12") == ["December"]
    assert titles(client, "?year=2027&month=1") == ["January"]
    assert titles(client, "?year=2026&month=11") == []


def test_place_that_means_nothing_is_the_beginning(client: Client) -> None:
    ItemFactory(title="One")
    assert titles(client, "?before=nowhere") == ["One"]


def test_pages_are_turned_with_their_filters(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(lists, "ON_A_PAGE", 2)
    for number in range(5):
        ItemFactory(title=f"Item {number}", published_at=NOW - number * DAY)
    ItemFactory(title="Other", event=True, published_at=NOW - DAY)

    seen, address = [], "?kind=article"
    while address:
        answer = client.get(f"/news/{address}")
        seen.append([card.item.title for card in answer.context["content"].cards])
        older = re.search(
            r'rel="next" href="(\?kind=article&amp;before=[^"]+)"', answer.content.decode()
        )
        address = older[1].replace("&amp;", "&") if older else ""
    assert seen == [["Item 0", "Item 1"], ["Item 2", "Item 3"], ["Item 4"]]

    newer = re.search(r'rel="prev" href="([^"]+)"', answer.content.decode())
    assert newer
    assert titles(client, newer[1].replace("&amp;", "&")) == ["Item 2", "Item 3"]


def test_text_stands_there_once_in_the_language_of_the_reader(client: Client) -> None:
    original = ItemFactory(title="Salt")
    ItemFactory(title="Sel", language="fr", translation_of=original, published_at=NOW - DAY)
    ItemFactory(title="Salz", language="de", translation_of=original, draft=True)
    assert titles(client) == ["Salt"]
    assert titles(client, **{"accept-language": "fr"}) == ["Sel"]
    assert titles(client, **{"accept-language": "de"}) == ["Salt"]
    assert titles(client, "?language=fr") == ["Sel"]


def test_translation_of_what_is_not_public_stands_for_itself(client: Client) -> None:
    original = ItemFactory(title="Salt", draft=True)
    ItemFactory(title="Sel", language="fr", translation_of=original)
    assert titles(client) == ["Sel"]


@pytest.mark.parametrize("rows", [3, 30])
@pytest.mark.parametrize("query", ["", "?topic=climate&tag=salt&kind=article&year=2027&q=item"])
def test_list_takes_the_same_queries_for_any_number_of_items(
    client: Client, rows: int, query: str, django_assert_max_num_queries: Any
) -> None:
    topic = TopicFactory(slug="climate")
    for number in range(rows):
        item = ItemFactory(
            topics=[topic, TopicFactory()],
            published_at=NOW - timedelta(hours=number),
            language="fr" if number % 2 else "en",
        )
        item.tags.add("Salt")
    with django_assert_max_num_queries(10):
        client.get(f"/news/{query}")
