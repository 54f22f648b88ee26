"""The list of news and the events, as everybody reads them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.kit.keyset import Place, read_place
from museumhub.kit.page_cache import cached_for_strangers
from museumhub.news import queries
from museumhub.news.forms.narrowing import EVENTS, QUIET, Choices, Read, form, read
from museumhub.news.queries.events import years_of_events


@require_safe
@public
@cached_for_strangers
def items(request: HttpRequest) -> HttpResponse:
    """The news, the latest first; filters and the place in the list stand in the address."""
    now = clock.now()
    choices = Choices(now)
    asked = read(request.GET, choices)
    place = _place(request)
    context = {
        # Made where it is shown, and not where it stands already.
        "content": SimpleLazyObject(lambda: queries.listing(asked.filters, now, **place)),
        **_known_as(request, asked, place),
        "filters": asked.filters,
        "form": SimpleLazyObject(lambda: form(choices, asked.filters)),
        "chips": asked.chips(),
        "months": asked.months(),
        "unknown": asked.unknown,
    }
    return render(request, "news/list.html", context)


@require_safe
@public
@cached_for_strangers
def events(request: HttpRequest) -> HttpResponse:
    """Events and webinars, the next first; `?year=` shows those of a year that are over."""
    now = clock.now()
    choices = Choices(now, years_of_events)
    asked = read(request.GET, choices, EVENTS)
    place = _place(request)
    context = {
        "content": SimpleLazyObject(lambda: queries.events(asked.filters, now, **place)),
        **_known_as(request, asked, place),
        "filters": asked.filters,
        "form": SimpleLazyObject(lambda: form(choices, asked.filters, EVENTS, (*QUIET, "year"))),
        "chips": asked.chips(),
        "unknown": asked.unknown,
        "years": SimpleLazyObject(
            lambda: [(year, replace(asked.filters, year=year).query) for year in choices.years]
        ),
    }
    return render(request, "news/events.html", context)


def _place(request: HttpRequest) -> dict[str, Place | None]:
    """Where in the list the address points; the beginning where it points nowhere."""
    return {name: read_place(request.GET.get(name, "")) for name in ("before", "after")}


def _known_as(request: HttpRequest, asked: Read, place: dict[str, Place | None]) -> dict[str, Any]:
    """The one address of what the page shows, and whether search engines should keep it: no words, nothing left out."""
    pairs = [*asked.filters.pairs, *((name, str(at)) for name, at in place.items() if at)]
    return {
        "canonical": f"{request.path}?{urlencode(pairs)}" if pairs else request.path,
        "indexed": not (asked.filters.q or asked.unknown or any(place.values())),
    }
