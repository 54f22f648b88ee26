"""An edition as lists show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Prefetch, Value, When

from frameworks.models import Element
from programmes.catalogue import phases, wording
from programmes.catalogue.models import Edition
from programmes.catalogue.models.edition import EditionQuerySet
from programmes.catalogue.phases import Phase

# What a reader can still take part in comes first, what is over last.
INTEREST: tuple[Phase, ...] = (
    phases.CALL_OPEN,
    phases.CONSULTATION,
    phases.CALL_ANNOUNCED,
    phases.CONSULTATION_ANNOUNCED,
    phases.PREPARATION,
    phases.ANNOUNCED,
    phases.SELECTION,
    phases.DECIDED,
    phases.RUNNING,
    phases.ENDED,
    phases.REPORTED,
    phases.CANCELLED,
    phases.DRAFT,
)


@dataclass(frozen=True)
class Card:
    """One edition with what a list says of it."""

    edition: Edition
    phase: Phase
    standing: str
    closes_soon: bool
    cost: str
    topics: list[Element]

    @property
    def summary(self) -> str:
        return self.edition.summary or self.edition.programme.summary

    @property
    def colour(self) -> str:
        """The colour of its first topic."""
        return self.topics[0].colour if self.topics else ""


def with_topics(editions: EditionQuerySet) -> EditionQuerySet:
    """Together with the programme and its topics: one query more, whatever the number of rows."""
    topics = Element.objects.current().select_related("framework").order_by("order", "pk")
    return editions.select_related("programme").prefetch_related(
        Prefetch("programme__topics", queryset=topics)
    )


def by_interest(editions: EditionQuerySet, now: datetime) -> EditionQuerySet:
    """Open calls first (the next to close first), then what is to come, what runs, what is over."""
    rank = Case(
        *(When(phases.as_q(phase, now), then=Value(place)) for place, phase in enumerate(INTEREST)),
        default=Value(len(INTEREST)),
        output_field=IntegerField(),
    )
    return editions.annotate(interest=rank).order_by(
        "interest", "call_closes_at", "-runs_from", "-pk"
    )


def card(edition: Edition, now: datetime) -> Card:
    """The edition must come with its programme and topics (`with_topics`)."""
    return Card(
        edition=edition,
        phase=phases.phase(edition, now),
        standing=wording.standing(edition, now),
        closes_soon=wording.closes_soon(edition, now),
        cost=wording.cost(edition),
        topics=list(edition.programme.topics.all()),
    )


def cards(editions: Iterable[Edition], now: datetime) -> list[Card]:
    """One card for each edition."""
    return [card(edition, now) for edition in editions]
