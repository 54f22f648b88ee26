"""The newsletter and the reminders in a real browser: accessible at both widths and in the dark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from museumhub.kit import clock
from museumhub.mail.models import Letter
from museumhub.news.models import Subscription
from museumhub.news.services import assembling
from tests.browser import Window
from tests.factories.frameworks import TopicFactory
from tests.factories.news import ItemFactory, NewsRoleFactory, SubscriptionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Window]

TOPICS = (
    ("climate", "Climate and sustainability"),
    ("xr", "Extended reality"),
    ("open-museums", "Open museums"),
    ("crisis", "Museums in times of crisis"),
)


@pytest.fixture(autouse=True)
def topics(settings: Any) -> list[Any]:
    settings.ORGANISERS_NEED_SECOND_FACTOR = False
    first, *others = TOPICS
    made = [TopicFactory(slug=first[0], name=first[1], short_name=first[1], framework__leads=True)]
    framework = made[0].framework
    return made + [
        TopicFactory(slug=slug, name=name, short_name=name, framework=framework)
        for slug, name in others
    ]


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_newsletter_is_subscribed_confirmed_and_left(
    open_window: Open, width: int, scheme: str, language: str
) -> None:
    window = open_window(width=width, scheme=scheme, language=language)
    page = window.open("/newsletter/?topic=climate")
    window.check()
    window.shot(f"newsletter-{language}-{width}-{scheme}")
    page.fill("[name=email]", "no address")
    window.expect("422")
    page.click("main form [type=submit]")
    window.check()
    window.shot(f"newsletter-wrong-{language}-{width}-{scheme}")
    page.fill("[name=email]", "reader@home.example")
    page.click("main form [type=submit]")
    window.check()
    letter = Letter.objects.get()
    assert letter.language == language
    subscription = Subscription.objects.get()
    assert [topic.slug for topic in subscription.topics.all()] == ["climate"]

    for name in ("confirm/", ""):
        window.open(f"/newsletter/{subscription.oid}/{name}")
        window.check()
        window.shot(f"newsletter-{name.strip('/') or 'choices'}-{language}-{width}-{scheme}")
        page.click("main form [type=submit]")
        window.check()
    window.shot(f"newsletter-saved-{language}-{width}-{scheme}")
    window.open(f"/newsletter/{subscription.oid}/unsubscribe/")
    window.check()
    page.click("main form [type=submit]")
    window.check()
    window.shot(f"newsletter-left-{language}-{width}-{scheme}")
    assert Subscription.objects.get().ended_at is not None


def test_newsletter_needs_no_scripts(open_window: Open) -> None:
    window = open_window(width=360, language="fr", scripts=False)
    page = window.open("/newsletter/")
    page.fill("[name=email]", "no address")
    window.expect("422")
    page.click("main form [type=submit]")
    assert page.input_value("[name=email]") == "no address"
    page.fill("[name=email]", "reader@home.example")
    page.check("[name=topics] >> nth=1")
    page.click("main form [type=submit]")
    assert Letter.objects.get().language == "fr"
    subscription = Subscription.objects.get()
    assert [topic.slug for topic in subscription.topics.all()] == ["xr"]
    for name in ("confirm/", "", "unsubscribe/"):
        window.open(f"/newsletter/{subscription.oid}/{name}")
        assert window.overhang() == []
        page.click("main form [type=submit]")
        window.shot(f"newsletter-plain-{name.strip('/') or 'choices'}")
    ended = Subscription.objects.get()
    assert ended.confirmed_at is not None
    assert ended.ended_at is not None


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_event_offers_a_reminder_and_editors_see_numbers(
    open_window: Open, topics: list[Any], width: int, scheme: str
) -> None:
    now = clock.now()
    event = ItemFactory(
        event=True,
        title="Feathers at night: the collection in the light of a few lamps",
        starts_at=now + timedelta(days=6),
        ends_at=now + timedelta(days=6, hours=2),
        published_at=now - timedelta(days=1),
        topics=topics[:1],
    )
    window = open_window(width=width, scheme=scheme)
    window.open(event.get_absolute_url())
    window.check()
    window.shot(f"event-{width}-{scheme}")
    window.open(f"/news/{event.slug}/remind/")
    window.check()
    window.shot(f"remind-{width}-{scheme}")

    for number in range(5):
        SubscriptionFactory(
            covered_until=now - timedelta(days=7),
            next_due_at=now - timedelta(minutes=1),
            topics=topics[: number % 3],
            language=("en", "fr")[number % 2],
        )
    assembling.assemble_due()
    window.sign_in(NewsRoleFactory().person)
    window.open(event.get_absolute_url())
    window.check()
    window.shot(f"event-signed-in-{width}-{scheme}")
    window.page.click("text=Remind me")
    window.check()
    window.open("/edit/newsletter/")
    window.check()
    window.shot(f"readers-{width}-{scheme}")
    window.open("/dashboard/")
    window.check()
    window.shot(f"desk-{width}-{scheme}")
