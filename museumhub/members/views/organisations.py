"""The directory of organisations, the page of one, adding and changing one."""

from __future__ import annotations

from copy import copy
from typing import Any

from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from museumhub.kit import clock
from museumhub.kit.access import public, signed_in
from museumhub.kit.forms import add_refusal
from museumhub.kit.refusals import Refused, Stale
from museumhub.members import policies, queries, services
from museumhub.members.forms.organisations import (
    DirectoryForm,
    EditOrganisationForm,
    NewOrganisationForm,
)
from museumhub.members.http import PersonRequest
from museumhub.members.models import Organisation
from museumhub.members.models.membership import Role

_A_PAGE = 24


@require_safe
@public
def directory(request: HttpRequest) -> HttpResponse:
    """Organisations by name, twenty-four a page, with a search that lives in the address."""
    form = DirectoryForm(request.GET, in_use=queries.countries_in_use())
    filters = form.cleaned_data if form.is_valid() else {}
    pages = Paginator(queries.directory(filters), _A_PAGE)
    return render(
        request,
        "members/directory.html",
        {
            "form": form,
            "page": pages.get_page(request.GET.get("page")),
            "narrowed": any(filters.values()),
        },
    )


@require_safe
@public
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """What anybody may know of an organisation; its people are not named here."""
    visible = Organisation.objects.visible_to(request.user).select_related("logo")
    found = get_object_or_404(visible, slug=slug)
    role = policies.role_in(request.user, found)
    looks_after = policies.is_site_administrator(request.user)
    return render(
        request,
        "members/organisation.html",
        {
            "organisation": found,
            "role": role,
            "role_label": Role(role).label if role else "",
            "can_edit": looks_after or policies.role_acts(role),
            "sees_people": looks_after or bool(role),
        },
    )


@require_safe
@public
def logo(request: HttpRequest, slug: str, oid: str) -> HttpResponseBase:
    """The logo under an address that changes with it, and may therefore be kept for a year."""
    found = get_object_or_404(
        Organisation.objects.visible_to(request.user).select_related("logo"),
        slug=slug,
        logo__oid=oid,
    )
    if found.logo is None:
        raise Http404
    try:
        content = default_storage.open(found.logo.path)
    except OSError as error:
        raise Http404 from error
    response = FileResponse(content, content_type="image/webp")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_http_methods(["GET", "POST"])
@signed_in
def add(request: PersonRequest) -> HttpResponse:
    """Add an organisation; those that may be the same are shown first."""
    onward = get_next_redirect_url(request) or ""
    if request.method == "GET":
        form = NewOrganisationForm()
        return render(request, "members/add.html", {"form": form, "next": onward})
    form = NewOrganisationForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "members/add.html", {"form": form, "next": onward}, status=422)
    alike = queries.near_duplicates(form.cleaned_data["name"], form.cleaned_data["website"])
    if alike and not form.was_answered(alike):
        form.show(alike)
        page = {"form": form, "next": onward, "had_logo": bool(request.FILES)}
        return render(request, "members/add.html", page, status=422)
    try:
        made = services.create_organisation(actor=request.user, now=clock.now(), **form.said)
    except Refused as refusal:
        add_refusal(form, refusal)
        page = {"form": form, "next": onward}
        return render(request, "members/add.html", page, status=refusal.status)
    messages.success(request, _("The organisation is added, and you are its administrator."))
    return redirect(onward or made)


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: PersonRequest, slug: str) -> HttpResponse:
    """Change what the page says; two at once lose nothing."""
    editable = Organisation.objects.editable_by(request.user).select_related("logo")
    found = get_object_or_404(editable, slug=slug)
    page: dict[str, Any] = {"organisation": found}
    if request.method == "GET":
        form = EditOrganisationForm(instance=found)
        return render(request, "members/edit.html", {**page, "form": form})
    form = EditOrganisationForm(request.POST, request.FILES, instance=copy(found))
    if not form.is_valid():
        return render(request, "members/edit.html", {**page, "form": form}, status=422)
    changes = form.said
    try:
        services.edit_organisation(
            organisation=found,
            actor=request.user,
            logo=changes.pop("logo"),
            remove_logo=form.cleaned_data.get("remove_logo", False),
            changes=changes,
            seen=form.cleaned_data["version"],
            now=clock.now(),
        )
    except Stale as stale:
        theirs: Any = stale.theirs
        page = {"organisation": theirs, "stale": stale, "conflicts": form.differences(theirs)}
        form.now_at(theirs.version)
        return render(request, "members/edit.html", {**page, "form": form}, status=stale.status)
    except Refused as refusal:
        add_refusal(form, refusal)
        return render(request, "members/edit.html", {**page, "form": form}, status=refusal.status)
    messages.success(request, _("The page is saved."))
    return redirect(found)
