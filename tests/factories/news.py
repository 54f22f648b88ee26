"""Items of news for tests: `ItemFactory(event=True)` is a published event; `draft=`, `submitted=`, `scheduled=True` say otherwise.

The traits of the kinds give an item all its kind needs to go out.
"""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory
from PIL import Image, ImageDraw

from museumhub.kit import clock, uploads
from museumhub.news import models
from museumhub.news.rhythm import Rhythm
from museumhub.news.services import rendering
from tests.factories.frameworks import TopicFactory
from tests.factories.members import OrganisationFactory, PersonFactory

# The instant of the fixture `now` in tests/conftest.py.
NOW = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)


class NewsRoleFactory(DjangoModelFactory):
    """An editor of the news."""

    class Meta:
        model = models.NewsRole

    person = factory.SubFactory(PersonFactory)
    since = NOW - timedelta(days=80)


def drawn(size: tuple[int, int] = (400, 300), colour: str = "teal") -> bytes:
    """A PNG with a line across it."""
    content = BytesIO()
    picture = Image.new("RGB", size, colour)
    ImageDraw.Draw(picture).line((0, 0, *size), fill="white", width=9)
    picture.save(content, "PNG")
    return content.getvalue()


def picture_file(
    name: str = "hall.png", *, content: bytes | None = None, size: tuple[int, int] = (400, 300)
) -> SimpleUploadedFile:
    """A picture as a form sends it."""
    return SimpleUploadedFile(name, content or drawn(size), "image/png")


def _stored(picture) -> Any:
    checked = uploads.check(picture_file(size=(picture.width, picture.height)), ["png"], uploads.MB)
    return uploads.store(checked, now=picture.created_at)


class PictureFactory(DjangoModelFactory):
    """A picture with all that readers need, its files made; `waiting=True` for one no worker has seen yet."""

    class Meta:
        model = models.Picture
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Picture {n}")
    width, height = 400, 300
    file = factory.LazyAttribute(_stored)
    alt = "A white line across a green field"
    language = "en"
    credit = "Ana Marques"
    rights = "https://creativecommons.org/licenses/by/4.0/"
    organisation = factory.SubFactory(OrganisationFactory)
    created_at = NOW - timedelta(days=4)
    updated_at = NOW - timedelta(days=4)

    @factory.post_generation
    def waiting(self, create, extracted, **options):
        if not create:
            return
        self.due_at = min(self.created_at, clock.now())
        if not extracted:
            self.due_at -= timedelta(days=1000)  # before all others that wait: the first is taken
        self.save()
        if not extracted:
            claimed = rendering._claim(clock.now())
            assert claimed is not None
            assert claimed.pk == self.pk
            assert rendering._render(claimed)
            self.refresh_from_db()


class ItemFactory(DjangoModelFactory):
    """A published article in English of a museum, without topics unless `topics=[…]` are given; `with_topic=True` makes one."""

    class Meta:
        model = models.Item
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(status="draft", published_at=None)
        submitted = factory.Trait(
            status="submitted", published_at=None, submitted_at=NOW - timedelta(hours=2)
        )
        changes_asked = factory.Trait(
            status="changes_asked", published_at=None, submitted_at=NOW - timedelta(hours=2)
        )
        scheduled = factory.Trait(status="scheduled", published_at=NOW + timedelta(days=1))
        withdrawn = factory.Trait(
            status="withdrawn",
            withdrawn_at=NOW - timedelta(hours=1),
            withdrawn_reason="The date was wrong.",
        )
        pulled = factory.Trait(
            status="submitted",
            published_at=None,
            submitted_at=NOW - timedelta(hours=2),
            source_name="Museum of Feathers",
            source_url="https://feathers.example/news/1",
        )
        of_network = factory.Trait(organisation=None)

        event = factory.Trait(
            kind="event",
            starts_at=NOW + timedelta(days=20),
            ends_at=NOW + timedelta(days=20, hours=2, minutes=30),
            time_zone="Europe/Brussels",
            place="Museum of Feathers, Ghent",
        )
        webinar = factory.Trait(
            kind="webinar",
            starts_at=NOW + timedelta(days=10),
            ends_at=NOW + timedelta(days=10, hours=1),
            time_zone="Europe/Brussels",
            online_url="https://rooms.example/webinar",
        )
        feedback = factory.Trait(
            kind="feedback",
            closes_at=NOW + timedelta(days=14),
            time_zone="Europe/Brussels",
            link="https://consultations.example/museums",
        )
        publication = factory.Trait(
            kind="publication",
            authors="Ana Duarte; Ben Okafor",
            year=2026,
            link="https://library.example/report.pdf",
        )
        toolkit = factory.Trait(kind="toolkit", link="https://library.example/toolkit")
        recommendation = factory.Trait(kind="recommendation", dated=date(2027, 1, 15))
        campaign = factory.Trait(kind="campaign", link="https://campaign.example/")
        fund = factory.Trait(kind="fund", link="https://fund.example/")
        initiative = factory.Trait(kind="initiative", link="https://initiative.example/")
        statement = factory.Trait(kind="statement", dated=date(2027, 1, 20))

    kind = "article"
    slug = factory.Sequence(lambda n: f"item-{n}")
    language = "en"
    title = factory.Sequence(lambda n: f"Item {n}")
    teaser = "Museums act together."
    body = "Museums act **together**."
    organisation = factory.SubFactory(OrganisationFactory)
    author = None
    status = "published"
    published_at = NOW - timedelta(days=3)
    created_at = NOW - timedelta(days=5)
    updated_at = factory.LazyAttribute(lambda item: min(item.published_at or NOW, NOW))

    @factory.post_generation
    def topics(self, create, extracted, **options):
        if create and extracted:
            self.topics.set(extracted)

    @factory.post_generation
    def with_topic(self, create, extracted, **options):
        if create and extracted:
            self.topics.add(TopicFactory())

    @factory.post_generation
    def partners(self, create, extracted, **options):
        if create and extracted:
            self.partners.set(extracted)


class FeedSourceFactory(DjangoModelFactory):
    """A feed of a museum, due for the first time at NOW."""

    class Meta:
        model = models.FeedSource

    organisation = factory.SubFactory(OrganisationFactory)
    url = factory.Sequence(lambda n: f"http://feeds.museum.example/{n}")
    title = factory.Sequence(lambda n: f"Feed {n}")
    language = "en"
    added_at = NOW - timedelta(days=30)
    next_due = NOW


class PulledEntryFactory(DjangoModelFactory):
    """An entry that waits for an editor."""

    class Meta:
        model = models.PulledEntry

    source = factory.SubFactory(FeedSourceFactory)
    guid = factory.Sequence(lambda n: f"guid-{n}")
    link = factory.Sequence(lambda n: f"https://museum.example/news/{n}")
    title = factory.Sequence(lambda n: f"Entry {n}")
    summary = "The museum is open at night."
    published_at = NOW - timedelta(days=2)
    first_seen_at = NOW - timedelta(days=1)
    seen_at = NOW - timedelta(days=1)


class EndorsementFactory(DjangoModelFactory):
    """A person who stands behind a statement and is named; `organisation=` makes it that organisation's."""

    class Meta:
        model = models.Endorsement

    class Params:
        of_organisation = factory.Trait(
            organisation=factory.SubFactory(OrganisationFactory), email="", name="", affiliation=""
        )
        asked = factory.Trait(status="asked", since=None)

    statement = factory.SubFactory(ItemFactory, statement=True)
    email = factory.Sequence(lambda n: f"signatory{n}@letters.example")
    name = factory.Sequence(lambda n: f"Signatory {n}")
    affiliation = "Archivist, Net Loft Museum"
    language = "en"
    status = "stands"
    asked_at = NOW - timedelta(days=2)
    since = NOW - timedelta(days=1)


class SubscriptionFactory(DjangoModelFactory):
    """Somebody who gets the newsletter on Tuesdays at eight in Brussels, and was told the news up to the last one."""

    class Meta:
        model = models.Subscription
        skip_postgeneration_save = True

    class Params:
        asked = factory.Trait(confirmed_at=None, covered_until=None, next_due_at=None)

    email = factory.Sequence(lambda n: f"reader{n}@letters.example")
    frequency, day, hour = "weekly", 1, 8
    time_zone = "Europe/Brussels"
    language = "en"
    asked_at = NOW - timedelta(days=40)
    confirmed_at = NOW - timedelta(days=40)
    covered_until = factory.LazyAttribute(
        lambda one: Rhythm(one.frequency, one.day, one.hour, one.time_zone).before(NOW)
    )
    next_due_at = factory.LazyAttribute(
        lambda one: Rhythm(one.frequency, one.day, one.hour, one.time_zone).after(NOW)
    )

    @factory.post_generation
    def topics(self, create, extracted, **options):
        if create and extracted:
            self.topics.set(extracted)


class ReminderFactory(DjangoModelFactory):
    """Somebody who is reminded of an event a day before it begins."""

    class Meta:
        model = models.Reminder

    class Params:
        asked = factory.Trait(confirmed_at=None)

    item = factory.SubFactory(ItemFactory, event=True)
    email = factory.Sequence(lambda n: f"reminded{n}@letters.example")
    language = "en"
    time_zone = "Europe/Brussels"
    asked_at = NOW - timedelta(days=2)
    confirmed_at = NOW - timedelta(days=2)
