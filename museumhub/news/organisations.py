"""What the page of an organisation says of what it has published, and of the statements it stands behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from museumhub.members.models import Organisation
from museumhub.members.profile import Section, register
from museumhub.news.models import Endorsement, Item
from museumhub.news.queries import Card, latest

AT_MOST = 6
ENDORSED_AT_MOST = 12


@dataclass(frozen=True)
class Published:
    """The latest, and where all of it stands; `more` says that there are others."""

    cards: list[Card]
    more: bool
    address: str


def published(organisation: Organisation, user: Any, now: datetime) -> Published | None:
    """The same for every reader; None where there is nothing."""
    own = Item.objects.filter(organisation=organisation)
    found = latest(now, most=AT_MOST + 1, items=own)
    if not found:
        return None
    query = urlencode({"organisation": organisation.slug})
    address = f"{reverse('news:list')}?{query}"
    return Published(found[:AT_MOST], len(found) > AT_MOST, address)


@dataclass(frozen=True)
class Endorsed:
    """The statements signed last; `more` says that there are others."""

    endorsements: list[Endorsement]
    more: bool


def endorsed(organisation: Organisation, user: Any, now: datetime) -> Endorsed | None:
    """Those that are public, in the name of the organisation; one query. None where there are none."""
    found = list(
        Endorsement.objects.filter(organisation=organisation)
        .standing()
        .filter(statement__in=Item.objects.published(now))
        .select_related("statement")
        .order_by("-since", "-pk")[: ENDORSED_AT_MOST + 1]
    )
    return Endorsed(found[:ENDORSED_AT_MOST], len(found) > ENDORSED_AT_MOST) if found else None


register(Section(key="news", order=30, template="news/_of_organisation.html", content=published))
register(
    Section(
        key="endorsed", order=40, template="news/_endorsed_by_organisation.html", content=endorsed
    )
)
