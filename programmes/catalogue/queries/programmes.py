"""Programmes, one programme, one edition and one partner, for the public pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, Min, OuterRef, Prefetch, Q, QuerySet

from frameworks.models import Element
from programmes.catalogue import phases, wording
from programmes.catalogue.models import Edition, Module, Partner, Programme
from programmes.catalogue.models.edition import EditionQuerySet
from programmes.catalogue.queries.cards import Card, by_interest, card, cards, with_topics

PROGRAMMES_ON_A_PAGE = 20
EDITIONS_ON_A_CARD = 3
EDITIONS_ON_A_PAGE = 30

# What readers filter by: words of theirs, each for some phases.
STAGES: dict[str, tuple[phases.Phase, ...]] = {
    "open": (phases.CALL_OPEN,),
    "consultation": (phases.CONSULTATION, phases.CONSULTATION_ANNOUNCED),
    "coming": (phases.CALL_ANNOUNCED, phases.PREPARATION, phases.ANNOUNCED),
    "under-way": (phases.SELECTION, phases.DECIDED, phases.RUNNING),
    "over": (phases.ENDED, phases.REPORTED, phases.CANCELLED),
}


@dataclass(frozen=True)
class Filters:
    """What the reader chose; an empty string means all."""

    topic: str = ""
    stage: str = ""
    cost: str = ""

    @property
    def any(self) -> bool:
        return bool(self.topic or self.stage or self.cost)


@dataclass(frozen=True)
class ProgrammeCard:
    """A programme in a list with its most interesting editions."""

    programme: Programme
    topics: list[Element]
    editions: list[Card]


def programme_cards(
    filters: Filters, now: datetime, page: str | int = 1
) -> tuple[Page[Programme], list[ProgrammeCard]]:
    """One page of the published programmes: those with an open call first, by deadline, then by title. Four queries."""
    matching = _matching(filters, now)
    next_close = Min(
        "editions__call_closes_at", filter=phases.as_q(phases.CALL_OPEN, now, "editions__")
    )
    programmes = (
        Programme.objects.filter(Exists(matching.filter(programme=OuterRef("pk"))))
        .annotate(next_close=next_close)
        .order_by(F("next_close").asc(nulls_last=True), "title", "pk")
        .prefetch_related(
            Prefetch("topics", queryset=_topics()),
            Prefetch(
                "editions",
                queryset=by_interest(matching, now)[:EDITIONS_ON_A_CARD],
                to_attr="shown_editions",
            ),
        )
    )
    shown = Paginator(programmes, PROGRAMMES_ON_A_PAGE).get_page(page)
    return shown, [_programme_card(programme, now) for programme in shown.object_list]


def _programme_card(programme: Programme, now: datetime) -> ProgrammeCard:
    editions: list[Edition] = programme.shown_editions  # type: ignore[attr-defined]
    return ProgrammeCard(programme, list(programme.topics.all()), cards(editions, now))


def _matching(filters: Filters, now: datetime) -> EditionQuerySet:
    editions = Edition.objects.published()
    if filters.stage:
        wanted = Q()
        for phase in STAGES[filters.stage]:
            wanted |= phases.as_q(phase, now)
        editions = editions.filter(wanted)
    if filters.cost:
        editions = editions.filter(cost=filters.cost)
    if filters.topic:
        of_topic = Programme.objects.filter(
            topics__slug=filters.topic, topics__framework__leads=True
        )
        editions = editions.filter(programme__in=of_topic.values("pk"))
    return editions


def _topics() -> QuerySet[Element]:
    return Element.objects.current().select_related("framework").order_by("order", "pk")


@dataclass(frozen=True)
class ProgrammePage:
    """One programme with a page of its editions and those who carry it."""

    programme: Programme
    topics: list[Element]
    page: Page[Edition]
    editions: list[Card]
    partners: list[Partner]
    tags: list[str]


def programme_page(
    programme: Programme, user: Any, now: datetime, page: str | int = 1
) -> ProgrammePage:
    """The editions the reader may see, the most interesting first, and the partners of the whole programme."""
    editions = by_interest(
        Edition.objects.visible_to(user).filter(programme=programme), now
    ).select_related("programme")
    shown = Paginator(with_topics(editions), EDITIONS_ON_A_PAGE).get_page(page)
    partners = programme.partners.filter(edition=None).select_related("organisation", "programme")
    return ProgrammePage(
        programme=programme,
        topics=list(_topics().filter(programmes=programme)),
        page=shown,
        editions=cards(shown.object_list, now),
        partners=list(partners),
        tags=[tag.name for tag in programme.tags.all()],
    )


@dataclass(frozen=True)
class ShownModule:
    """A module with its days in words."""

    module: Module
    days: str


@dataclass(frozen=True)
class EditionPage:
    """All that the page of an edition says."""

    edition: Edition
    card: Card
    steps: list[wording.Step]
    places: str
    languages: str
    modules: list[ShownModule]
    partners: list[Partner]
    others: list[Card]
    tags: list[str]


def edition_page(edition: Edition, user: Any, now: datetime) -> EditionPage:
    """One edition, whatever its phase. The edition must come `with_topics`."""
    modules = edition.modules.select_related("host__organisation", "host__programme")
    others = with_topics(
        by_interest(
            Edition.objects.visible_to(user)
            .filter(programme=edition.programme_id)
            .exclude(pk=edition.pk),
            now,
        )
    )[:5]
    return EditionPage(
        edition=edition,
        card=card(edition, now),
        steps=wording.timetable(edition, now),
        places=wording.places(edition),
        languages=wording.languages(edition),
        modules=[
            ShownModule(module, wording.module_days(module.starts_on, module.ends_on))
            for module in modules
        ],
        partners=list(
            Partner.objects.of_edition(edition).select_related("organisation", "programme")
        ),
        others=cards(others, now),
        tags=[tag.name for tag in edition.programme.tags.all()],
    )


@dataclass(frozen=True)
class PartnerPage:
    """What one organisation does in a programme, edition by edition."""

    programme: Programme
    partners: list[Partner]
    modules: list[ShownModule]


def partner_page(programme: Programme, organisation_slug: str, user: Any) -> PartnerPage | None:
    """The organisation's parts in the editions the reader may see; None where it has none."""
    editions = Edition.objects.visible_to(user).filter(programme=programme)
    partners = list(
        programme.partners.filter(organisation__slug=organisation_slug)
        .filter(Q(edition=None) | Q(edition__in=editions.values("pk")))
        .select_related("organisation", "edition__programme")
        .order_by("edition__created_at", "order", "pk")
    )
    if not partners:
        return None
    modules = (
        Module.objects.filter(host__in=partners, edition__in=editions.values("pk"))
        .select_related("edition__programme")
        .order_by("-edition__created_at", "order", "pk")[:100]
    )
    return PartnerPage(
        programme,
        partners,
        [
            ShownModule(module, wording.module_days(module.starts_on, module.ends_on))
            for module in modules
        ],
    )
