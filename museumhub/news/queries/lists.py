"""The list of news: what it is narrowed by, as an address says it, and one page of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Min, Q
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from frameworks.models import Element, Tag
from museumhub.kit.keys import WordBegins, words
from museumhub.kit.keyset import Place, Turned, turn
from museumhub.kit.languages import language_name
from museumhub.kit.refusals import Sentence
from museumhub.kit.zones import at_wall_clock
from museumhub.members.models import Organisation
from museumhub.news import kinds
from museumhub.news.models import Item, ItemQuerySet
from museumhub.news.queries.cards import Card, cards, with_card_parts

ON_A_PAGE = 24
# So far back a picture makes a story lead.
LEAD_AMONG = 12
# Words of `q` and of a place that are looked for; the others are left out.
MOST_WORDS = 8


# Where something happens: online, or at a place (which may be both).
WHERE: dict[str, Sentence] = {"online": gettext_lazy("Online"), "place": gettext_lazy("At a place")}


@dataclass(frozen=True)
class Filters:
    """What a list of news, a feed or a calendar is narrowed by. Each may be empty.

    `place` (words of it) and `where` (a key of `WHERE`) are for events; `year` is that of the publication,
    of events that of their first day; a `month` stands with a year only.
    """

    q: str = ""
    topic: Element | None = None
    kind: str = ""
    tag: Tag | None = None
    organisation: Organisation | None = None
    language: str = ""
    place: str = ""
    where: str = ""
    year: int | None = None
    month: int | None = None

    @property
    def any(self) -> bool:
        """Whether anything is narrowed at all."""
        return self != Filters()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """As they stand in an address, always in the same order, those that are empty left out."""
        values = [
            ("topic", self.topic.slug if self.topic else ""),
            ("kind", self.kind),
            ("tag", self.tag.slug if self.tag else ""),
            ("q", self.q),
            ("organisation", self.organisation.slug if self.organisation else ""),
            ("language", self.language),
            ("place", self.place),
            ("where", self.where),
            ("year", str(self.year) if self.year else ""),
            ("month", str(self.month) if self.month else ""),
        ]
        return [(name, value) for name, value in values if value]

    @property
    def query(self) -> str:
        """With the question mark; empty for none."""
        return f"?{urlencode(self.pairs)}" if self.pairs else ""

    def labels(self) -> list[tuple[str, str]]:
        """What is in force, by its name in the address and as people read it."""
        said = {
            "topic": self.topic.said.short_name if self.topic else "",
            "kind": str(kinds.KINDS[self.kind].plural) if self.kind else "",
            "tag": self.tag.name if self.tag else "",
            "q": _("“%(words)s”") % {"words": self.q},
            "organisation": self.organisation.name if self.organisation else "",
            "language": language_name(self.language) if self.language else "",
            "place": self.place,
            "where": str(WHERE[self.where]) if self.where else "",
            "year": str(self.year or ""),
            "month": month_name(self.month) if self.month else "",
        }
        return [(name, said[name]) for name, _value in self.pairs]

    def without(self, name: str) -> Filters:
        """All but one of them."""
        blank: Any = getattr(Filters(), name)
        rest = replace(self, **{name: blank})
        return rest if rest.year else replace(rest, month=None)


def narrowed(items: ItemQuerySet, filters: Filters, now: datetime) -> ItemQuerySet:
    """Those of `items` that fit. Without a language each text is there once, in the language it was written in first."""
    if filters.topic is not None:
        items = items.about(filters.topic)
    if filters.kind:
        items = items.filter(kind=filters.kind)
    if filters.tag is not None:
        items = items.tagged(filters.tag)
    if filters.organisation is not None:
        items = items.filter(organisation=filters.organisation)
    if filters.year is not None:
        first, end = bounds(filters.year, filters.month)
        items = items.filter(published_at__gte=first, published_at__lt=end)
    for word in words(filters.place)[:MOST_WORDS]:
        items = items.filter(WordBegins("words_key", word, among="place"))
    if filters.where == "online":
        items = items.filter(Q(place="") | ~Q(online_url=""))
    elif filters.where == "place":
        items = items.exclude(place="")
    for word in words(filters.q)[:MOST_WORDS]:
        items = items.filter(WordBegins("words_key", word))
    return items.filter(language=filters.language) if filters.language else items.originals(now)


def bounds(year: int, month: int | None = None) -> tuple[datetime, datetime]:
    """The first instant of a year, or of one of its months, and the first after it, on the clock of the site."""
    first = date(year, month or 1, 1)
    end = date(year + (month in (None, 12)), 1 if month in (None, 12) else (month or 0) + 1, 1)
    midnight = time()
    return (
        at_wall_clock(first, midnight, settings.TIME_ZONE),
        at_wall_clock(end, midnight, settings.TIME_ZONE),
    )


def month_name(month: int) -> str:
    """ "March" in the language in force."""
    return date_format(date(2000, month, 1), "F")


def years(now: datetime) -> list[int]:
    """The years in which something was published, the latest first; those between are taken on trust: one query."""
    return years_between(Item.objects.published(now), "published_at")


def years_between(items: ItemQuerySet, by: str) -> list[int]:
    """From the year of the last to that of the first; an index has both at its ends."""
    ends = items.aggregate(first=Min(by), last=Max(by))
    if ends["first"] is None:
        return []
    zone = ZoneInfo(settings.TIME_ZONE)
    first, last = (ends[name].astimezone(zone).year for name in ("first", "last"))
    return list(range(last, first - 1, -1))


@dataclass(frozen=True)
class Listing:
    """One page of the news. `lead` stands above the cards, on the first page of the unnarrowed list only."""

    lead: Card | None
    cards: list[Card]
    turned: Turned[Item]


def listing(
    filters: Filters, now: datetime, *, before: Place | None = None, after: Place | None = None
) -> Listing:
    """The page that begins at a place, the first one without: six queries at most, whatever the number of rows."""
    items = narrowed(Item.objects.published(now), filters, now)
    whole = not filters.any and before is None and after is None
    # The one that leads comes with the others, and is taken from among them.
    turned = turn(with_card_parts(items), size=ON_A_PAGE + whole, before=before, after=after)
    rows = turned.rows if filters.language else in_the_readers_language(turned.rows, now)
    shown = cards(rows, now, first=filters.topic)
    lead = _leading(shown) if whole else None
    rest = [card for card in shown if card is not lead]
    return Listing(lead=lead, cards=rest, turned=turned)


def leading(now: datetime) -> tuple[Card | None, list[Card]]:
    """The story that leads, and the others among the latest: six queries at most."""
    latest = with_card_parts(Item.objects.published(now).originals(now).newest())[:LEAD_AMONG]
    shown = cards(in_the_readers_language(list(latest), now), now)
    lead = _leading(shown)
    return lead, [card for card in shown if card is not lead]


def _leading(shown: list[Card]) -> Card | None:
    """The newest with a picture among the latest, else the newest."""
    latest = shown[:LEAD_AMONG]
    return next((card for card in latest if card.picture), latest[0] if latest else None)


def in_the_readers_language(items: list[Item], now: datetime) -> list[Item]:
    """Each item by its translation into the language in force, where there is one: two queries at most."""
    language = get_language() or settings.LANGUAGE_CODE
    others = [item.pk for item in items if item.language != language]
    if not others:
        return items
    translated = {
        item.translation_of_id: item
        for item in with_card_parts(
            Item.objects.published(now).filter(translation_of__in=others, language=language)
        )
    }
    return [translated.get(item.pk, item) for item in items]
