"""What is drawn once is drawn anew for other values, in another language and in another zone."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone, translation

from museumhub.kit.parts import Part, Parts
from museumhub.news.models import Item
from museumhub.news.queries import cards, with_card_parts
from museumhub.pages.context import PLACES
from tests.conftest import NOW
from tests.factories.frameworks import TopicFactory
from tests.factories.news import ItemFactory, PictureFactory

CARD = engines["django"].from_string('{% include "news/_card.html" with level=level %}')


@pytest.fixture
def once(settings):
    settings.PAGE_CACHE = True


def test_what_was_used_least_is_thrown_out_and_what_is_put_again_counts_once() -> None:
    parts = Parts(most=10)
    for key in ("a", "b", "a", "c"):
        parts.put(key, Part(key * 4))
        parts.get("a")
    assert [parts.get(key) is not None for key in "abc"] == [True, False, True]
    assert parts.size == 8


@pytest.mark.django_db
@pytest.mark.usefixtures("once")
def test_a_card_is_drawn_anew_when_anything_it_says_has_changed() -> None:
    item = ItemFactory(event=True, picture=PictureFactory())
    item.topics.add(TopicFactory(colour="climate"))

    def drawn(level: int = 3, *, now=NOW) -> str:
        [card] = cards(with_card_parts(Item.objects.filter(pk=item.pk)), now)
        return CARD.render({"card": card, "level": level})

    seen = [drawn()]
    assert drawn() == seen[0]
    changes = (
        (item, "title", "Another title"),
        (item, "teaser", "Another teaser"),
        (item, "slug", "another-address"),
        (item, "language", "fr"),
        (item, "published_at", NOW - timedelta(days=40)),
        (item.organisation, "name", "House of Lace"),
        (item.picture, "alt", "Another hall"),
        (item.picture, "focus_x", 20),
    )
    for thing, name, value in changes:
        setattr(thing, name, value)
        thing.save()
        assert drawn() not in seen, name
        seen.append(drawn())
    item.topics.clear()
    assert drawn() not in seen
    assert drawn(2) not in seen
    assert drawn(now=item.starts_at + timedelta(days=900)) not in seen
    with translation.override("de"):
        assert drawn() not in seen
    with timezone.override("Pacific/Kiritimati"):
        there = drawn()
    item.published_at -= timedelta(hours=14)
    item.save()
    with timezone.override("Pacific/Kiritimati"):
        assert drawn() != there


@pytest.mark.django_db
@pytest.mark.usefixtures("once")
def test_the_header_says_where_one_is(settings) -> None:
    header = engines["django"].from_string(
        "{% once 'header' place %}<c-site-header />{% endonce %}"
    )
    bare = engines["django"].from_string("<c-site-header />")
    paths = [path for one in PLACES for path in (one, f"{one}further/")]
    for path in ["/", "/nowhere/", *paths, *paths]:
        request = RequestFactory().get(path)
        assert header.render({}, request) == bare.render({}, request), path


def test_every_place_the_header_marks_is_known() -> None:
    folder = Path(settings.BASE_DIR) / "templates" / "components"
    marked = {
        address
        for name in ("_main_links.html", "_person_links.html", "site_header.html")
        for tag in re.findall(r"{% here (.*?) %}", (folder / name).read_text())
        for address in re.findall(r'"(.*?)"', tag)
    }
    assert marked == set(PLACES)
