"""The demo's feeds: one that runs in each of two languages, one that fails, and entries that wait."""

from __future__ import annotations

from datetime import datetime

import pytest

from museumhub.news import lifecycle
from museumhub.news.models import FeedSource, Item, PulledEntry
from museumhub.pages.demo.feeds import load_feeds
from museumhub.pages.demo.people import load_organisations

pytestmark = pytest.mark.django_db


def test_feeds_of_the_demo_stand_as_if_they_had_been_asked_and_load_once(now: datetime) -> None:
    organisations = load_organisations(now=now)
    for _time in range(2):
        load_feeds(organisations, now=now)
    assert sorted(FeedSource.objects.values_list("language", "failures", "trouble")) == [
        ("de", 9, "missing"),
        ("en", 0, ""),
        ("fr", 0, ""),
    ]
    assert PulledEntry.objects.waiting().count() == 5
    assert PulledEntry.objects.filter(status=lifecycle.DISMISSED).count() == 1
    assert Item.objects.count() == 0
    assert not FeedSource.objects.due(now).exists()
