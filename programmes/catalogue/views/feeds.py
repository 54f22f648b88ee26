"""The calendar and the feed of calls; both answer 304 to a client that has what there is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.kit.feeds import ATOM, CALENDAR, answer, entity_tag
from museumhub.kit.page_cache import cached_for_strangers
from programmes.catalogue import feeds
from programmes.catalogue.queries.calls import for_feeds, last_change


@require_safe
@public
@cached_for_strangers
def calls_ics(request: HttpRequest) -> HttpResponseBase:
    now = clock.now()
    body = feeds.calendar(for_feeds(now))
    return answer(
        request,
        lambda: body,
        content_type=CALENDAR,
        etag=entity_tag([body]),
        changed=last_change(now),
        name="calls.ics",
    )


@require_safe
@public
@cached_for_strangers
def calls_atom(request: HttpRequest) -> HttpResponseBase:
    now = clock.now()
    body = feeds.atom(for_feeds(now), now)
    return answer(
        request,
        lambda: body,
        content_type=ATOM,
        etag=entity_tag([body]),
        changed=last_change(now),
    )
