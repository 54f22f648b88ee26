"""The frameworks and what they hold."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from frameworks import queries
from frameworks.models import Framework
from museumhub.kit.access import public


@require_safe
@public
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "frameworks/index.html", {"frameworks": queries.frameworks()[:100]})


@require_safe
@public
def framework(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Framework.objects.visible_to(request.user), slug=slug)
    context = {"framework": shown, "groups": queries.groups(shown)}
    return render(request, "frameworks/framework.html", context)
