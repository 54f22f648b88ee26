"""The front page: the story that leads, calls with their deadlines, news of members, topics."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.factories.catalogue import EditionFactory
from tests.factories.frameworks import TopicFactory
from tests.factories.news import NOW, ItemFactory, PictureFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def test_newest_story_with_a_picture_leads_and_stands_there_once(client: Client) -> None:
    ItemFactory(title="Newest", published_at=NOW - timedelta(hours=1))
    ItemFactory(title="Pictured", published_at=NOW - timedelta(hours=2), picture=PictureFactory())
    ItemFactory(title="Waiting", published_at=NOW, picture=PictureFactory(waiting=True))
    ItemFactory(title="Secret", draft=True)
    call = EditionFactory(call_open=True, title="Nights")
    TopicFactory(name="Museums for Climate")

    answer = client.get("/")
    content, text = answer.context["content"], answer.content.decode()

    assert content.story.item.title == "Pictured"
    assert [card.item.title for card in content.news] == ["Waiting", "Newest"]
    assert text.count(">Pictured</a>") == 1
    assert "Secret" not in text
    assert text.index("Pictured") < text.index(call.get_absolute_url()) < text.index("Newest")
    assert text.index("Newest") < text.index("Museums for Climate")


def test_without_news_the_call_that_closes_next_leads(client: Client) -> None:
    EditionFactory(call_open=True, title="Nights", programme__title="Museum")
    content = client.get("/").context["content"]
    assert content.story is None
    assert content.lead.edition.title == "Nights"
    assert content.calls == []


def test_without_anything_the_page_says_what_the_network_does(client: Client) -> None:
    assert "Museums get further together" in client.get("/").content.decode()


@pytest.mark.parametrize("rows", [3, 30])
def test_front_page_takes_the_same_queries_for_any_number_of_rows(
    client: Client, rows: int, django_assert_max_num_queries: Any
) -> None:
    topic = TopicFactory()
    for number in range(rows):
        published = NOW - timedelta(hours=number)
        original = ItemFactory(topics=[topic, TopicFactory()], published_at=published)
        ItemFactory(language="fr", translation_of=original, published_at=published)
        EditionFactory(call_open=True)
    original.picture = PictureFactory()
    original.save()
    with django_assert_max_num_queries(15):
        client.get("/", headers={"accept-language": "fr"})
