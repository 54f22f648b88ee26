"""Searching the site."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.kit.page_cache import cached_for_strangers
from museumhub.pages.forms import SearchForm, read_search
from museumhub.pages.queries.search import search as results_of


@require_safe
@public
@cached_for_strangers
def search(request: HttpRequest) -> HttpResponse:
    """Results for the words and filters in the address; 503 where a search took too long.

    What is found changes in the transaction of what it is about, or, where that only names it, when the index is
    written anew; what appears at its minute does so in its own room's moments.
    """
    now = clock.now()
    asked = read_search(request.GET)
    content = results_of(
        query=asked.query,
        filters=asked.filters,
        organisation=asked.organisation,
        topics=asked.topics,
        page=request.GET.get("page", 1),
        now=now,
    )
    context = {"content": content, "form": SearchForm(asked, content), "topics": asked.topics}
    return render(request, "pages/search.html", context, status=503 if content.gave_up else 200)
