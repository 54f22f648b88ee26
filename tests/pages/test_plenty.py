"""Organisations and news in bulk: as many as asked for, always the same, and as valid as what people write."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.translation import override

from museumhub.members.models import Organisation
from museumhub.news import kinds
from museumhub.news.models import Item
from museumhub.pages.demo import plenty
from tests.factories.frameworks import TopicFactory
from tests.factories.members import OrganisationFactory
from tests.factories.news import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def test_bulk_is_made_once(client: Client) -> None:
    TopicFactory.create_batch(7)
    OrganisationFactory()
    assert plenty.organisations(40, now=NOW) == 40
    assert plenty.organisations(40, now=NOW) == 0
    assert plenty.organisations(50, now=NOW) == 10
    assert plenty.news(300, now=NOW) == 300
    assert plenty.news(300, now=NOW) == 0
    assert plenty.news(310, now=NOW) == 10
    assert (Organisation.objects.count(), Item.objects.count()) == (51, 310)


def test_bulk_is_public_plausible_and_shown(client: Client) -> None:
    TopicFactory.create_batch(7)
    plenty.organisations(20, now=NOW)
    plenty.news(200, now=NOW)

    items = Item.objects.published(NOW)

    assert items.count() == 200
    assert len(set(items.values_list("kind", flat=True))) >= 9
    assert set(items.values_list("language", flat=True)) == {"en", "fr", "de"}
    assert not items.filter(topics__isnull=True).exists()
    for item in items.order_by("pk")[:30]:
        with override(item.language):
            item.full_clean(exclude=["organisation", "translation_of", "result", "picture", "file"])
        assert item.kind in kinds.KINDS
    assert client.get("/news/").status_code == 200
    assert client.get("/events/calendar.ics").status_code == 200
    assert client.get(items.newest()[0].get_absolute_url()).status_code == 200


def test_same_rows_come_each_time() -> None:
    TopicFactory.create_batch(7)
    plenty.organisations(20, now=NOW)
    plenty.news(30, now=NOW)
    once = list(Item.objects.order_by("pk").values_list("slug", "title", "kind", "published_at"))
    Item.objects.all().delete()
    plenty.news(30, now=NOW)
    again = list(Item.objects.order_by("pk").values_list("slug", "title", "kind", "published_at"))
    assert again == once
