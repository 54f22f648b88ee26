"""Feeds of the news and calendars of events; each answers 304 to a client that has what there is, without having been made.

A filter that means nothing is 404 here: a program cannot be told so in a sentence, and would follow
everything without anybody having wanted it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from museumhub.kit import clock, page_cache
from museumhub.kit.access import public
from museumhub.kit.feeds import ATOM, CALENDAR, JSON, answer, entity_tag
from museumhub.kit.page_cache import cached_for_strangers
from museumhub.kit.parts import drawn_once
from museumhub.news import calendars, feeds
from museumhub.news.forms.narrowing import EVENTS, NEWS, Choices, read
from museumhub.news.models import Item
from museumhub.news.queries import Filters
from museumhub.news.queries.events import in_calendar, with_event_parts
from museumhub.news.queries.feeds import (
    in_feed,
    last_change,
    marks,
    marks_with_texts,
    with_feed_parts,
)


@require_safe
@public
@cached_for_strangers
def news_atom(request: HttpRequest) -> HttpResponseBase:
    """The newest thirty items as an Atom feed; takes the filters of the page."""
    return _newest(request, feeds.atom, ATOM)


@require_safe
@public
@cached_for_strangers
def news_json(request: HttpRequest) -> HttpResponseBase:
    """The newest thirty items as a JSON Feed; takes the filters of the page."""
    return _newest(request, feeds.json_feed, JSON)


@require_safe
@public
@cached_for_strangers
def events_ics(request: HttpRequest) -> HttpResponseBase:
    """Events for calendar programs, those withdrawn marked as cancelled; takes the filters of the page."""
    now = clock.now()
    filters = _filters(request, EVENTS)
    items = in_calendar(filters, now)
    return answer(
        request,
        lambda: calendars.calendar(with_event_parts(items), filters),
        content_type=CALENDAR,
        etag=entity_tag(["events", *filters.pairs, *marks(items)]),
        changed=last_change(now),
        name="events.ics",
    )


@require_safe
@public
@cached_for_strangers
def event_ics(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One event for a calendar program; one that was withdrawn says that it is cancelled."""
    now = clock.now()
    items = Item.objects.published(now) | Item.objects.gone()
    shown = with_event_parts(items.filter(slug=slug, starts_at__isnull=False)).first()
    if shown is None or shown.ends_at is None:
        raise Http404
    return answer(
        request,
        lambda: calendars.one(shown),
        content_type=CALENDAR,
        etag=entity_tag(["event", shown.oid, shown.version, shown.updated_at, shown.status]),
        changed=max(shown.updated_at, shown.withdrawn_at or shown.updated_at),
        name=f"{shown.slug}.ics",
    )


def _newest(
    request: HttpRequest, write: Callable[[Iterable[Item], Filters], bytes], content_type: str
) -> HttpResponseBase:
    now = clock.now()
    filters = _filters(request)
    items = in_feed(filters, now)

    def marked() -> str:
        etag = entity_tag([content_type, *filters.pairs, *marks_with_texts(items)])
        changed = last_change(now)
        return f"{etag} {changed.isoformat() if changed is not None else ''}"

    key = ("news-feed", content_type, *filters.pairs)
    etag, _space, changed = page_cache.kept(
        request, key, ("news", "members", "frameworks"), marked
    ).partition(" ")
    return answer(
        request,
        # The tag says all that the entries do.
        lambda: drawn_once(etag, lambda: write(with_feed_parts(items), filters).decode()).encode(),
        content_type=content_type,
        etag=etag,
        changed=datetime.fromisoformat(changed) if changed else None,
    )


def _filters(request: HttpRequest, names: tuple[str, ...] = NEWS) -> Filters:
    asked = read(request.GET, Choices(clock.now()), names)
    if asked.unknown:
        raise Http404
    return asked.filters
