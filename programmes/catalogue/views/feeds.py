"""The calendar and the feed of calls; both answer 304 to a client that has what there is."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from programmes.catalogue import feeds
from programmes.catalogue.queries.calls import for_feeds, last_change


@require_safe
@public
def calls_ics(request: HttpRequest) -> HttpResponseBase:
    now = clock.now()
    body = feeds.calendar(for_feeds(now))
    response = _answer(request, body, "text/calendar; charset=utf-8", last_change(now))
    response.headers["Content-Disposition"] = 'inline; filename="calls.ics"'
    return response


@require_safe
@public
def calls_atom(request: HttpRequest) -> HttpResponseBase:
    now = clock.now()
    body = feeds.atom(for_feeds(now), now)
    return _answer(request, body, "application/atom+xml; charset=utf-8", last_change(now))


def _answer(
    request: HttpRequest, body: bytes, content_type: str, changed: datetime | None
) -> HttpResponseBase:
    """200 with both validators, or 304 (RFC 9110, sections 8.8 and 13)."""
    response = HttpResponse(body, content_type=content_type)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=300"
    stamp = int(changed.timestamp()) if changed is not None else None
    if stamp is not None:
        response.headers["Last-Modified"] = http_date(stamp)
    answer = get_conditional_response(request, etag, stamp, response)
    return answer if answer is not None else response
