"""Calls: open now by deadline, opening soon, recently closed; and all of them for calendars and feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator

from programmes.catalogue.models import Edition
from programmes.catalogue.models.edition import EditionQuerySet
from programmes.catalogue.queries.cards import Card, cards, with_topics

OPEN_ON_A_PAGE = 20
UPCOMING = 20
CLOSED = 10
RECENTLY = timedelta(days=60)
# Calendars and feeds hold this many calls at most, those that close last left out first.
IN_A_FEED = 200


@dataclass(frozen=True)
class Calls:
    """What the page of calls shows; `page` is the page of open calls."""

    page: Page[Edition]
    open: list[Card]
    upcoming: list[Card]
    closed: list[Card]


def calls(now: datetime, page: str | int = 1, topic: str = "") -> Calls:
    """Published calls around `now`, those of one topic where its slug is given: seven queries at most."""
    editions = with_topics(_of_topic(Edition.objects.all(), topic))
    paginator = Paginator(editions.calls_open_at(now), OPEN_ON_A_PAGE)
    shown = paginator.get_page(page)
    return Calls(
        page=shown,
        open=cards(shown.object_list, now),
        upcoming=cards(editions.calls_upcoming(now)[:UPCOMING], now),
        closed=cards(editions.calls_closed(now, since=now - RECENTLY)[:CLOSED], now),
    )


def _of_topic(editions: EditionQuerySet, topic: str) -> EditionQuerySet:
    if not topic:
        return editions
    of_topic = Edition.objects.filter(
        programme__topics__slug=topic, programme__topics__framework__leads=True
    )
    return editions.filter(pk__in=of_topic.values("pk"))


def for_feeds(now: datetime) -> list[Edition]:
    """Published calls that close at or after `now`, cancelled ones included so that subscribers hear of it."""
    editions = Edition.objects.filter(published_at__isnull=False, call_closes_at__gte=now)
    return list(with_topics(editions).order_by("call_closes_at", "pk")[:IN_A_FEED])


def last_change(now: datetime) -> datetime | None:
    """When what calendars and feeds hold last changed: by somebody's act, or because a call opened or closed."""
    published = Edition.objects.filter(published_at__isnull=False)
    acts = published.filter(call_closes_at__isnull=False, updated_at__lte=now)
    opened = published.filter(call_opens_at__lte=now)
    closed = published.filter(call_closes_at__lt=now)
    instants = [
        acts.order_by("-updated_at").values_list("updated_at", flat=True).first(),
        opened.order_by("-call_opens_at").values_list("call_opens_at", flat=True).first(),
        closed.order_by("-call_closes_at").values_list("call_closes_at", flat=True).first(),
    ]
    return max((instant for instant in instants if instant is not None), default=None)
