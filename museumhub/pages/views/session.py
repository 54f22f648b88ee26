"""Staying signed in."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from museumhub.kit.access import signed_in
from museumhub.members.http import PersonRequest
from museumhub.members.middleware import bound_session


@require_POST
@signed_in
def stay(request: PersonRequest) -> HttpResponse:
    """The sign-in lasts another SESSION_COOKIE_AGE from now; answers with the new end."""
    return JsonResponse({"ends": bound_session(request).isoformat()})
