"""The page of one's own: applications and their deadlines, and whatever waits for an answer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import signed_in
from museumhub.members.http import PersonRequest
from museumhub.pages.queries.dashboard import desk


@require_safe
@signed_in
def dashboard(request: PersonRequest) -> HttpResponse:
    return render(request, "pages/dashboard.html", {"desk": desk(request.user, clock.now())})
