"""Choosing the language of the site."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from django.views.i18n import set_language

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.members.models import Person
from museumhub.members.services import change_profile


@public
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """GET shows the languages; POST keeps one in a cookie and goes back to the page `next`."""
    if request.method == "POST":
        answer = set_language(request)
        chosen = request.POST.get("language", "")
        person = request.user
        if isinstance(person, Person) and chosen in dict(settings.LANGUAGES):
            change_profile(
                person=person,
                name=person.name,
                language=chosen,
                time_zone=person.time_zone,
                now=clock.now(),
            )
        return answer
    return render(request, "pages/language.html", {"next": request.GET.get("next", "/")})
