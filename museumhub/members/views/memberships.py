"""The people of an organisation: who belongs to it, inviting, roles, requests, leaving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from museumhub.kit import clock
from museumhub.kit.access import signed_in
from museumhub.kit.forms import add_refusal
from museumhub.kit.pages import answer_refusal, refused_page
from museumhub.kit.refusals import Refused
from museumhub.members import policies, queries, services
from museumhub.members.forms.memberships import ApprovalForm, InvitationForm, JoinForm, RoleForm
from museumhub.members.http import PersonRequest
from museumhub.members.models import Membership, Organisation


@require_safe
@signed_in
def people(request: PersonRequest, slug: str) -> HttpResponse:
    """Members see each other; administrators see what waits for an answer as well."""
    organisation = get_object_or_404(
        Organisation.objects.seen_from_inside_by(request.user), slug=slug
    )
    return _people(request, organisation, InvitationForm())


@require_POST
@signed_in
def invite(request: PersonRequest, slug: str) -> HttpResponse:
    """Send an invitation; the same address twice gets one letter."""
    organisation = _administered(request, slug)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _people(request, organisation, form, status=422)
    try:
        invitation, new = services.invite(
            organisation=organisation, actor=request.user, now=clock.now(), **form.cleaned_data
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        return answer_refusal(_people(request, organisation, form, status=refusal.status), refusal)
    sentence = (
        _("The invitation to %(address)s is on its way.")
        if new
        else _("%(address)s has an open invitation already. No second letter was sent.")
    )
    messages.success(request, sentence % {"address": invitation.email})
    return redirect("members:people", slug=slug)


@require_POST
@signed_in
def withdraw_invitation(request: PersonRequest, slug: str, oid: str) -> HttpResponse:
    """Take an invitation back."""
    organisation = _administered(request, slug)
    invitation = get_object_or_404(organisation.invitations, oid=oid)
    return _act(
        request,
        slug,
        _("The invitation is withdrawn."),
        services.withdraw_invitation,
        invitation=invitation,
    )


@require_POST
@signed_in
def approve(request: PersonRequest, slug: str, oid: str) -> HttpResponse:
    """Let somebody in who asked."""
    organisation = _administered(request, slug)
    asked = get_object_or_404(organisation.join_requests, oid=oid)
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a role."))
        return redirect("members:people", slug=slug)
    return _act(
        request,
        slug,
        _("The request is approved, and the person gets a letter."),
        services.approve_request,
        join_request=asked,
        role=form.cleaned_data["role"],
    )


@require_POST
@signed_in
def decline(request: PersonRequest, slug: str, oid: str) -> HttpResponse:
    """Say no to somebody who asked."""
    organisation = _administered(request, slug)
    asked = get_object_or_404(organisation.join_requests, oid=oid)
    return _act(
        request,
        slug,
        _("The request is declined, and the person gets a letter."),
        services.decline_request,
        join_request=asked,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def member(request: PersonRequest, slug: str, oid: str) -> HttpResponse:
    """Change the role of a member."""
    organisation = _administered(request, slug)
    membership = _membership(organisation, oid)
    page: dict[str, Any] = {"organisation": organisation, "membership": membership}
    if request.method == "GET":
        form = RoleForm(initial={"role": membership.role})
        return render(request, "members/member.html", {**page, "form": form})
    form = RoleForm(request.POST)
    if not form.is_valid():
        return render(request, "members/member.html", {**page, "form": form}, status=422)
    try:
        services.change_role(
            membership=membership,
            actor=request.user,
            role=form.cleaned_data["role"],
            now=clock.now(),
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        answer = {**page, "form": form}
        return render(request, "members/member.html", answer, status=refusal.status)
    messages.success(request, _("The role is changed."))
    return redirect("members:people", slug=slug)


@require_http_methods(["GET", "POST"])
@signed_in
def remove(request: PersonRequest, slug: str, oid: str) -> HttpResponse:
    """Remove a member, after asking."""
    organisation = _administered(request, slug)
    return _end(request, _membership(organisation, oid))


@require_http_methods(["GET", "POST"])
@signed_in
def leave(request: PersonRequest, slug: str) -> HttpResponse:
    """End one's own membership, after asking."""
    own = Membership.objects.filter(person=request.user).select_related("person", "organisation")
    return _end(request, get_object_or_404(own, organisation__slug=slug))


@require_http_methods(["GET", "POST"])
@signed_in
def join(request: PersonRequest, slug: str) -> HttpResponse:
    """Ask the administrators to be let in."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), slug=slug)
    page: dict[str, Any] = {"organisation": organisation}
    if request.method == "GET":
        return render(request, "members/join.html", {**page, "form": JoinForm()})
    form = JoinForm(request.POST)
    if not form.is_valid():
        return render(request, "members/join.html", {**page, "form": form}, status=422)
    try:
        services.request_to_join(
            organisation=organisation, actor=request.user, now=clock.now(), **form.cleaned_data
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        answer = {**page, "form": form}
        return refused_page(request, "members/join.html", answer, refusal)
    messages.success(
        request,
        _("Your request is with the administrators. You get a letter when they have answered."),
    )
    return redirect("members:account")


@require_POST
@signed_in
def withdraw_request(request: PersonRequest, slug: str, oid: str) -> HttpResponse:
    """Take one's own request back."""
    asked = get_object_or_404(request.user.join_requests, oid=oid, organisation__slug=slug)
    try:
        services.withdraw_request(join_request=asked, actor=request.user, now=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your request is withdrawn."))
    return redirect("members:account")


def _administered(request: PersonRequest, slug: str) -> Organisation:
    """The organisation where the reader manages its people; 404 for everybody else."""
    return get_object_or_404(Organisation.objects.administered_by(request.user), slug=slug)


def _membership(organisation: Organisation, oid: str) -> Membership:
    memberships = organisation.memberships.select_related("person", "organisation")
    return get_object_or_404(memberships, oid=oid)


def _people(
    request: PersonRequest, organisation: Organisation, form: InvitationForm, *, status: int = 200
) -> HttpResponse:
    can_administer = policies.can_administer(request.user, organisation)
    page = {
        "organisation": organisation,
        "people": queries.people_of(organisation, now=clock.now(), answers=can_administer),
        "can_administer": can_administer,
        "form": form,
        "approval": ApprovalForm(auto_id=False),
    }
    return render(request, "members/people.html", page, status=status)


def _act(
    request: HttpRequest, slug: str, done: str, service: Callable[..., object], **arguments: object
) -> HttpResponse:
    """Call the service and come back to the people with what came of it."""
    try:
        service(actor=request.user, now=clock.now(), **arguments)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("members:people", slug=slug)


def _end(request: PersonRequest, membership: Membership) -> HttpResponse:
    """Ask, then end the membership."""
    leaving = membership.person_id == request.user.pk
    name = membership.organisation.name
    page: dict[str, Any] = {
        "organisation": membership.organisation,
        "membership": membership,
        "leaving": leaving,
    }
    if request.method == "GET":
        return render(request, "members/remove.html", page)
    try:
        services.remove_member(membership=membership, actor=request.user, now=clock.now())
    except Refused as refusal:
        page["refusal"] = refusal
        return render(request, "members/remove.html", page, status=refusal.status)
    if leaving:
        messages.success(request, _("You have left %(name)s.") % {"name": name})
        return redirect("members:account")
    messages.success(request, _("They no longer belong to %(name)s.") % {"name": name})
    return redirect("members:people", slug=membership.organisation.slug)
