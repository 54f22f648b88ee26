"""What only the roof knows of organisations: the topics and programmes they work on, in the directory and on their pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from frameworks.models import Element
from frameworks.queries import topics
from museumhub.kit import clock
from museumhub.members import profile
from museumhub.members.models import Organisation
from museumhub.members.narrowing import Narrowing, register
from museumhub.news.models import Item
from programmes.catalogue.models import Partner, Programme


def _topics() -> list[tuple[str, Any]]:
    return list(topics().values_list("slug", "short_name"))


def _works_on(topic: str) -> Q:
    """Organisations that carry a published programme of the topic, or have published on it."""
    partners = Partner.objects.published().filter(
        programme__topics__slug=topic, programme__topics__framework__leads=True
    )
    items = Item.objects.published(clock.now()).filter(
        topics__slug=topic, topics__framework__leads=True, organisation__isnull=False
    )
    return Q(pk__in=partners.values("organisation")) | Q(pk__in=items.values("organisation"))


def _programmes() -> list[tuple[str, Any]]:
    return list(Programme.objects.published().order_by("title", "pk").values_list("slug", "title"))


def _carries(programme: str) -> Q:
    """Partners of the programme, or of an edition of it that is published."""
    partners = Partner.objects.published().filter(programme__slug=programme)
    return Q(pk__in=partners.values("organisation"))


def _carriers(organisations: QuerySet[Organisation]) -> Mapping[str, int]:
    partners = Partner.objects.published().filter(organisation__in=organisations.values("pk"))
    counted = partners.order_by().values_list("programme__slug")
    return dict(counted.annotate(Count("organisation", distinct=True)))


def topics_of(organisation: Organisation, user: Any, now: datetime) -> list[Element]:
    """The topics it has programmes or published items on, in their order: one query."""
    partners = Partner.objects.published().filter(organisation=organisation)
    items = Item.objects.published(now).filter(organisation=organisation)
    return list(
        Element.objects.topics()
        .select_related("framework")
        .filter(Q(pk__in=partners.values("programme__topics")) | Q(pk__in=items.values("topics")))
        .order_by("order", "pk")
    )


profile.register(
    profile.Section(
        key="topics", order=10, template="pages/_topics_of_organisation.html", content=topics_of
    )
)
register(
    Narrowing(
        key="topic",
        order=40,
        label=_("Topic"),
        everything=_("All topics"),
        choices=_topics,
        narrow=_works_on,
    )
)
register(
    Narrowing(
        key="programme",
        order=50,
        label=_("Part in"),
        everything=_("All programmes"),
        choices=_programmes,
        narrow=_carries,
        counts=_carriers,
    )
)
