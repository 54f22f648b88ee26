"""What feeds hold, and the little that decides whether they changed, asked without reading a text."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from frameworks.models import Framework
from museumhub.news.models import Item, ItemQuerySet
from museumhub.news.queries.lists import Filters, narrowed

IN_A_FEED = 30


def in_feed(filters: Filters, now: datetime) -> ItemQuerySet:
    """The newest items that fit."""
    return narrowed(Item.objects.published(now), filters, now).newest()[:IN_A_FEED]


def with_feed_parts(items: ItemQuerySet) -> ItemQuerySet:
    """All that an entry says: seven queries, one more where there are pictures in texts."""
    beside = items.select_related("organisation", "picture", "file")
    return beside.prefetch_related(  # type: ignore[misc]  # taggit has no types
        "topics__framework", "tags", "picture__renditions__file", "text_pictures__renditions"
    )


def marks(items: ItemQuerySet) -> list[tuple[object, ...]]:
    """What changes whenever the facts of these items do: two queries."""
    rows = items.values_list(
        *("pk", "version", "updated_at", "status", "organisation__version", "picture__version"),
        # The files of a picture come some time after it.
        "picture__due_at",
    )
    loaded = Framework.objects.aggregate(last=Max("updated_at"))["last"]
    return [*rows, (loaded,)]


def marks_with_texts(items: ItemQuerySet) -> list[tuple[object, ...]]:
    """What changes whenever what a feed says of these items does, pictures in their texts too: three queries."""
    known = marks(items)
    in_texts = Item.text_pictures.through.objects.filter(item__in=[row[0] for row in known[:-1]])
    pictures = in_texts.order_by("pk").values_list("pk", "picture__version", "picture__due_at")
    return [*known, *pictures]


def last_change(now: datetime) -> datetime | None:
    """When anything about the public news last changed: somebody's act, or an item whose minute had come.

    Of all items, whatever a feed is narrowed to: one that was withdrawn, or moved to another topic, is in no
    feed any more that could say so.
    """
    public = Item.objects.published(now)
    instants = [
        public.newest().values_list("published_at", flat=True).first(),
        public.order_by("-updated_at").values_list("updated_at", flat=True).first(),
        Item.objects.filter(withdrawn_at__isnull=False)
        .order_by("-withdrawn_at")
        .values_list("withdrawn_at", flat=True)
        .first(),
    ]
    return max((instant for instant in instants if instant is not None), default=None)
