"""Searching the site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.kit.page_cache import cached_for_strangers
from museumhub.pages.forms import AskedSearch, SearchForm, read_search
from museumhub.pages.queries.search import Search
from museumhub.pages.queries.search import search as results_of
from museumhub.pages.search.engines import TooMuch
from museumhub.pages.search.query import read

# What an address can ask for.
ASKED = ("q", "kind", "topic", "language", "organisation", "year", "page")


@require_safe
@public
@cached_for_strangers
def search(request: HttpRequest) -> HttpResponse:
    """Results for the words and filters in the address; 503 where a search took too long.

    What is found changes in the transaction of what it is about, or, where that only names it, when the index is
    written anew; what appears at its minute does so in its own room's moments.
    """
    now = clock.now()
    context = {
        "shown": Shown(request.GET, now),
        "query": read(request.GET.get("q", "")),
        "asked": tuple(request.GET.get(name, "") for name in ASKED),
    }
    try:
        return render(request, "pages/search.html", context)
    except TooMuch:
        context |= {"shown": Shown(request.GET, now, gave_up=True), "asked": None}
        return render(request, "pages/search.html", context, status=503)


@dataclass(eq=False)
class Shown:
    """What the page shows, found where it is drawn; `TooMuch` where that takes too long and nobody has given up yet."""

    address: QueryDict
    now: datetime
    gave_up: bool = False

    @cached_property
    def asked(self) -> AskedSearch:
        return read_search(self.address)

    @cached_property
    def content(self) -> Search:
        asked = self.asked
        if self.gave_up:
            return Search(query=asked.query, filters=asked.filters, gave_up=True)
        found = results_of(
            query=asked.query,
            filters=asked.filters,
            organisation=asked.organisation,
            topics=asked.topics,
            page=self.address.get("page", 1),
            now=self.now,
        )
        if found.gave_up:
            raise TooMuch
        return found

    @cached_property
    def form(self) -> SearchForm:
        return SearchForm(self.asked, self.content)
