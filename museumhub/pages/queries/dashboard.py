"""A person's own desk: sections in a fixed order, each one query, those with nothing in them left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from museumhub.members.models import JoinRequest, Membership, Person
from museumhub.members.queries import invitations_to, memberships_of, requests_of
from museumhub.members.services import invitation_token
from museumhub.news.models import Item, Subscription
from museumhub.news.queries import unfinished, waiting_for_editors
from museumhub.news.queries.newsletter import own_subscriptions
from museumhub.news.queries.reminders import own_reminders
from programmes.applications.queries import own_alerts, own_desk
from programmes.catalogue import phases, wording
from programmes.catalogue.models import Edition

AT_MOST: Final = 20


@dataclass(frozen=True)
class Section:
    """One part of the desk; `template` draws `rows`."""

    key: str
    title: str | Promise
    template: str
    rows: Sequence[Any]

    @property
    def is_aside(self) -> bool:
        """What asks for nothing stands beside the rest where there is room."""
        return self.key in ASIDE


@dataclass(frozen=True)
class Desk:
    """What the page shows. Who neither applies nor organises is shown the calls, and, without one, the organisations."""

    sections: tuple[Section, ...]
    has_organisation: bool
    proposes_calls: bool


Rows = Callable[[Person, datetime], Sequence[Any]]


def _invitations(person: Person, now: datetime) -> list[dict[str, Any]]:
    return [
        {"invitation": one, "token": invitation_token(one)}
        for one in invitations_to(person, now)[:AT_MOST]
    ]


def _to_answer(person: Person, now: datetime) -> list[JoinRequest]:
    """Requests to join the organisations the person administers."""
    administered = Membership.objects.filter(person=person).administrators()
    return list(
        JoinRequest.objects.pending()
        .filter(organisation__in=administered.values("organisation"))
        .select_related("organisation", "person")
        .order_by("created_at", "pk")[:AT_MOST]
    )


def _asked(person: Person, now: datetime) -> list[JoinRequest]:
    return list(requests_of(person)[:AT_MOST])


@dataclass(frozen=True)
class Organised:
    """An edition the person organises: where it stands, and its next date, if there is one."""

    edition: Edition
    phase: phases.Phase
    next: wording.Next | None


def _organised(person: Person, now: datetime) -> list[Organised]:
    """The latest editions, the next date first."""
    editions = (
        Edition.objects.organised_by(person)
        .select_related("programme")
        .order_by("-created_at", "-pk")[:AT_MOST]
    )
    rows = [Organised(one, phases.phase(one, now), wording.next_date(one, now)) for one in editions]
    return sorted(rows, key=lambda row: (row.next is None, row.next and row.next.at))


def _news(person: Person, now: datetime) -> list[Item]:
    return unfinished(person, most=AT_MOST)


def _news_queue(person: Person, now: datetime) -> list[tuple[str, Any, int]]:
    return waiting_for_editors(person)


def _organisations(person: Person, now: datetime) -> list[Membership]:
    return list(memberships_of(person)[:AT_MOST])


def _newsletters(person: Person, _now: datetime) -> list[Subscription]:
    return own_subscriptions(person)


# The order of the page: what waits for an answer, what has a deadline, then what is merely theirs.
SECTIONS: Final[tuple[tuple[str, str | Promise, Rows], ...]] = (
    ("invitations", _("You are invited"), _invitations),
    ("to_answer", _("People who ask to join"), _to_answer),
    ("applications", _("My applications"), own_desk),
    ("organised", _("What I organise"), _organised),
    ("news_queue", _("News that waits for the editors"), _news_queue),
    ("news", _("News to be finished"), _news),
    ("asked", _("Waiting for an answer"), _asked),
    ("organisations", _("My organisations"), _organisations),
    ("alerts", _("Calls I want to hear of"), own_alerts),
    ("reminders", _("What I am reminded of"), own_reminders),
    ("newsletters", _("My newsletter"), _newsletters),
)


ASIDE: Final = frozenset({"asked", "organisations", "alerts", "reminders", "newsletters"})


def desk(person: Person, now: datetime) -> Desk:
    """Everything of the person's, in ten queries, three more for an editor of the news and those that ask for their permissions."""
    sections = tuple(
        Section(key, title, f"pages/dashboard/{key}.html", rows(person, now))
        for key, title, rows in SECTIONS
    )
    filled = {section.key for section in sections if section.rows}
    return Desk(
        sections=tuple(section for section in sections if section.rows),
        has_organisation="organisations" in filled,
        proposes_calls=not filled & {"applications", "organised", "news_queue"},
    )
