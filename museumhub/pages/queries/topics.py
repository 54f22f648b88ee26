"""Topics and goals as a matrix with what there is, and one topic with everything that happens under it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from frameworks.models import Element, Framework
from frameworks.queries import (
    CORRESPONDENCES,
    Correspondence,
    correspondences,
    successor,
    topics,
)
from museumhub.kit.dates import said_date
from museumhub.members.models import Organisation
from museumhub.news.models import Item
from museumhub.news.queries import Card as NewsCard
from museumhub.news.queries import cards as news_cards
from museumhub.news.queries.lists import in_the_readers_language
from museumhub.pages.queries import tallies
from museumhub.pages.queries.tallies import Tallies, public_partners
from programmes.catalogue import phases
from programmes.catalogue.models import Edition
from programmes.catalogue.queries import Card, cards, with_topics
from programmes.catalogue.queries.cards import by_interest

EDITIONS_ON_A_PAGE = 20
NEWS = 6
EVENTS = 3
RESOURCES = 3
ORGANISATIONS = 24
ON_THE_TIMELINE = 4  # before now, and as many after


@dataclass(frozen=True)
class Cell:
    """Where a topic meets a goal: whether it answers it, and what there is (numbers with their nouns)."""

    goal: Element
    serves: bool
    counted: list[str]

    @property
    def is_gap(self) -> bool:
        """The topic answers the goal, and nothing happens there."""
        return self.serves and not self.counted


@dataclass(frozen=True)
class Row:
    """A topic with its cells, in the order of the goals, and what there is under it in all."""

    topic: Element
    cells: list[Cell]
    counted: list[str]


@dataclass(frozen=True)
class Matrix:
    """Topics by goals."""

    goals: list[Element]
    rows: list[Row]


def matrix(now: datetime) -> Matrix:
    """All topics and goals of the leading framework, and what there is: seven queries."""
    goals = list(Element.objects.goals().order_by("order", "pk").select_related("framework"))
    shown = list(topics())
    counted = tallies.tallies(shown, now)
    serving = {goal.pk: [topic for topic in shown if goal in topic.serves.all()] for goal in goals}
    return Matrix(goals, [_row(topic, goals, serving, counted) for topic in shown])


def _row(
    topic: Element, goals: list[Element], serving: dict[int, list[Element]], counted: Tallies
) -> Row:
    return Row(
        topic=topic,
        cells=[
            Cell(
                goal=goal,
                serves=topic in serving[goal.pk],
                counted=tallies.said(counted.under(topic, serving[goal.pk])),
            )
            for goal in goals
        ],
        counted=tallies.said(counted.under(topic)),
    )


@dataclass(frozen=True)
class Moment:
    """One moment of a topic: what happened or will happen then, and where to read of it."""

    at: datetime
    when: str
    what: str
    title: str
    language: str
    address: str
    state: str


class TopicPage:
    """One topic, the goals it serves, what corresponds to it elsewhere, its neighbours, and what happens under it.

    Each part is read when it is asked for: thirteen queries in all, and two where a text is in another language than
    the reader's, whatever the number of rows.
    """

    def __init__(self, topic: Element, now: datetime, asked: str | int) -> None:
        self.topic = topic
        self.asked = asked
        self._now = now

    @cached_property
    def _current(self) -> list[Element]:
        return list(topics())

    @cached_property
    def goals(self) -> list[Element]:
        """Of a retired topic as well, which is none of the current ones."""
        itself = next((one for one in self._current if one.pk == self.topic.pk), self.topic)
        return [goal for goal in itself.serves.all() if not goal.retired]

    @cached_property
    def correspondences(self) -> list[Correspondence]:
        prefetch_related_objects([self.topic], *CORRESPONDENCES)
        return correspondences(self.topic)

    @cached_property
    def others(self) -> list[Element]:
        return [other for other in self._current if other.pk != self.topic.pk]

    @cached_property
    def page(self) -> Page[Edition]:
        editions = Edition.objects.published().filter(programme__topics=self.topic)
        rows = with_topics(by_interest(editions, self._now))
        return Paginator(rows, EDITIONS_ON_A_PAGE).get_page(self.asked)

    @cached_property
    def _cards(self) -> list[Card]:
        return cards(self.page.object_list, self._now)

    @cached_property
    def calls(self) -> list[Card]:
        return [
            card for card in self._cards if card.phase in (phases.CALL_OPEN, phases.CALL_ANNOUNCED)
        ]

    @cached_property
    def editions(self) -> list[Card]:
        return [card for card in self._cards if card not in self.calls]

    @cached_property
    def _news(self) -> tuple[list[NewsCard], list[NewsCard], list[NewsCard]]:
        return _news_under(self.topic, self._now)

    @property
    def news(self) -> list[NewsCard]:
        return self._news[0]

    @property
    def events(self) -> list[NewsCard]:
        return self._news[1]

    @property
    def resources(self) -> list[NewsCard]:
        return self._news[2]

    @property
    def _shown(self) -> list[NewsCard]:
        return [card for part in self._news for card in part]

    @cached_property
    def organisations(self) -> list[Organisation]:
        return _organisations(self.topic, self._shown)

    @cached_property
    def timeline(self) -> list[Moment]:
        return _timeline(self._shown, self.calls, self._now)


def topic_page(slug: str, now: datetime, page: str | int = 1) -> TopicPage | None:
    """The topic of the leading framework, also when it is retired; None where there is none."""
    topic = Element.objects.topics().select_related("framework").filter(slug=slug).first()
    topic = topic or _retired(slug)
    return TopicPage(topic, now, page) if topic is not None else None


def _retired(slug: str) -> Element | None:
    return (
        Element.objects.filter(
            framework__leads=True, kind=Element.Kind.TOPIC, slug=slug, retired=True
        )
        .select_related("framework", "replaced_by__framework")
        .prefetch_related("serves__framework")
        .first()
    )


def _news_under(
    topic: Element, now: datetime
) -> tuple[list[NewsCard], list[NewsCard], list[NewsCard]]:
    """The latest under the topic, the next events, and what can be used: five queries, and two more where texts are translated."""
    public = Item.objects.published(now).originals(now).about(topic)
    public = public.select_related("organisation", "picture").defer("body", "resources")
    newest = public.exclude(kind__in=tallies.EVENTS).exclude(kind__in=tallies.RESOURCES).newest()
    events = public.filter(kind__in=tallies.EVENTS, starts_at__gte=now).order_by("starts_at", "pk")
    resources = public.filter(kind__in=tallies.RESOURCES).newest()
    parts = [list(newest[:NEWS]), list(events[:EVENTS]), list(resources[:RESOURCES])]
    together = [item for part in parts for item in part]
    told = iter(news_cards(in_the_readers_language(together, now), now))
    latest, upcoming, useful = ([next(told) for _item in part] for part in parts)
    return latest, upcoming, useful


def _organisations(topic: Element, shown: Iterable[NewsCard]) -> list[Organisation]:
    """The partners of the topic's programmes, and who published what is shown: one query."""
    of_topic = public_partners().filter(programme__topics=topic)
    partners = Organisation.objects.filter(pk__in=of_topic.values("organisation"))
    partners = partners.order_by("name", "pk")[:ORGANISATIONS]
    found = {one.pk: one for one in partners}
    for card in shown:
        if card.item.organisation is not None and len(found) < ORGANISATIONS:
            found.setdefault(card.item.organisation.pk, card.item.organisation)
    return sorted(found.values(), key=lambda one: one.name.casefold())


def _timeline(shown: Sequence[NewsCard], calls: Sequence[Card], now: datetime) -> list[Moment]:
    """What came last and what comes next, in the order of time; made of what the page has read already."""
    moments = [
        Moment(
            at=at,
            when=said_date(edition.local(at).date()),
            what=what,
            title=edition.full_title,
            language=edition.programme.language,
            address=edition.get_absolute_url(),
            state="past" if at <= now else "future",
        )
        for card in calls
        for edition in [card.edition]
        for at, what in (
            (edition.call_opens_at, _("Call opens")),
            (edition.call_closes_at, _("Call closes")),
        )
        if at is not None
    ]
    for card in shown:
        item = card.item
        at = item.starts_at or item.published_at
        if at is None:
            continue
        moments.append(
            Moment(
                at=at,
                when=said_date(
                    at.astimezone(ZoneInfo(item.time_zone or settings.TIME_ZONE)).date()
                ),
                what=card.kind,
                title=item.title,
                language=item.language,
                address=item.get_absolute_url(),
                state="past" if at <= now else "future",
            )
        )
    moments.sort(key=lambda one: (one.at, one.title))
    past = [one for one in moments if one.state == "past"][-ON_THE_TIMELINE:]
    return past + [one for one in moments if one.state == "future"][:ON_THE_TIMELINE]


def topic_once_at(slug: str) -> Element | None:
    """The topic that has another address now."""
    leading = Framework.objects.filter(leads=True).first()
    moved = successor(leading, slug) if leading is not None else None
    return moved if moved is not None and moved.is_site_topic else None
