"""The topics and goals of the network as a matrix, and one topic with what happens under it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.kit.page_cache import cached_for_strangers
from museumhub.pages.queries.topics import matrix, topic_once_at, topic_page


@require_safe
@public
@cached_for_strangers
def topics(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/topics.html", {"matrix": matrix(clock.now())})


@require_safe
@public
@cached_for_strangers
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    content = topic_page(slug, clock.now(), request.GET.get("page", 1))
    if content is None:
        moved = topic_once_at(slug)
        if moved is None:
            raise Http404
        return redirect(moved, permanent=True)
    return render(request, "pages/topic.html", {"content": content})
