"""The pages of members' feeds, of what came of them and of dead links in a real browser: accessible at both widths, and worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse

from museumhub.kit import clock
from museumhub.news.models import Item, OutsideLink, PulledEntry
from tests.browser import Window
from tests.factories.frameworks import TopicFactory
from tests.factories.members import MembershipFactory
from tests.factories.news import (
    FeedSourceFactory,
    ItemFactory,
    NewsRoleFactory,
    PulledEntryFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Window]


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_editors_are_accessible(open_window: Open, width: int) -> None:
    now = clock.now()
    source = FeedSourceFactory(title="Nouvelles", language="fr", last_ok=now)
    source.topics.add(TopicFactory())
    failing = FeedSourceFactory(
        url=f"https://feeds.example/{'long' * 60}",
        title="",
        failures=30,
        failing_since=now - timedelta(days=15),
        parked_at=now,
        trouble="closed",
        detail="403",
    )
    entry = PulledEntryFactory(source=source, title="Une très longue nouvelle " * 6)
    PulledEntryFactory(source=failing, link=f"https://feeds.example/{'x' * 300}")
    PulledEntryFactory(source=source, status="dismissed")
    link = OutsideLink.objects.create(
        url=f"https://gone.example/{'y' * 300}",
        state="dead",
        trouble="missing",
        checked_at=now,
        next_due=now,
    )
    item = ItemFactory()
    link.items.add(item)
    window = open_window(width=width)
    window.sign_in(NewsRoleFactory().person)
    for address in (
        reverse("news:feeds"),
        reverse("news:feeds") + "?named=museum",
        reverse("news:feed", args=[source.oid]),
        reverse("news:feed", args=[failing.oid]),
        reverse("news:feed_change", args=[failing.oid]),
        reverse("news:feed_remove", args=[failing.oid]),
        reverse("news:pulled"),
        reverse("news:pulled") + "?status=dismissed",
        reverse("news:pulled") + "?status=taken",
        reverse("news:pulled_entry", args=[entry.oid]),
        reverse("news:links"),
        reverse("news:edit_item", args=[item.oid]),
    ):
        window.open(address)
        window.check()


def test_administrator_adds_a_feed_and_an_editor_takes_what_comes_of_it(
    open_window: Open,
) -> None:
    member = MembershipFactory()
    window = open_window(width=360)
    window.sign_in(member.person)
    page = window.open(reverse("news:desk"))
    page.get_by_role("link", name="Our feeds").click()
    window.check()
    page.get_by_role("link", name="Add a feed").click()
    page.get_by_label("Address of the feed").fill("museum.example/feed")
    page.get_by_label("The language it is written in").select_option("fr")
    page.get_by_role("button", name="Add the feed").click()
    page.get_by_text("within the next minutes").wait_for()
    window.check()
    source = member.organisation.feeds.get()
    first, second, third = PulledEntryFactory.create_batch(3, source=source)
    other = open_window(width=1280)
    other.sign_in(NewsRoleFactory().person)
    page = other.open(reverse("news:queue"))
    page.get_by_role("link", name="From feeds").click()
    page.get_by_role("checkbox", name=first.title, exact=True).check()
    page.get_by_role("checkbox", name=second.title, exact=True).check()
    page.get_by_role("button", name="Dismiss those ticked").click()
    page.get_by_text("2 entries are dismissed.").wait_for()
    page.get_by_role("link", name=third.title, exact=True).click()
    page.get_by_role("button", name="Take over as a draft").click()
    page.get_by_text("A draft is made.").wait_for()
    other.check()
    page.get_by_role("link", name=third.title, exact=True).click()
    other.check()
    item = Item.objects.get()
    assert page.url.endswith(reverse("news:edit_item", args=[item.oid]))
    assert not PulledEntry.objects.waiting().exists()
