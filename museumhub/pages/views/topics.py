"""The topics and goals of the network as a matrix, and one topic with what happens under it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.pages.queries.topics import matrix, topic_page


@require_safe
@public
def topics(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/topics.html", {"matrix": matrix(clock.now())})


@require_safe
@public
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    content = topic_page(slug, clock.now(), request.GET.get("page", 1))
    if content is None:
        raise Http404
    return render(request, "pages/topic.html", {"content": content})
