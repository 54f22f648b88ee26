"""An item of news as lists show it: a picture or a pattern, what kind it is, its words, who and when."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import prefetch_related_objects

from frameworks.models import Element
from museumhub.kit.pictures import Shown
from museumhub.news import wording
from museumhub.news.models import Item, ItemQuerySet

_COLUMNS = (
    *("slug", "kind", "language", "title", "teaser", "published_at", "updated_at", "status"),
    *("starts_at", "ends_at", "closes_at", "time_zone", "place", "online_url", "recording_url"),
    *("translation_of", "organisation__slug", "organisation__name"),
    *(f"picture__{name}" for name in ("oid", "alt", "language", "credit", "rights", "source_url")),
    *("picture__focus_x", "picture__focus_y"),
)


@dataclass(frozen=True)
class Card:
    """One item with what a list says of it. `standing` is what time says of it ("open until …"), often nothing."""

    item: Item
    topics: list[Element]
    standing: wording.Standing | None

    @property
    def values(self) -> tuple[Hashable, ...]:
        """All that `news/_card.html` draws a card from, to be compared; what it shows more belongs in here."""
        item = self.item
        return (
            *(item.slug, item.kind, item.language, item.title, item.teaser, item.published_at),
            *(self.publisher, self.standing, self.picture, self.colour, self.sign),
        )

    @property
    def kind(self) -> str:
        """What kind of news it is, in a word."""
        return str(self.item.of_kind.label)

    @property
    def publisher(self) -> str:
        """The organisation that publishes, or the network itself."""
        return wording.publisher(self.item)

    @cached_property
    def picture(self) -> Shown | None:
        """Its picture, as c-picture draws it; None without one, or while its files are not made."""
        return self.item.picture.shown if self.item.picture is not None else None

    @property
    def colour(self) -> str:
        """The colour of its first topic."""
        return self.topics[0].colour if self.topics else ""

    @property
    def sign(self) -> str:
        """The sign of its first topic, for the pattern where there is no picture."""
        return self.topics[0].sign if self.topics else ""


def with_card_parts(items: ItemQuerySet) -> ItemQuerySet:
    """The columns `cards` reads, and nothing of the long texts."""
    return items.select_related("organisation", "picture").only(*_COLUMNS)


def cards(items: Iterable[Item], now: datetime, *, first: Element | None = None) -> list[Card]:
    """One card for each item, which came from `with_card_parts`: three queries at most, whatever the number.

    `first` is the topic a list is about: its colour and sign come before those of an item's other topics.
    """
    rows = list(items)
    prefetch_related_objects([row for row in rows if row.picture_id], "picture__renditions")
    topics = topics_of(rows)
    return [
        Card(
            item=row,
            topics=sorted(topics.get(row.pk, []), key=lambda topic: topic != first),
            standing=wording.standing(row, now),
        )
        for row in rows
    ]


def topics_of(items: Iterable[Item]) -> dict[int, list[Element]]:
    """The topics of each item in their order, without those retired: two queries, since many items share few topics."""
    pairs = Item.topics.through._default_manager.filter(item__in=[item.pk for item in items])
    under = list(pairs.values_list("item_id", "element_id"))
    current = Element.objects.current().select_related("framework")
    known = current.in_bulk({element for _item, element in under}) if under else {}
    found: dict[int, list[Element]] = {}
    for item, element in under:
        if element in known:
            found.setdefault(item, []).append(known[element])
    for rows in found.values():
        rows.sort(key=lambda topic: (topic.framework_id, topic.order, topic.pk))
    return found


def latest(
    now: datetime, *, topic: Element | None = None, most: int, items: ItemQuerySet | None = None
) -> list[Card]:
    """The newest published items, those of one topic where it is given: four queries at most."""
    found = (Item.objects.all() if items is None else items).published(now).originals(now)
    if topic is not None:
        found = found.about(topic)
    return cards(with_card_parts(found.newest())[:most], now, first=topic)
