"""Links that lead nowhere any more, for the editors of the news."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from museumhub.kit import clock
from museumhub.members.http import PersonRequest
from museumhub.news.models.link import OutsideLink
from museumhub.news.queries import links as queries
from museumhub.news.services import links as services
from museumhub.news.views.entering import for_editors


@require_safe
@for_editors
def links(request: PersonRequest) -> HttpResponse:
    """Each dead address with the public items that lead there."""
    page = queries.dead_links(request.user, request.GET.get("page", 1))
    return render(request, "news/links.html", {"page": page})


@require_POST
@for_editors
def check(request: PersonRequest, oid: str) -> HttpResponse:
    """Have one looked at again."""
    link = get_object_or_404(OutsideLink.objects.seen_by(request.user), oid=oid)
    services.check_again(link=link, actor=request.user, now=clock.now())
    messages.success(request, _("The address is looked at again in the next minutes."))
    return redirect("news:links")
