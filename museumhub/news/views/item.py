"""The page of one item; what was withdrawn says so (410), what is not public is not there (404)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from museumhub.kit import clock, uploads
from museumhub.kit.access import public
from museumhub.kit.page_cache import cached_for_strangers
from museumhub.news import kinds, queries
from museumhub.news.models import Item
from museumhub.news.models.reminder import can_be_reminded
from museumhub.news.queries import Around, Reading
from museumhub.news.structured import as_schema


@require_safe
@public
@cached_for_strangers
def item(request: HttpRequest, slug: str) -> HttpResponse:
    """A statement has an address of its own, to which this one leads."""
    now = clock.now()
    shown = queries.with_parts(Item.objects.published(now)).named(slug)
    if shown is None:
        return gone(request, slug)
    if shown.kind == kinds.STATEMENT:
        return redirect(shown, permanent=True)
    return _page(request, shown, now)


@require_safe
@public
@cached_for_strangers
def statement(request: HttpRequest, slug: str) -> HttpResponse:
    now = clock.now()
    statements = Item.objects.published(now).filter(kind=kinds.STATEMENT)
    shown = queries.with_parts(statements).named(slug)
    if shown is None:
        return gone(request, slug)
    return _page(request, shown, now)


def _page(request: HttpRequest, shown: Item, now: datetime) -> HttpResponse:
    # Read where it is drawn, and not where it stands already.
    content = cast(Reading, SimpleLazyObject(lambda: queries.reading(shown, now)))
    around = cast(Around, SimpleLazyObject(lambda: queries.around(content, now)))
    context = {
        "item": shown,
        "content": content,
        "around": around,
        "schema": partial(as_schema, content, around),
        "can_be_reminded": can_be_reminded(shown, now),
        "reminder": queries.reminder_of(request.user, shown),
    }
    if shown.kind == kinds.STATEMENT:
        context["signatories"] = SimpleLazyObject(lambda: queries.signatories(shown, now))
        return render(request, "news/statement.html", context)
    return render(request, "news/item.html", context)


def gone(request: HttpRequest, slug: str) -> HttpResponse:
    """410 with the reason where there was such an item, 404 where there never was."""
    withdrawn = Item.objects.gone().named(slug)
    if withdrawn is None:
        raise Http404
    return render(request, "news/gone.html", {"item": withdrawn}, status=410)


@require_safe
@public
def file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The document of a publication, as a download."""
    shown = Item.objects.published(clock.now()).select_related("file").filter(slug=slug).first()
    if shown is None or shown.file is None:
        raise Http404
    return uploads.download_response(shown.file)
