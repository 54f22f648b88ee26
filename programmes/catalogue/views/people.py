"""Who organises, reviews and mentors: the organisers' page, and the page an invitation's link opens."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from museumhub.kit import clock
from museumhub.kit.access import allowed, public, second_factor_required
from museumhub.kit.forms import add_refusal
from museumhub.kit.pages import answer_refusal
from museumhub.kit.refusals import Refused
from museumhub.members.http import PersonRequest
from programmes.catalogue import policies, queries, services
from programmes.catalogue.forms import InviteForm
from programmes.catalogue.models import Edition, RoleInvitation
from programmes.catalogue.policies import can_organise_programme, organises_something
from programmes.catalogue.views.finding import organised_edition


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def people(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    """Who has a role, who was asked, and a form that asks somebody."""
    found = organised_edition(request.user, programme, edition)
    whole = can_organise_programme(request.user, found.programme)
    members = queries.members_of_partners(found)
    if request.method == "GET":
        return _people(request, found, InviteForm(whole_programme=whole, members=members))
    form = InviteForm(request.POST, whole_programme=whole, members=members)
    if not form.is_valid():
        return _people(request, found, form, status=422)
    member = form.cleaned_data.get("member", "")
    chosen = queries.member_of_partner(found, member) if member else None
    try:
        _invitation, is_new = services.invite_to_role(
            edition=found,
            actor=request.user,
            email=chosen.email if chosen is not None else form.cleaned_data["email"],
            role=form.cleaned_data["role"],
            whole_programme=form.for_whole_programme,
            now=clock.now(),
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        return answer_refusal(_people(request, found, form, status=refusal.status), refusal)
    if is_new:
        messages.success(request, _("The invitation is on its way."))
    else:
        messages.info(request, _("This address has an open invitation already."))
    return redirect("catalogue:organise_people", programme, edition)


def _people(
    request: PersonRequest, edition: Edition, form: InviteForm, *, status: int = 200
) -> HttpResponse:
    page = {
        "edition": edition,
        "tab": "people",
        "form": form,
        "content": queries.people(edition, clock.now()),
        "whole_programme": can_organise_programme(request.user, edition.programme),
    }
    return render(request, "catalogue/organise/people.html", page, status=status)


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def end_role(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """Asks first."""
    found = organised_edition(request.user, programme, edition)
    held = found.programme.roles.select_related("person", "edition")
    role = get_object_or_404(held, oid=oid)
    if not policies.can_change_scope(request.user, found, role.edition_id):
        raise Http404
    page: dict[str, Any] = {"edition": found, "tab": "people", "role": role}
    if request.method == "GET":
        return render(request, "catalogue/organise/role_end.html", page)
    try:
        services.end_role(role=role, edition=found, actor=request.user, now=clock.now())
    except Refused as refusal:
        page["refusal"] = refusal
        return render(request, "catalogue/organise/role_end.html", page, status=refusal.status)
    messages.success(request, _("The role has ended."))
    if not policies.can_organise(request.user, found):
        return redirect("catalogue:programmes")
    return redirect("catalogue:organise_people", programme, edition)


@require_http_methods(["POST"])
@allowed(organises_something)
@second_factor_required
def withdraw_invitation(
    request: PersonRequest, programme: str, edition: str, oid: str
) -> HttpResponse:
    found = organised_edition(request.user, programme, edition)
    invitation = get_object_or_404(found.programme.role_invitations, oid=oid)
    if not policies.can_change_scope(request.user, found, invitation.edition_id):
        raise Http404
    try:
        services.withdraw_role_invitation(
            invitation=invitation, edition=found, actor=request.user, now=clock.now()
        )
    except Refused as refusal:
        messages.warning(request, str(refusal.sentence))
    else:
        messages.success(
            request, _("The invitation is withdrawn; its link opens nothing any more.")
        )
    return redirect("catalogue:organise_people", programme, edition)


@require_http_methods(["GET", "POST"])
@public
def role_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the page changes nothing (mail scanners open links); the buttons do.

    A stranger may make an account here: the link reached the invited address, which proves it.
    """
    found = services.role_invitation_of(token)
    if found is None:
        raise Http404
    if request.method == "GET":
        return _invitation(request, found, token)
    if not request.user.is_authenticated:
        return _to_sign_up(request, found, token)
    now = clock.now()
    try:
        if request.POST.get("answer") == "decline":
            services.decline_role(invitation=found, actor=request.user, now=now)
            messages.success(request, _("You have declined the invitation."))
            return redirect("members:account")
        services.accept_role(invitation=found, actor=request.user, now=now)
    except Refused as refusal:
        found.refresh_from_db()
        return _invitation(request, found, token, refusal=refusal)
    messages.success(request, _("Thank you. The role is yours."))
    return redirect(found.edition or found.programme)


def _to_sign_up(request: HttpRequest, found: RoleInvitation, token: str) -> HttpResponse:
    if not found.is_open(clock.now()):
        return _invitation(request, found, token)
    get_adapter(request).stash_verified_email(request, found.email)
    onward = reverse("catalogue:role_invitation", args=[token])
    return redirect(f"{reverse('account_signup')}?{urlencode({'next': onward})}")


def _invitation(
    request: HttpRequest, found: RoleInvitation, token: str, *, refusal: Refused | None = None
) -> HttpResponse:
    accepted = found.status == "accepted" and found.answered_by_id == request.user.pk
    is_open = found.is_open(clock.now())
    page = {
        "invitation": found,
        "title": found.edition.full_title if found.edition else found.programme.title,
        "is_open": is_open,
        "accepted": accepted,
        "for_reader": request.user.is_authenticated and request.user.email == found.email,
        "refusal": refusal,
        "here": reverse("catalogue:role_invitation", args=[token]),
    }
    status = 200 if is_open or accepted else 410
    return render(
        request,
        "catalogue/role_invitation.html",
        page,
        status=refusal.status if refusal is not None else status,
    )
