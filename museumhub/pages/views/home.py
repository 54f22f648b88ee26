"""The front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.kit.page_cache import cached_for_strangers
from museumhub.kit.structured import front_page as site_as_schema
from museumhub.pages.queries.home import Home


@require_safe
@public
@cached_for_strangers
def home(request: HttpRequest) -> HttpResponse:
    context = {"content": Home(clock.now()), "schema": site_as_schema()}
    return render(request, "pages/home.html", context)
