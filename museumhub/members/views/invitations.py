"""Where the link of an invitation leads: a page that shows it, with buttons that answer it."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.kit.refusals import Refused
from museumhub.members import services
from museumhub.members.models import Invitation


@require_http_methods(["GET", "POST"])
@public
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the page changes nothing (mail scanners open links); the buttons do.

    A stranger may make an account here: the link reached the invited address, which proves it.
    """
    found = services.invitation_of(token)
    if found is None:
        raise Http404
    if request.method == "GET":
        return _page(request, found, token)
    if not request.user.is_authenticated:
        return _to_sign_up(request, found, token)
    now = clock.now()
    try:
        if request.POST.get("answer") == "decline":
            services.decline_invitation(invitation=found, actor=request.user, now=now)
            messages.success(request, _("You have declined the invitation."))
            return redirect("members:account")
        services.accept_invitation(invitation=found, actor=request.user, now=now)
    except Refused as refusal:
        found.refresh_from_db()
        return _page(request, found, token, refusal=refusal)
    messages.success(request, _("You belong to %(name)s now.") % {"name": found.organisation.name})
    return redirect(found.organisation)


def _to_sign_up(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    if not found.is_open(clock.now()):
        return _page(request, found, token)
    get_adapter(request).stash_verified_email(request, found.email)
    onward = reverse("members:invitation", args=[token])
    return redirect(f"{reverse('account_signup')}?{urlencode({'next': onward})}")


def _page(
    request: HttpRequest, found: Invitation, token: str, *, refusal: Refused | None = None
) -> HttpResponse:
    accepted = found.status == "accepted" and found.answered_by_id == request.user.pk
    is_open = found.is_open(clock.now())
    status = 200 if is_open or accepted else 410
    return render(
        request,
        "members/invitation.html",
        {
            "invitation": found,
            "organisation": found.organisation,
            "is_open": is_open,
            "accepted": accepted,
            "for_reader": request.user.is_authenticated and request.user.email == found.email,
            "refusal": refusal,
            "here": reverse("members:invitation", args=[token]),
        },
        status=refusal.status if refusal is not None else status,
    )
