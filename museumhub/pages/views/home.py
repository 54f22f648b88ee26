"""The front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.pages.queries.home import home as front_page


@require_safe
@public
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/home.html", {"content": front_page(clock.now())})
