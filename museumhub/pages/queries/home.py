"""What the front page shows: the call that closes next, the other calls, the topics, what is under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from frameworks.models import Element
from frameworks.queries import topics
from programmes.catalogue import phases
from programmes.catalogue.models import Edition
from programmes.catalogue.queries import Card, cards, with_topics
from programmes.catalogue.queries.cards import by_interest

OPEN_CALLS = 7
UPCOMING_CALLS = 3
UNDER_WAY = 6


@dataclass(frozen=True)
class Home:
    """The front page. `lead` is the open call that closes next, None where no call is open."""

    lead: Card | None
    calls: list[Card]
    upcoming: list[Card]
    under_way: list[Card]
    topics: list[Element]


def home(now: datetime) -> Home:
    """Eight queries, whatever the number of rows."""
    editions = with_topics(Edition.objects.all())
    opened = cards(editions.calls_open_at(now)[:OPEN_CALLS], now)
    no_call = Edition.objects.published().exclude(
        phases.as_q(phases.CALL_OPEN, now) | phases.as_q(phases.CALL_ANNOUNCED, now)
    )
    return Home(
        lead=opened[0] if opened else None,
        calls=opened[1:],
        upcoming=cards(editions.calls_upcoming(now)[:UPCOMING_CALLS], now),
        under_way=cards(with_topics(by_interest(no_call, now))[:UNDER_WAY], now),
        topics=list(topics()),
    )
