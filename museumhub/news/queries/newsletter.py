"""What stands in a newsletter, chosen once for all who chose alike; and how many read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import override

from frameworks.models import Element
from museumhub.kit.languages import language_name
from museumhub.kit.refusals import Sentence
from museumhub.kit.urls import absolute
from museumhub.news import wording
from museumhub.news.models import Item, ItemQuerySet, NewsletterDay, Subscription
from museumhub.news.queries.cards import with_card_parts
from museumhub.news.queries.lists import in_the_readers_language
from museumhub.news.rhythm import AHEAD, FREQUENCIES

ITEMS = 12  # that are new, in one letter
AHEAD_OF_US = 5  # that begin or close soon, of each
LOOKED_AT = 60  # the newest; those in the reader's language are taken from among them first


@dataclass(frozen=True)
class Choice:
    """All that decides what stands in a letter; whoever shares it gets the same."""

    language: str
    topics: frozenset[int]
    kinds: frozenset[str]
    frequency: str
    since: datetime


def choice_of(subscription: Subscription, *, since: datetime) -> Choice:
    """What one subscriber shares with others. Needs `topics`."""
    return Choice(
        language=subscription.language,
        topics=frozenset(topic.pk for topic in subscription.topics.all()),
        kinds=frozenset(subscription.kinds),
        frequency=subscription.frequency,
        since=since,
    )


def contents(choice: Choice, *, until: datetime, now: datetime) -> dict[str, Any] | None:
    """What a letter says of the news after `choice.since` up to `until`, as plain JSON; None where nothing is new.

    Each text once, in the reader's language where it is translated; what is in that language comes first.
    A constant number of queries.
    """
    with override(choice.language):
        public = _chosen(Item.objects.published(now).originals(now), choice)
        new = public.filter(published_at__gt=choice.since, published_at__lte=until)
        latest = list(with_card_parts(new.newest())[:LOOKED_AT])
        if not latest:
            return None
        number = len(latest) if len(latest) < LOOKED_AT else new.count()
        read = in_the_readers_language(latest, now)
        shown = sorted(read, key=lambda item: item.language != choice.language)[:ITEMS]
        told = {item.translation_of_id or item.pk for item in shown} | {item.pk for item in shown}
        ahead = now + AHEAD[choice.frequency]
        others = public.exclude(pk__in=told)
        begins = others.filter(starts_at__gt=now, starts_at__lte=ahead).order_by("starts_at", "pk")
        closes = others.filter(closes_at__gt=now, closes_at__lte=ahead).order_by("closes_at", "pk")
        return {
            "headline": shown[0].title,
            "others": number - 1,
            "items": [_line(item, now) for item in shown],
            "rest": number - len(shown),
            "begins": _lines(begins, now),
            "closes": _lines(closes, now),
            "news_url": absolute(reverse("news:list")) + _narrowed(choice),
            "frequency": choice.frequency,
        }


def _chosen(items: ItemQuerySet, choice: Choice) -> ItemQuerySet:
    if choice.topics:
        under = Item.topics.through._default_manager.filter(element__in=choice.topics)
        items = items.filter(pk__in=under.values("item_id"))
    return items.filter(kind__in=choice.kinds) if choice.kinds else items


def _lines(items: ItemQuerySet, now: datetime) -> list[dict[str, Any]]:
    rows = list(with_card_parts(items)[:AHEAD_OF_US])
    return [_line(item, now) for item in in_the_readers_language(rows, now)]


def _line(item: Item, now: datetime) -> dict[str, Any]:
    return {
        "title": item.title,
        "teaser": item.teaser,
        "item_url": absolute(item.get_absolute_url()),
        "kind": str(item.of_kind.label),
        "publisher": wording.publisher(item),
        "written_in": item.language,
        "starts_at": item.starts_at.isoformat() if item.starts_at else "",
        "closes_at": item.closes_at.isoformat() if item.closes_at else "",
        "place": item.place,
    }


def _narrowed(choice: Choice) -> str:
    """The part of an address that narrows the list of news alike, as far as it can."""
    given = {}
    if len(choice.topics) == 1:
        given["topic"] = Element.objects.get(pk=next(iter(choice.topics))).slug
    if len(choice.kinds) == 1:
        given["kind"] = next(iter(choice.kinds))
    return f"?{urlencode(given)}" if given else ""


def own_subscriptions(person: Any) -> list[Subscription]:
    """The newsletters somebody with an account gets: one query."""
    return list(Subscription.objects.confirmed().of(person)) if person.is_authenticated else []


@dataclass(frozen=True)
class Share:
    """How many chose a frequency or a language."""

    label: Sentence
    number: int


@dataclass(frozen=True)
class Readership:
    """What editors see of the newsletter: numbers, and nobody's address."""

    confirmed: int
    unconfirmed: int
    ended: int
    by_frequency: list[Share]
    by_language: list[Share]
    by_topic: list[Share]
    without_topic: int
    days: list[Day]


@dataclass(frozen=True)
class Day:
    """What went out on one day."""

    day: date
    letters: int
    nothing_new: int


DAYS_SHOWN = 30
ENDED_WITHIN = timedelta(days=30)


def readership(now: datetime) -> Readership:
    """Seven queries, whatever the number of readers."""
    confirmed = Subscription.objects.confirmed()
    topics = Element.objects.topics().select_related("framework")
    chosen: Any = topics.annotate(
        readers=Count(
            "newsletters",
            filter=Q(newsletters__confirmed_at__isnull=False, newsletters__ended_at__isnull=True),
        )
    ).order_by("order", "pk")
    frequencies = _counted(confirmed, "frequency")
    languages = _counted(confirmed, "language")
    days = (
        NewsletterDay.objects.values("day")
        .annotate(sent=Sum("letters"), empty=Sum("nothing_new"))
        .order_by("-day")[:DAYS_SHOWN]
    )
    return Readership(
        confirmed=sum(frequencies.values()),
        unconfirmed=Subscription.objects.unconfirmed().count(),
        ended=Subscription.objects.filter(ended_at__gt=now - ENDED_WITHIN).count(),
        by_frequency=[Share(label, frequencies.get(key, 0)) for key, label in FREQUENCIES.items()],
        by_language=[
            Share(language_name(code), number) for code, number in sorted(languages.items())
        ],
        by_topic=[Share(topic.said.short_name, topic.readers) for topic in chosen],
        without_topic=confirmed.filter(topics__isnull=True).count(),
        days=[Day(row["day"], row["sent"], row["empty"]) for row in days],
    )


def _counted(subscriptions: Any, field: str) -> dict[str, int]:
    rows: Iterable[tuple[str, int]] = (
        subscriptions.order_by().values_list(field).annotate(number=Count("pk"))
    )
    return dict(rows)
