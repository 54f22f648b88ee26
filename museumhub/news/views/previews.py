"""An item that is not public yet, for whoever has the link to it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.news import queries, services


@require_safe
@public
def shared_preview(request: HttpRequest, token: str) -> HttpResponse:
    """As it will look. The link says by itself until when it is good; search engines and caches keep nothing of it."""
    item = services.item_of_preview(token)
    if item is None:
        response = render(request, "news/preview_over.html", status=410)
    else:
        content = queries.reading(item, clock.now(), token=token)
        response = render(request, "news/preview.html", {"content": content})
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
