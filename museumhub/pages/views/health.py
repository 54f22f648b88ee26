"""For monitors and load balancers: is the process alive, can the site do its work."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.pages.queries.health import health


@public
@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """200 while the process answers; asks nothing of the database."""
    return JsonResponse({"alive": True})


@public
@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200, or 503 with what is missing."""
    found = health(clock.now())
    answer = JsonResponse(found.as_json(), status=200 if found.ready else 503)
    # Django logs a 503 as an error of ours; a probe that asks every few seconds already has its answer.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer
