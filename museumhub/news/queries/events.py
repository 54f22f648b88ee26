"""Events and webinars by the day they begin: those to come, those of a year that are over, and those of a calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from museumhub.kit.keyset import Place, Turned, turn
from museumhub.news import kinds, lifecycle
from museumhub.news.models import Item, ItemQuerySet
from museumhub.news.queries.cards import Card, cards, with_card_parts
from museumhub.news.queries.lists import Filters, bounds, narrowed, years_between

ON_A_PAGE = 30
IN_A_CALENDAR = 300
# Calendars keep an event for so long after it is over.
KEPT = timedelta(days=31)


@dataclass(frozen=True)
class Month:
    """The events that begin in one month, on the clock of each event."""

    first: date
    cards: list[Card]


@dataclass(frozen=True)
class Events:
    """One page of events by month. `past`: they are over, the latest first."""

    past: bool
    months: list[Month]
    turned: Turned[Item]


def events(
    filters: Filters, now: datetime, *, before: Place | None = None, after: Place | None = None
) -> Events:
    """Those not yet over, the next first; with a year those of it that are over: two queries, whatever the number."""
    shown = with_card_parts(happening(filters, now))
    turned = turn(
        shown,
        size=ON_A_PAGE,
        before=before,
        after=after,
        by="starts_at",
        latest_first=filters.year is not None,
    )
    grouped = groupby(cards(turned.rows, now, first=filters.topic), key=_month)
    months = [Month(first, list(rows)) for first, rows in grouped]
    return Events(past=filters.year is not None, months=months, turned=turned)


def happening(filters: Filters, now: datetime) -> ItemQuerySet:
    """Those events that fit and are not over, or with a year those that began in it and are."""
    items = Item.objects.published(now).filter(kind__in=kinds.having("starts_at"))
    if filters.year is None:
        items = items.filter(ends_at__gte=now)
    else:
        first, end = bounds(filters.year)
        items = items.filter(starts_at__gte=first, starts_at__lt=end, ends_at__lt=now)
    return narrowed(items, replace(filters, year=None), now)


def _month(card: Card) -> date:
    starts = card.item.starts_at
    assert starts is not None  # noqa: S101 - only events are asked for
    local = starts.astimezone(ZoneInfo(card.item.time_zone or settings.TIME_ZONE))
    return local.date().replace(day=1)


def years_of_events(now: datetime) -> list[int]:
    """The years with events that are over, the latest first: one query."""
    return years_between(Item.objects.published(now).filter(ends_at__lt=now), "starts_at")


def in_calendar(filters: Filters, now: datetime) -> ItemQuerySet:
    """Those that fit and are not long over, the next first; also those withdrawn, so that subscribers hear of it."""
    kept = now - KEPT
    public = Q(status=lifecycle.PUBLISHED, published_at__lte=now)
    gone = Q(status=lifecycle.WITHDRAWN, withdrawn_at__isnull=False)
    items = Item.objects.filter(public | gone, ends_at__gte=kept)
    return narrowed(items, replace(filters, year=None), now).order_by("starts_at", "pk")[
        :IN_A_CALENDAR
    ]


def with_event_parts(items: ItemQuerySet) -> ItemQuerySet:
    """All that an entry of a calendar says: two queries."""
    return items.select_related("organisation").prefetch_related("topics__framework")
