"""What the front page shows: the story that leads, open calls, what members publish, the topics, what is under way."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from frameworks.models import Element
from frameworks.queries import topics
from museumhub.news.models import Item
from museumhub.news.queries import Card as NewsCard
from museumhub.news.queries import leading
from programmes.catalogue import phases
from programmes.catalogue.models import Edition
from programmes.catalogue.queries import Card, cards, with_topics
from programmes.catalogue.queries.cards import by_interest

NEWS = 6
OPEN_CALLS = 5
UPCOMING_CALLS = 2
UNDER_WAY = 6


class Home:
    """The front page at `now`, each part read when it is asked for: fifteen queries at most, whatever the number of rows.

    Where there `has_story`, a `story` of the news leads; else the call that closes next (`lead`), None where no call
    is open either.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now

    @cached_property
    def has_story(self) -> bool:
        return Item.objects.published(self._now).originals(self._now).exists()

    @cached_property
    def _leading(self) -> tuple[NewsCard | None, list[NewsCard]]:
        return leading(self._now)

    @property
    def story(self) -> NewsCard | None:
        return self._leading[0]

    @property
    def news(self) -> list[NewsCard]:
        return self._leading[1][:NEWS]

    @cached_property
    def _opened(self) -> list[Card]:
        opened = with_topics(Edition.objects.calls_open_at(self._now))[:OPEN_CALLS]
        return cards(opened, self._now)

    @property
    def lead(self) -> Card | None:
        return self._opened[0] if self._opened and not self.has_story else None

    @property
    def calls(self) -> list[Card]:
        return self._opened if self.has_story else self._opened[1:]

    @cached_property
    def upcoming(self) -> list[Card]:
        soon = with_topics(Edition.objects.calls_upcoming(self._now))[:UPCOMING_CALLS]
        return cards(soon, self._now)

    @cached_property
    def under_way(self) -> list[Card]:
        """What is neither open nor announced, by how much it is of interest."""
        no_call = Edition.objects.published().exclude(
            phases.as_q(phases.CALL_OPEN, self._now) | phases.as_q(phases.CALL_ANNOUNCED, self._now)
        )
        return cards(with_topics(by_interest(no_call, self._now))[:UNDER_WAY], self._now)

    @cached_property
    def topics(self) -> list[Element]:
        return list(topics())
