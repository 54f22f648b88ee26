"""The frameworks, what they hold, and the same as linked data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import condition, require_safe

from frameworks import documents, queries
from frameworks.models import Framework
from museumhub.kit.access import public
from museumhub.kit.page_cache import cached_for_strangers

MEDIA_TYPES = {"ttl": "text/turtle", "jsonld": "application/ld+json"}
# Changes when the same rows are written in another way.
EDITION_OF_THE_WRITER = 1


@require_safe
@public
@cached_for_strangers
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "frameworks/index.html", {"frameworks": queries.frameworks()[:100]})


@require_safe
@public
def framework(request: HttpRequest, slug: str) -> HttpResponse:
    """The page; a reader who asks for linked data instead is led to it (303, as for a thing and its description).

    Not kept for strangers, as the answer depends on what the reader accepts.
    """
    shown = get_object_or_404(Framework.objects.visible_to(request.user), slug=slug)
    if elsewhere := _linked_data(request, shown):
        return elsewhere
    context = {
        "framework": shown,
        "groups": queries.groups(shown),
        "retired": queries.groups(shown, retired=True),
        "history": queries.history(shown),
    }
    return _varied(render(request, "frameworks/framework.html", context))


@require_safe
@public
def element(request: HttpRequest, slug: str, element: str) -> HttpResponse:
    """An element's permanent address; a former one leads to it for good."""
    shown = get_object_or_404(Framework.objects.visible_to(request.user), slug=slug)
    content = queries.element_page(shown, element)
    if content is None:
        moved = queries.successor(shown, element)
        if moved is None:
            raise Http404
        return redirect(moved.permanent_path, permanent=True)
    if elsewhere := _linked_data(request, shown):
        return elsewhere
    context = {"framework": shown, "content": content}
    return _varied(render(request, "frameworks/element.html", context))


def _linked_data(request: HttpRequest, shown: Framework) -> HttpResponse | None:
    """Where the reader would rather have Turtle or JSON-LD than a page."""
    wanted = request.get_preferred_type(["text/html", *MEDIA_TYPES.values()])
    for form, media_type in MEDIA_TYPES.items():
        if wanted == media_type:
            address = reverse(f"frameworks:{form}", args=[shown.slug])
            return _varied(HttpResponseRedirect(address, status=303))
    return None


def _varied(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Accept"])
    return response


def _last_modified(request: HttpRequest, **kwargs: Any) -> datetime | None:
    return queries.last_change()


def _etag(request: HttpRequest, **kwargs: Any) -> str | None:
    """Weak: two exports of the same rows may say them in another order."""
    last = queries.last_change()
    return f'W/"{EDITION_OF_THE_WRITER}-{last.timestamp():.6f}"' if last is not None else None


@require_safe
@public
@condition(etag_func=_etag, last_modified_func=_last_modified)
def export(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The framework in SKOS, for programs of any origin."""
    shown = get_object_or_404(Framework.objects.visible_to(request.user), slug=slug)
    return _data(queries.exported(shown, form), f"{MEDIA_TYPES[form]}; charset=utf-8")


def _data(text: str, content_type: str) -> HttpResponse:
    response = HttpResponse(text, content_type=content_type)
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@public
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "frameworks/terms.html", {"terms": queries.terms()})


@require_safe
@public
def terms_ttl(request: HttpRequest) -> HttpResponse:
    return _data(documents.terms_as_turtle(settings.SITE_URL), "text/turtle; charset=utf-8")
