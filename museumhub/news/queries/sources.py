"""Reads for the pages of feeds and for the queue of what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from museumhub.kit.text import comparison_key
from museumhub.members.models import Organisation
from museumhub.members.models.membership import Role
from museumhub.news import lifecycle, reading
from museumhub.news.models import FeedSource, PulledEntry, edits_news

FEEDS_ON_A_PAGE = 50
ENTRIES_ON_A_PAGE = 30
OFFERED = 20  # organisations a feed can be added for, in one list


@dataclass(frozen=True)
class FeedRow:
    """A feed with its state in a word, how that looks (see c-tag), and what went wrong in a sentence."""

    source: FeedSource
    state: str | Promise
    tone: str
    trouble: str
    waiting: int


@dataclass(frozen=True)
class Feeds:
    """A page of feeds, and the organisations that the reader may add one for."""

    page: Page[FeedSource]
    rows: list[FeedRow]
    offered: list[Organisation]


def feeds(user: Any, *, named: str = "", page: str | int = 1) -> Feeds:
    """The feeds the reader looks after, and where they may add one: their own organisations, for an editor those `named` so."""
    kept = _with_counts(FeedSource.objects.kept_by(user)).order_by("organisation__name_key", "pk")
    shown = Paginator(kept, FEEDS_ON_A_PAGE).get_page(page)
    return Feeds(
        page=shown,
        rows=[feed_row(source) for source in shown],
        offered=list(_offered(user, named)[:OFFERED]),
    )


def _offered(user: Any, named: str) -> Any:
    if named and edits_news(user):
        return Organisation.objects.filter(name_key__contains=comparison_key(named))
    # Administrators of the site look after all organisations; they are offered those they belong to.
    return Organisation.objects.filter(
        memberships__person=user, memberships__role=Role.ADMINISTRATOR
    )


def _with_counts(sources: Any) -> Any:
    waiting = Count("entries", filter=Q(entries__status=lifecycle.NEW))
    return sources.select_related("organisation").annotate(waiting=waiting)


def feed_page(user: Any, oid: str) -> FeedRow | None:
    """One feed; None where it is not the reader's."""
    found = _with_counts(FeedSource.objects.kept_by(user)).filter(oid=oid).first()
    return feed_row(found) if found is not None else None


def feed_row(source: Any) -> FeedRow:
    """What is said of a feed that was counted."""
    trouble = reading.in_words(source.trouble, source.detail)
    state, tone = _state(source)
    return FeedRow(source, state, tone, trouble, source.waiting)


def _state(source: FeedSource) -> tuple[str | Promise, str]:
    if not source.active:
        return _("switched off"), "neutral"
    if source.parked_at is not None:
        return _("given up"), "danger"
    if source.failures:
        return _("failing"), "warning"
    if source.last_ok is None:
        return _("not asked yet"), "info"
    return _("running"), "success"


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed by."""

    status: str = lifecycle.NEW
    organisation: str = ""
    q: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.organisation or self.q)


@dataclass(frozen=True)
class Queue:
    """A page of entries; `numbers` by status."""

    page: Page[PulledEntry]
    numbers: dict[str, int]


def queue(user: Any, filters: Filters, page: str | int = 1) -> Queue:
    """Entries of feeds, the latest first: three queries."""
    seen = PulledEntry.objects.seen_by(user)
    counted = seen.order_by().values_list("status").annotate(Count("pk"))
    numbers = dict.fromkeys(lifecycle.PULLED.statuses, 0) | dict(counted)
    found = seen.filter(status=filters.status).select_related("source__organisation", "item")
    if filters.organisation:
        found = found.filter(source__organisation__slug=filters.organisation)
    if filters.q:
        found = found.filter(Q(title__icontains=filters.q) | Q(summary__icontains=filters.q))
    return Queue(Paginator(found, ENTRIES_ON_A_PAGE).get_page(page), numbers)


def organisations_with_feeds() -> list[tuple[str, str]]:
    """(slug, name) of those the queue can be narrowed to."""
    having = Organisation.objects.filter(feeds__isnull=False).distinct()
    return list(having.values_list("slug", "name")[:500])
